import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FlameComparison, FlameProfile } from '../../../preload/contract'
import { cli } from '../../lab/cli'

/** Launches of one arm: `decode` takes about this share of 2,000 samples, a little more or less each time. */
const stacks = (share: number, launch: number): string => {
  const decode = Math.round(2000 * share) + (launch % 3) * 10
  return [
    `main (train.py:10);step (train.py:21);forward (model.py:8) ${1600 - decode}`,
    `main (train.py:10);step (train.py:22);backward (model.py:9) 300`,
    `main (train.py:10);load (data.py:4);decode\u001b[31m (data.py:${40 + launch}) ${decode}`,
    `main (train.py:10);load (data.py:4);ksys_read_[k] 100`,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

describe('flame graphs from the command line', { timeout: 90_000 }, () => {
  let folder = ''
  let data: string[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-flame-'))
    data = ['--data', join(folder, 'data')]
    for (const [arm, share] of [
      ['old', 0.1],
      ['new', 0.2],
    ] as const) {
      mkdirSync(join(folder, 'logs', `loader=${arm}`), { recursive: true })
      for (let launch = 0; launch < 5; launch += 1) {
        const packed = launch === 4
        const text = stacks(share, launch)
        writeFileSync(join(folder, 'logs', `loader=${arm}`, `run${launch}.folded${packed ? '.gz' : ''}`), packed ? gzipSync(text) : text)
      }
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('imported stacks of two arms are compared frame by frame, packed ones too', async () => {
    const imported = await cli(['import', join(folder, 'logs'), '--experiment', 'loaders', '--json', ...data])
    expect(imported.code, imported.stdout + imported.stderr).toBe(0)
    const ran = await cli(['flame', 'loaders', '--by', 'loader', '--json', ...data])
    expect(ran.code, ran.stderr).toBe(0)
    const { shown, pairs, simulated } = ran.json() as FlameComparison
    expect(pairs).toHaveLength(1)
    expect(simulated).toBe(false)
    const [from, to] = [String(shown?.before.level), String(shown?.after.level)]
    expect([from, to].sort()).toEqual(['new', 'old'])
    expect([shown?.before.launches, shown?.after.launches, shown?.reason, shown?.permutations]).toEqual([5, 5, null, 252])
    const of = (name: string) => shown?.nodes.find((node) => shown.names[node.name]?.name.startsWith(name))
    const sign = from === 'old' ? 1 : -1
    expect(sign * ((of('decode')?.after ?? 0) - (of('decode')?.before ?? 0))).toBeCloseTo(0.1, 2)
    expect(of('decode')?.verdict).toBe(from === 'old' ? 'more' : 'less')
    expect(of('forward')?.verdict).toBe(from === 'old' ? 'less' : 'more')
    expect(of('backward')?.verdict).toBe('noise')
    const text = await cli(['flame', 'loaders', ...data])
    expect(text.stdout).toMatch(/5 launches, 10000 samples/)
    expect(text.stdout).not.toContain('\u001b')
    expect(text.stdout).toContain(`${from} -> ${to}\n`)
    const unknown = await cli(['flame', 'loaders', '--pair', 'nothing', ...data])
    expect([unknown.code, unknown.stdout]).toEqual([64, ''])
    expect(unknown.stderr).toContain(`There is no pair "nothing"; there are: '${pairs[0]?.id}'`)
    expect((await cli(['flame', 'loaders', '--pair', '\u001b[2J\u202e', ...data])).stderr).not.toMatch(/[\u001b\u202e]/)
    const folded = await cli(['flame', 'loaders', '--folded', ...data])
    expect(folded.stdout).toMatch(/^main \(train\.py\);load \(data\.py\);ksys_read_\[k\] 500 500$/m)
  })

  it('a launch on this machine gives a graph of its own, rebuilt from the folded stacks', async () => {
    writeFileSync(join(folder, 'spin.py'), 'import time\ndef spin():\n    while time.process_time() < 0.7: pass\nspin()\n')
    const plan = {
      headroom: 1,
      question: 'Where does the time go?',
      hosts: { here: { local: true } },
      factors: {},
      arms: [{ loader: 'x' }],
      probes: [{ probe: 'flame', hosts: ['here'], params: { tool: 'sampler', command: 'python3 spin.py', folder, seconds: 20 } }],
      repeats: 1,
      warmup: 0,
      telemetry: 'off',
    }
    writeFileSync(join(folder, 'plan.yaml'), stringify(plan))
    const ran = await cli(['run', join(folder, 'plan.yaml'), '--json', ...data])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    const [run] = (ran.json() as { runs: { id: string; artifacts: { name: string }[] }[] }).runs
    expect(run?.artifacts.map(({ name }) => name)).toContain('profiler/stacks.folded')
    const shown = await cli(['flame', run?.id ?? '', '--json', ...data])
    expect(shown.code).toBe(0)
    const profile = shown.json() as FlameProfile
    const spin = profile.functions.find(({ name }) => profile.names[name]?.name === 'spin (spin.py)')
    expect((spin?.self ?? 0) / profile.samples).toBeGreaterThan(0.8)
    expect((await cli(['flame', 'no-such-thing', ...data])).stderr).toMatch(/no experiment/i)
  })
})
