import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison, ComparisonRow } from '../../../preload/contract'
import { cli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { writePlan, type RunDocument } from './plans'

const hasTorch = spawnSync('/usr/bin/python3', ['-c', 'import torch.distributed']).status === 0

const stages = [0, 1, 2, 3]
/** `tiny`, but wider, on few tokens: 32 MB a step, so that the shaped link takes longer than what the processors make the ranks wait. */
const training = {
  probe: 'zero',
  hosts: ['a', 'b'],
  params: { preset: 'tiny', hidden: 384, seq: 16, micro_batch: 1, steps: 3, warmup: 1, backend: 'gloo' },
}

const rowsOf = (comparison: Comparison, metric: string, where: Record<string, unknown> = {}): ComparisonRow[] => {
  const rows = comparison.rows.filter(
    (row) => row.metric === metric && Object.entries(where).every(([name, value]) => row.dimensions[name] === value),
  )
  expect(rows.length, `${metric} ${JSON.stringify(where)}`).toBeGreaterThan(0)
  return rows
}

/** Level -> the value of its only launch, over the rows that have it. */
const byLevel = (rows: ComparisonRow[]): Map<unknown, number> =>
  new Map(rows.flatMap((row) => row.arms.map((arm) => [arm.level, arm.median] as const)))

describe.skipIf(!canNetlab || !hasTorch)('ZeRO stages on two real hosts and two links', () => {
  let lab: Netlab
  let common: string[]
  let document: RunDocument
  let byStage: Comparison
  let byFabric: Comparison

  beforeAll(async () => {
    lab = startNetlab(64)
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(lab.dir, 'data'), '--json']
    const factors = { fabric: ['ethernet', 'fast'], zero_stage: stages }
    const plan = writePlan(lab.dir, 'zero', {
      question: 'What does each stage cost on each link?',
      factors,
      probes: [training],
      telemetry: 'off',
    })
    const ran = await cli(['run', plan, ...common])
    expect(ran.code, ran.stderr + ran.stdout).toBe(0)
    document = ran.json() as RunDocument
    const compare = async (by: string): Promise<Comparison> => {
      const compared = await cli(['compare', document.experiment, '--by', by, ...common])
      // 2: one launch an arm cannot carry a verdict.
      expect([0, 2], compared.stderr).toContain(compared.code)
      return compared.json() as Comparison
    }
    byStage = await compare('zero_stage')
    byFabric = await compare('fabric')
  }, 300_000)
  afterAll(() => lab?.down())

  it('runs every stage on the link that the arm names', () => {
    expect(document.runs).toHaveLength(8)
    for (const run of document.runs) {
      expect(run, JSON.stringify(run.problem)).toMatchObject({ status: 'done', problem: null })
      expect(run.transport).toMatchObject({ observed: [run.arm.fabric === 'fast' ? 'ib0' : 'eth0'], proof: 'counters' })
    }
    expect(byStage).toMatchObject({ factor: 'zero_stage', levels: stages, simulated: false })
    for (const comparison of [byStage, byFabric]) expect(comparison.confounders.filter(({ blocking }) => blocking)).toEqual([])
  })

  it('loses the same in every stage and on both links', () => {
    const losses = ['ethernet', 'fast'].flatMap((fabric) => [...byLevel(rowsOf(byStage, 'zero.loss', { fabric })).values()])
    expect(losses).toHaveLength(8)
    for (const loss of losses) expect(Math.abs(loss / (losses[0] ?? NaN) - 1)).toBeLessThan(1e-5)
    expect(losses[0]).toBeGreaterThan(1)
  })

  it('sends and holds what the formulas say, and the links sent it', () => {
    for (const fabric of ['ethernet', 'fast']) {
      for (const metric of ['zero.bytes_per_step', 'zero.model_states']) {
        const rows = rowsOf(byStage, metric, { fabric })
        for (const [level, value] of byLevel(rows)) {
          const bound = rows.find((row) => row.bound[String(level)])?.bound[String(level)]
          expect(bound?.source, metric).toMatch(/Ψ.*float32.*N = 2.*arXiv 1910\.02054/)
          expect(Math.abs(value / (bound?.value ?? NaN) - 1), `${metric} stage ${String(level)}`).toBeLessThan(0.05)
        }
      }
      const [counted, link] = ['zero.bytes_per_step', 'zero.link_bytes'].map((metric) => byLevel(rowsOf(byStage, metric, { fabric })))
      for (const stage of stages) {
        const ratio = (link?.get(stage) ?? NaN) / (counted?.get(stage) ?? NaN)
        expect(ratio, `stage ${stage} on ${fabric}`).toBeGreaterThan(1)
        expect(ratio, `stage ${stage} on ${fabric}`).toBeLessThan(1.05)
      }
      expect((counted?.get(3) ?? 0) / (counted?.get(0) ?? NaN)).toBeCloseTo(1.5, 3)
    }
  })

  it('leaves more communication exposed on the shaped link, in every stage', () => {
    const ofAll = { ethernet: 0, fast: 0 }
    const exposed = rowsOf(byFabric, 'zero.exposed_time')
    expect(exposed.map((row) => row.dimensions['zero_stage']).sort()).toEqual(stages)
    for (const row of exposed) {
      const values = byLevel([row])
      const [ethernet, fast] = ['ethernet', 'fast'].map((level) => values.get(level) ?? NaN) as [number, number]
      expect(ethernet, JSON.stringify(row.dimensions)).toBeGreaterThan(fast)
      // The computation of so few tokens cannot hide most of the time that the bytes need at 1 Gbit/s.
      const bytes = byLevel(rowsOf(byFabric, 'zero.bytes_per_step', { zero_stage: row.dimensions['zero_stage'] })).get('ethernet') ?? NaN
      expect(ethernet).toBeGreaterThan(0.3 * (bytes / 125))
      ofAll.ethernet += ethernet
      ofAll.fast += fast
    }
    // Not stage by stage: two hosts on one machine also wait for each other's turn on its processors.
    expect(ofAll.ethernet).toBeGreaterThan(1.5 * ofAll.fast)
  })

  it('leaves nothing on the hosts but the kit', () => {
    for (const host of ['a', 'b'] as const) {
      expect(lab.processes(host)).toEqual([])
      expect(lab.inside(host, 'ls -A /root').trim().split('\n').sort()).toEqual(['.cache', '.ssh'])
    }
  })
})
