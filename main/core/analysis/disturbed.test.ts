import { describe, expect, it } from 'vitest'
import { planSchema, type Facts, type Plan, type Run } from '../../../preload/contract'
import { sharedMessages } from '../../../preload/contract/messages'
import { expandPlan } from '../runs/design'
import { limitationsOf } from '../report/limitations'
import { compareArms, type MeasuredValue } from './compare'

const plan = (more: Record<string, unknown> = {}): Plan =>
  planSchema.parse({
    headroom: 1,
    question: 'Which link is faster?',
    hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2' } },
    factors: { fabric: ['ethernet', 'fast'] },
    fabrics: { ethernet: { kind: 'ethernet' }, fast: { kind: 'ethernet' } },
    probes: [{ probe: 'tcp', hosts: ['a', 'b'] }],
    warmup: 0,
    ...more,
  })

const busy: Facts = { disturbed: { cpu_busy: { host: 'a', othersPercent: 80, launchPercent: 10, seconds: 5 } } }

const compare = (of: Plan, facts: (run: Run) => Facts, more: (run: Run) => Omit<MeasuredValue, 'runId'>[] = () => []) => {
  const experiment = { id: 'exp-1', simulated: false, plan: of }
  const runs = expandPlan(of).launches.map((launch): Run => {
    const run: Run = {
      ...launch,
      id: `run-${launch.position}`,
      experimentId: 'exp-1',
      probe: 'tcp',
      hosts: ['a', 'b'],
      probeVersion: '1',
      attempt: 1,
      status: 'done',
      problem: null,
      transport: null,
      facts: {},
      warnings: [],
      simulated: false,
      commands: [],
      kitSha256: null,
      startedAt: null,
      endedAt: null,
      artifacts: [],
    }
    return { ...run, facts: facts(run) }
  })
  const throughput = (run: Run): Omit<MeasuredValue, 'runId'> => ({
    metric: 'tcp.throughput',
    unit: 'GB/s',
    value: (run.arm['fabric'] === 'fast' ? 5 : 1) * (1 + run.position / 1000),
    dimensions: {},
  })
  const measurements = runs.flatMap((run) => [throughput(run), ...more(run)].map((one) => ({ ...one, runId: run.id })))
  const comparison = compareArms({
    experiment,
    factor: 'fabric',
    metrics: [{ id: 'tcp.throughput', unit: 'GB/s', better: 'higher', dimensions: [], meaning: '', headline: true }],
    runs,
    environments: [],
    measurements,
    bounds: () => null,
    messages: sharedMessages.en,
  })
  const row = comparison.rows.find(({ metric }) => metric === 'tcp.throughput')
  return { comparison, runs, counts: row?.arms.map(({ n }) => n) }
}

const firstOf = (level: string) => (run: Run) => run.arm['fabric'] === level && run.repeat === 1

describe('a disturbed launch', () => {
  it('is in no verdict, with the reason beside it', () => {
    const { comparison, counts } = compare(plan(), (run) => (firstOf('fast')(run) ? busy : {}))
    expect(counts).toEqual([5, 4])
    expect(comparison.excluded).toMatchObject([
      {
        status: 'done',
        disturbed: true,
        why: 'Disturbed: Other processes used 80 % of the processors of a while the launch ran; the launch itself used 10 %.',
      },
    ])
  })

  it('counts where the plan keeps it, and the report says so', () => {
    const kept = plan({ limits: { keep_disturbed: true } })
    const { comparison, counts, runs } = compare(kept, (run) => (firstOf('fast')(run) ? busy : {}))
    expect(counts).toEqual([5, 5])
    expect(comparison.excluded).toEqual([])
    const experiment = {
      ...{ id: 'exp-1', name: 'x', question: 'x', status: 'done' as const, createdAt: '', endedAt: null, simulated: false },
      ...{ programVersion: '1', counts: { total: 10, done: 10, failed: 0, refused: 0, cancelled: 0 } },
    }
    const codes = (of: Plan): string[] =>
      limitationsOf({ ...experiment, plan: of }, runs, [], [comparison]).map(({ code, params }) => `${code} ${params['count'] ?? ''}`)
    expect(codes(kept)).toContain('disturbed_runs_kept 1')
    expect(codes(plan())).toContain('disturbed_runs 1')
  })

  it('may be one whose GPU clocks are far below those of its arm, which telemetry alone cannot see', () => {
    const clock =
      (util: number) =>
      (run: Run): Omit<MeasuredValue, 'runId'>[] =>
        [0, 1].flatMap((gpu) => [
          {
            metric: 'gpu.sm_clock',
            unit: 'MHz',
            value: gpu === 1 && firstOf('fast')(run) ? 1100 : run.arm['fabric'] === 'fast' ? 1400 : 1200,
            dimensions: { host: 'a', gpu, stat: 'median', probe: 'tcp' },
          },
          { metric: 'gpu.util', unit: '1', value: util, dimensions: { host: 'a', gpu, stat: 'mean', probe: 'tcp' } },
        ])
    // Idle GPUs choose their clocks as they like.
    expect(compare(plan(), () => ({}), clock(0.01)).counts).toEqual([5, 5])
    const { comparison, counts } = compare(plan(), () => ({}), clock(0.9))
    expect(counts).toEqual([5, 4])
    expect(comparison.excluded.map(({ why }) => why)).toEqual([
      'Disturbed: GPU 1 of a ran at 1100 MHz, 21 % below the 1400 MHz of the other launches of its arm.',
    ])
    // The GPUs of a host are one row: their median per launch.
    expect(comparison.rows.filter(({ metric }) => metric === 'gpu.sm_clock').map(({ dimensions }) => dimensions)).toEqual([
      { host: 'a', stat: 'median', probe: 'tcp' },
    ])
  })

  it('leaves figures out that were zero in every launch', () => {
    const drops = (value: number) => (): Omit<MeasuredValue, 'runId'>[] => [
      { metric: 'net.drops', unit: '1', value, dimensions: { host: 'a', interface: 'eth0', stat: 'total', probe: 'tcp' } },
    ]
    const metricsOf = (value: number): string[] => compare(plan(), () => ({}), drops(value)).comparison.rows.map(({ metric }) => metric)
    expect(metricsOf(0)).toEqual(['tcp.throughput'])
    expect(metricsOf(3)).toEqual(['tcp.throughput', 'net.drops'])
    const shown = compare(plan(), () => ({}), drops(3)).comparison.rows.find(({ metric }) => metric === 'net.drops')
    expect(shown).toMatchObject({ better: 'none', verdict: 'cannot_answer', reasonCode: 'no_better_direction' })
  })
})
