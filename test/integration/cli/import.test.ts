import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison, Run } from '../../../preload/contract'
import { cli, startCli } from '../../lab/cli'

const ncclLog = (
  net: string,
  busbw: number,
): string => `# nThread 1 nGpus 1 minBytes 1048576 maxBytes 1048576 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validate: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid   4101 on    node-a device  0 [0x17] NVIDIA A100-SXM4-40GB
#  Rank  1 Group  0 Pid   4102 on    node-b device  0 [0x17] NVIDIA A100-SXM4-40GB
node-a:4101:4120 [0] NCCL INFO Using network ${net}
node-a:4101:4120 [0] NCCL INFO Channel 00/0 : 1[0] -> 0[0] [receive] via NET/${net}/0
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     1048576        262144     float     sum      -1   ${(1048.576 / busbw).toFixed(1)}    ${busbw.toFixed(2)}    ${busbw.toFixed(2)}      0   ${(1048.576 / busbw).toFixed(1)}    ${busbw.toFixed(2)}    ${busbw.toFixed(2)}      0
# Out of bounds values : 0 OK
# Avg bus bandwidth    : ${busbw}
#
`

interface Imported {
  experiment: string
  name: string
  runs: Run[]
  files: { file: string; problem: { code: string } | null }[]
}

describe('earlier measurements brought in as files', () => {
  let dir: string
  let common: string[]
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const bring = async (files: string[], experiment: string, arm: string): Promise<{ code: number | null; document: Imported }> => {
    const ran = await cli(['import', '--arm', `fabric=${arm}`, '--experiment', experiment, ...files, ...common])
    return { code: ran.code, document: ran.json() as Imported }
  }

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'headroom-import-'))
    common = ['--data', join(dir, 'data'), '--json']
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('makes the experiment, adds to it, and compares its arms', async () => {
    const logs = (net: string, base: number): string[] =>
      [0, 1, 2, 3].map((index) => file(`${net}${index}.log`, ncclLog(net, base + index / 100)))
    const first = await bring(logs('Socket', 1.1).slice(0, 2), 'old cluster', 'ethernet')
    expect(first.code).toBe(0)
    expect(first.document.runs.map((run) => [run.status, run.repeat, run.position])).toEqual([
      ['done', 1, 0],
      ['done', 2, 1],
    ])
    const second = await bring(logs('Socket', 1.1).slice(2), 'old cluster', 'ethernet')
    expect(second.document.experiment).toBe(first.document.experiment)
    expect(second.document.runs.map((run) => [run.repeat, run.position])).toEqual([
      [3, 2],
      [4, 3],
    ])
    const third = await bring(logs('IB', 9.2), 'old cluster', 'hdr-infiniband')
    expect(third.document.runs.every((run) => run.status === 'done' && run.transport?.proof === 'log')).toBe(true)

    const compared = await cli(['compare', 'old cluster', '--by', 'fabric', ...common])
    expect(compared.code, compared.stderr).toBe(0)
    const rows = (compared.json() as Comparison).rows.filter((row) => row.metric === 'nccl.busbw')
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.arms.map((arm) => arm.n)).toEqual([4, 4])
      expect(row.ratio?.estimate).toBeGreaterThan(6)
      expect(row.bound).toEqual({})
    }
    expect((await cli(['verify', ...common])).json()).toMatchObject({ ok: true, findings: [] })
  })

  it.each([
    ['infiniband', 'Socket'],
    ['hdr200', 'Socket'],
    ['ib', 'Socket'],
    ['ethernet', 'IB'],
    ['tcp-100gbe', 'IB'],
  ])('an arm labelled %s is refused when the log says NET/%s', async (label, net) => {
    const { code, document } = await bring([file('mislabelled.log', ncclLog(net, 3))], `mislabelled ${label}`, label)
    expect(code).toBe(1)
    expect(document.runs).toMatchObject([
      {
        status: 'refused',
        problem: { code: 'transport.contradicted' },
        transport: { claimed: label, observed: [`NET/${net}`], proof: 'log' },
      },
    ])
    expect(document.runs[0]?.problem?.evidence).toContain(`NET/${net}`)
    const compared = await cli(['compare', document.experiment, '--by', 'fabric', ...common])
    expect(compared.code).toBe(2)
    expect((compared.json() as Comparison).excluded).toMatchObject([{ runId: document.runs[0]?.id, status: 'refused' }])
    const told = await cli(['compare', document.experiment, '--by', 'fabric', ...common.filter((option) => option !== '--json')])
    expect(told.stdout).toMatch(/^Cannot answer: no launch counts, for these reasons\.\nleft out: /)
  })

  it('a label that claims nothing is believed', async () => {
    for (const label of ['fast', 'ipoib', 'ib-over-tcp']) {
      const { document } = await bring([file('plain.log', ncclLog('Socket', 3))], `plain ${label}`, label)
      expect(document.runs, label).toMatchObject([{ status: 'done', transport: { observed: ['NET/Socket'], proof: 'log' } }])
    }
  })

  it('keeps what can be read, and says which file cannot', async () => {
    const { code, document } = await bring([file('good.log', ncclLog('IB', 3)), file('bad.log', 'hello\n')], 'half', 'fast')
    expect(code).toBe(1)
    expect(document.runs).toHaveLength(1)
    expect(document.files).toMatchObject([
      { file: 'good.log', problem: null },
      { file: 'bad.log', problem: { code: 'parse.unrecognised' } },
    ])
  })

  it('walks folders, guesses arms from their names and says so, and shows before it stores', async () => {
    for (const [folder, net, busbw] of [
      ['ethernet', 'Socket', 1.1],
      ['infiniband', 'IB', 9.2],
    ] as const) {
      mkdirSync(join(dir, 'runs', folder), { recursive: true })
      for (const n of [1, 2]) writeFileSync(join(dir, 'runs', folder, `rep${n}.log`), ncclLog(net, busbw + n / 100))
    }
    symlinkSync(join(dir, 'runs/ethernet/rep1.log'), join(dir, 'runs/again.log'))
    const preview = await cli(['import', join(dir, 'runs'), '--dry-run', '--data', join(dir, 'data')])
    expect(preview.code, preview.stderr).toBe(0)
    expect(preview.stdout).toMatch(/runs\/infiniband\/rep2\.log +fabric=infiniband +nccl: nccl-tests +\d+/)
    expect(preview.stdout).toContain('4 files: 4 recognised (4 launches), 0 not. Nothing was stored.')
    expect(preview.stderr).toContain('Arms guessed from names: fabric is ethernet (2 files), infiniband (2 files)')
    expect(preview.stderr).toMatch(/left out: .*again\.log is a link/)
    const ran = await cli(['import', join(dir, 'runs'), '--experiment', 'by folder', ...common])
    expect(ran.code, ran.stderr).toBe(0)
    expect((ran.json() as Imported).runs.map((run) => run.arm)).toEqual([
      { fabric: 'ethernet' },
      { fabric: 'ethernet' },
      { fabric: 'infiniband' },
      { fabric: 'infiniband' },
    ])
    const quiet = await cli(['import', join(dir, 'runs'), '--experiment', 'quiet', '--quiet', '--data', join(dir, 'data')])
    expect([quiet.code, quiet.stderr]).toEqual([0, ''])
  })

  it('takes an import back, and brings it back', async () => {
    const { document } = await bring([file('undo.log', ncclLog('IB', 3))], 'to undo', 'fast')
    const importId = (document as Imported & { import: string }).import
    expect((await cli(['import', '--undo', importId, ...common])).json()).toMatchObject({ id: importId, undone: true, runs: 1 })
    expect((await cli(['runs', 'list', 'to undo', ...common])).code).toBe(1)
    const restored = await cli(['import', '--restore', importId, '--data', join(dir, 'data')])
    expect(restored.stdout).toContain('are in experiment')
    expect((await cli(['runs', 'list', 'to undo', ...common])).json()).toMatchObject({ runs: [{ id: document.runs[0]?.id }] })
    expect((await cli(['import', '--undo', 'imp-none', ...common])).code).toBe(1)
    expect((await cli(['import', ...common])).code).toBe(64)
  })

  it('leaves out what is stored already when asked to', async () => {
    const again = file('twice.log', ncclLog('IB', 4.25))
    await bring([again], 'twice', 'fast')
    const ran = await cli(['import', '--experiment', 'twice', '--arm', 'fabric=fast', '--skip-duplicates', again, ...common])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('left out')
  })

  it('cancels at once and keeps nothing when it is interrupted', async () => {
    const data = join(dir, 'interrupted')
    mkdirSync(join(dir, 'many'))
    for (let n = 0; n < 3000; n += 1) writeFileSync(join(dir, 'many', `${n}.log`), ncclLog('IB', 2 + n / 1000))
    for (const waitFor of ['staging', 'artifacts']) {
      const running = startCli(['import', join(dir, 'many'), '--experiment', 'interrupted', '--data', data])
      const started = (): boolean => {
        const folder = join(data, waitFor)
        return existsSync(folder) && readdirSync(folder, { recursive: true }).length > 8
      }
      while (!started()) await new Promise((resolve) => setTimeout(resolve, 20))
      const asked = Date.now()
      running.process.kill('SIGINT')
      const ended = await running.done
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain('input.cancelled')
      expect(Date.now() - asked).toBeLessThan(10_000)
      const left = ['staging', 'artifacts'].flatMap((name) =>
        existsSync(join(data, name)) ? readdirSync(join(data, name), { recursive: true, withFileTypes: true }) : [],
      )
      expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([])
      expect((await cli(['runs', 'list', '--data', data, '--json'])).json()).toEqual({ experiments: [] })
      expect((await cli(['verify', '--data', data, '--json'])).json()).toMatchObject({ ok: true })
    }
  })
})

describe('files read without being kept', () => {
  it('several are an array in their order, one that cannot be read among them', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'headroom-parse-'))
    const [good, bad] = [join(dir, 'good.log'), join(dir, 'bad.log')]
    writeFileSync(good, ncclLog('IB', 3))
    writeFileSync(bad, 'words')
    const ran = await cli(['parse', good, join(dir, 'absent.log'), bad, good, '--json'])
    expect(ran.code).toBe(1)
    expect(
      (ran.json() as { file: string; problem: { code: string } | null }[]).map(({ file, problem }) => [file, problem?.code ?? null]),
    ).toEqual([
      [good, null],
      [join(dir, 'absent.log'), 'input.file_unreadable'],
      [bad, 'parse.unrecognised'],
      [good, null],
    ])
    rmSync(dir, { recursive: true, force: true })
  })
})
