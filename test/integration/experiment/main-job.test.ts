import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../../preload/contract'
import { cli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { nccl, tcp, writePlan, type RunDocument } from './plans'

/** Receiver's rate of a plain iperf3 run, GB/s. */
const iperf3ByHand = (lab: Netlab): number => {
  lab.inside('b', `iperf3 -s -1 -D -p 5999`)
  const text = lab.inside('a', `sleep 0.5; iperf3 -c ${lab.address('b', 'eth0')} -p 5999 -t 3 -O 1 -J`)
  return (JSON.parse(text) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second / 8e9
}

describe.skipIf(!canNetlab)('the main job on two real hosts', () => {
  let lab: Netlab
  let common: string[]
  let document: RunDocument
  let comparison: Comparison

  beforeAll(async () => {
    lab = startNetlab(11)
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(lab.dir, 'data'), '--json']
    const plan = writePlan(lab.dir, 'whole', { probes: [tcp, nccl], repeats: 4, warmup: 1 })
    const ran = await cli(['run', plan, ...common])
    expect(ran.code, ran.stderr + ran.stdout).toBe(0)
    document = ran.json() as RunDocument
    const compared = await cli(['compare', document.experiment, '--by', 'fabric', ...common])
    expect(compared.code, compared.stderr).toBe(0)
    comparison = compared.json() as Comparison
  }, 400_000)
  afterAll(() => lab?.down())

  it('runs every launch of the plan, on the link that the arm names', () => {
    expect(document.status).toBe('done')
    expect(document.simulated).toBe(false)
    expect(document.runs).toHaveLength(16)
    for (const run of document.runs) {
      expect(run, JSON.stringify(run.problem)).toMatchObject({ status: 'done', problem: null })
      expect(run.transport).toMatchObject({
        claimed: run.arm.fabric,
        observed: [run.arm.fabric === 'fast' ? 'ib0' : 'eth0'],
        proof: 'counters',
      })
      expect(run.artifacts.map((artifact) => artifact.name)).toEqual(
        expect.arrayContaining([expect.stringMatching(/stdout$/), expect.stringMatching(/counters\.json$/)]),
      )
    }
  })

  it('measures the shaped link within 10 % of iperf3 run by hand', () => {
    const row = comparison.rows.find((one) => one.metric === 'tcp.throughput' && one.dimensions.direction === 'received')
    const measured = row?.arms.find((arm) => arm.level === 'ethernet')?.median ?? 0
    const byHand = iperf3ByHand(lab)
    expect(byHand).toBeGreaterThan(0.05)
    expect(Math.abs(measured / byHand - 1)).toBeLessThan(0.1)
  })

  it('names the faster fabric, with an interval that excludes one', () => {
    for (const metric of ['tcp.throughput', 'nccl.busbw']) {
      const rows = comparison.rows.filter((one) => one.metric === metric)
      const largest = rows.toSorted((a, b) => Number(b.dimensions.size_bytes ?? 0) - Number(a.dimensions.size_bytes ?? 0))[0]
      expect(largest, metric).toMatchObject({ verdict: 'faster', ratio: { of: 'fast/ethernet' } })
      expect(largest?.ratio?.low).toBeGreaterThan(1)
      expect(largest?.arms.map((arm) => arm.n)).toEqual([4, 4])
    }
  })

  it('prints a PDF that says what was found and how', async () => {
    const path = join(lab.dir, 'out.pdf')
    const printed = await cli(['report', document.experiment, '-o', path, ...common])
    expect(printed.code, printed.stderr).toBe(0)
    const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    for (const words of ['How much does the fast link buy', 'tcp.throughput', 'iperf3', 'eth0', 'ib0', document.experiment])
      expect(text).toContain(words)
    expect(text).not.toMatch(/SIMULATED/)
    const pages = Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))?.[1])
    expect(printed.json()).toMatchObject({ pages })
    expect(pages).toBeGreaterThan(1)
  })

  it('leaves a store without a fault, and nothing on the hosts but the kit', async () => {
    expect((await cli(['verify', ...common])).json()).toMatchObject({ ok: true, findings: [] })
    for (const host of ['a', 'b'] as const) {
      expect(lab.processes(host)).toEqual([])
      expect(lab.inside(host, 'find /root -mindepth 1 -maxdepth 3 -path "*headroom/jobs/*"').trim()).toBe('')
      expect(lab.inside(host, 'ls -A /root').trim().split('\n').sort()).toEqual(['.cache', '.ssh'])
    }
  })

  it('refuses a run whose label is swapped', async () => {
    const plan = writePlan(lab.dir, 'swapped', {
      fabrics: {
        ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
        fast: {
          kind: 'ethernet',
          interfaces: { a: 'ib0', b: 'ib0' },
          addresses: { a: lab.address('a', 'eth0'), b: lab.address('b', 'eth0') },
        },
      },
    })
    const ran = await cli(['run', plan, ...common])
    const { experiment, runs } = ran.json() as RunDocument
    const labelled = runs.find((run) => run.arm.fabric === 'fast')
    expect(labelled).toMatchObject({
      status: 'refused',
      problem: { code: 'transport.contradicted' },
      transport: { claimed: 'fast', observed: ['eth0'], proof: 'counters' },
    })
    expect(labelled?.transport?.evidence.join('\n')).toMatch(/eth0/)
    const compared = await cli(['compare', experiment, '--by', 'fabric', ...common])
    expect(compared.code).toBe(2)
    expect((compared.json() as Comparison).excluded).toMatchObject([{ runId: labelled?.id, status: 'refused' }])
  })

  it('reaches one host through the other', async () => {
    const plan = writePlan(lab.dir, 'jump', {
      hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2-via-lab1' } },
      factors: { fabric: ['ethernet'] },
    })
    const ran = await cli(['run', plan, ...common])
    expect(ran.code, ran.stderr).toBe(0)
    expect((ran.json() as RunDocument).runs).toMatchObject([{ status: 'done', transport: { observed: ['eth0'] } }])
  })

  it('checks a plan without touching a host or the store', async () => {
    const before = lab.inside('a', 'find /root | sort | md5sum')
    const checked = await cli([
      'plan',
      'check',
      writePlan(lab.dir, 'check', { repeats: 3, warmup: 1 }),
      '--ssh-config',
      lab.sshConfigFile,
      '--data',
      join(lab.dir, 'none'),
      '--json',
    ])
    expect(checked.code, checked.stderr).toBe(0)
    expect(checked.json()).toMatchObject({
      launches: 8,
      warmups: 2,
      hosts: [
        { host: 'a', reachable: true, lacks: [] },
        { host: 'b', reachable: true, lacks: [] },
      ],
    })
    expect(lab.inside('a', 'find /root | sort | md5sum')).toBe(before)
    expect(execFileSync('ls', [lab.dir], { encoding: 'utf8' })).not.toContain('none')
  })
})
