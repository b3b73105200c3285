import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLab, type Lab } from '../../../main/adapters/lab'
import type { Comparison, ComparisonRow, RunDetail } from '../../../preload/contract'
import { bundleEntry } from '../../lab/bundle'
import { cli } from '../../lab/cli'
import type { RunDocument } from './plans'

const stages = [0, 1, 2, 3]
const both = (value: string): Record<string, string> => ({ a: value, b: value })
const plan = {
  headroom: 1,
  question: 'Which ZeRO stage is fastest on which network, and what does it save?',
  hosts: { a: { ssh: 'gpu-a' }, b: { ssh: 'gpu-b' } },
  fabrics: {
    ethernet: { kind: 'ethernet', interfaces: both('eth0') },
    infiniband: { kind: 'infiniband', interfaces: both('ib0'), hcas: both('mlx5_0:1') },
  },
  factors: { fabric: ['ethernet', 'infiniband'], zero_stage: stages },
  probes: [{ probe: 'zero', hosts: ['a', 'b'], params: { preset: '1.3b', steps: 3, warmup: 1 } }],
  repeats: 1,
  warmup: 0,
  order: { kind: 'randomised-blocks', seed: 11 },
  limits: { run_seconds: 60, retries: 0 },
  telemetry: 'off',
}

/** A row stands for a pair of levels: the level is in some of them. */
const medianOf = (rows: readonly ComparisonRow[], metric: string, where: Record<string, unknown>, level: unknown): number => {
  const found = rows.filter(
    (one) => one.metric === metric && Object.entries(where).every(([name, value]) => one.dimensions[name] === value),
  )
  return found.flatMap(({ arms }) => arms).find((arm) => arm.level === level)?.median ?? Number.NaN
}

describe('the ZeRO journey on the simulated lab', { timeout: 120_000 }, () => {
  let folder = ''
  let lab: Lab
  let common: string[] = []
  let document: RunDocument
  let byStage: Comparison
  const launch = async (name: string, overrides: Record<string, unknown>): Promise<RunDocument> => {
    const path = join(folder, `${name}.yaml`)
    writeFileSync(path, stringify({ ...plan, ...overrides }))
    const ran = await cli(['run', path, ...common])
    expect(ran.stdout, ran.stderr).not.toBe('')
    return ran.json() as RunDocument
  }
  const detailOf = async (id: string): Promise<RunDetail> => (await cli(['runs', 'show', id, ...common])).json() as RunDetail

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-zero-lab-'))
    lab = await startLab({ dir: join(folder, 'lab'), seed: 3, toolEntry: await bundleEntry('main/adapters/lab/tool.ts') })
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(folder, 'data'), '--json']
    document = await launch('zero', {})
    byStage = (await cli(['compare', document.experiment, '--by', 'zero_stage', ...common])).json() as Comparison
  }, 120_000)
  afterAll(async () => {
    await lab?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('runs every stage over the fabric of the arm, which log and counters prove, and marks all as simulated', () => {
    expect(document.simulated).toBe(true)
    expect(document.runs).toHaveLength(8)
    for (const run of document.runs) {
      expect(run, JSON.stringify(run)).toMatchObject({ status: 'done', problem: null })
      const fast = run.arm.fabric === 'infiniband'
      expect(run.transport).toMatchObject({ observed: fast ? ['mlx5_0:1'] : ['eth0'], proof: 'counters' })
      expect(run.transport?.evidence.join('\n')).toMatch(fast ? /via NET\/IB/ : /via NET\/Socket/)
    }
    expect(byStage).toMatchObject({ levels: stages, simulated: true })
    expect(byStage.confounders.filter(({ blocking }) => blocking)).toEqual([])
  })

  it('sends and holds what the formulas say; the losses are the same', () => {
    for (const fabric of ['ethernet', 'infiniband']) {
      for (const metric of ['zero.bytes_per_step', 'zero.model_states']) {
        const rows = byStage.rows.filter((one) => one.metric === metric && one.dimensions['fabric'] === fabric)
        for (const stage of stages) {
          const bound = rows.find((one) => one.bound[String(stage)])?.bound[String(stage)]?.value ?? Number.NaN
          expect(Math.abs(medianOf(rows, metric, {}, stage) / bound - 1), `${metric} stage ${stage}`).toBeLessThan(1e-4)
        }
      }
      for (const stage of stages) {
        const of = (metric: string): number => medianOf(byStage.rows, metric, { fabric }, stage)
        expect(of('zero.link_bytes') / of('zero.bytes_per_step')).toBeGreaterThan(1)
        expect(of('zero.link_bytes') / of('zero.bytes_per_step')).toBeLessThan(1.02)
      }
      const losses = stages.map((stage) => medianOf(byStage.rows, 'zero.loss', { fabric }, stage))
      expect(new Set(losses).size).toBe(1)
      expect(losses[0]).toBeCloseTo(10, 0)
    }
  })

  it('InfiniBand hides what Ethernet leaves exposed, and stage 3 pays for its gathers on Ethernet', () => {
    const value = (metric: string, fabric: string, stage: number): number => medianOf(byStage.rows, metric, { fabric }, stage)
    for (const stage of stages)
      expect(value('zero.exposed_time', 'ethernet', stage)).toBeGreaterThan(5 * value('zero.exposed_time', 'infiniband', stage))
    expect(value('zero.step_time', 'ethernet', 3) / value('zero.step_time', 'ethernet', 2)).toBeGreaterThan(1.2)
    expect(value('zero.step_time', 'infiniband', 3) / value('zero.step_time', 'infiniband', 2)).toBeLessThan(1.2)
    expect(value('zero.mem_peak', 'infiniband', 3)).toBeLessThan(0.7 * value('zero.mem_peak', 'infiniband', 0))
  })

  it('a model that does not fit is the typed finding of the real one', async () => {
    const { runs } = await launch('large', {
      factors: {},
      arms: [{ fabric: 'infiniband', zero_stage: 1 }],
      probes: [{ probe: 'zero', hosts: ['a', 'b'], params: { preset: '13b', steps: 1, warmup: 1 } }],
    })
    const detail = await detailOf(runs[0]?.id ?? '')
    expect(detail.problem).toMatchObject({ code: 'remote.out_of_memory', evidence: expect.stringContaining('Tried to allocate') })
    expect(detail.simulated).toBe(true)
  })

  it('an InfiniBand arm whose bytes go over Ethernet is refused, though the log says InfiniBand', async () => {
    lab.setFaults({ reroute: { mlx5_0: 'eth0' }, logsLie: true })
    try {
      const { runs } = await launch('mislabelled', { factors: {}, arms: [{ fabric: 'infiniband', zero_stage: 2 }] })
      expect(runs[0]).toMatchObject({ status: 'refused', transport: { claimed: 'infiniband' } })
      expect(runs[0]?.transport?.observed.join()).toContain('eth0')
    } finally {
      lab.setFaults({})
    }
  })

  it('memory-bandwidth: the ceilings of the model, on every GPU', async () => {
    const { runs } = await launch('memory', {
      factors: {},
      arms: [{}],
      probes: [{ probe: 'memory-bandwidth', hosts: ['a'], params: { repeats: 3 } }],
    })
    const detail = await detailOf(runs[0]?.id ?? '')
    expect(detail).toMatchObject({ status: 'done', problem: null, simulated: true, warnings: [] })
    const best = (metric: string, where: Record<string, unknown>): number =>
      detail.measurements.find(
        (one) =>
          one.metric === metric && Object.entries({ ...where, stat: 'best' }).every(([name, value]) => one.dimensions[name] === value),
      )?.value ?? Number.NaN
    expect(best('memory.copy_bandwidth', { device: 'cuda:7' }) / 1750).toBeCloseTo(1, 1)
    expect(best('memory.h2d_bandwidth', { device: 'cuda:0', kind: 'pinned' }) / 24.7).toBeCloseTo(1, 1)
    expect(best('memory.triad_bandwidth', { device: 'cpu' }) / 316).toBeCloseTo(1, 1)
  })
})
