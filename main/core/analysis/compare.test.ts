import { describe, expect, it } from 'vitest'
import {
  comparison,
  planSchema,
  type Arm,
  type Comparison,
  type Environment,
  type Facts,
  type MetricSpec,
  type Plan,
  type Run,
  type RunStatus,
} from '../../../preload/contract'
import { sharedMessages } from '../../../preload/contract/messages'
import { seededPrng, type Prng } from '../random/prng'
import { expandPlan } from '../runs/design'
import { lineRateBounds } from './bounds'
import { compareArms, type CompareInput, type MeasuredValue } from './compare'

const metrics: MetricSpec[] = [
  { id: 'tcp.throughput', unit: 'GB/s', better: 'higher', dimensions: [], meaning: 'goodput', headline: true },
  { id: 'tcp.lat_p50', unit: 'us', better: 'lower', dimensions: [], meaning: 'median round trip', headline: true },
  { id: 'tcp.retransmits', unit: '1', better: 'lower', dimensions: [], meaning: 'segments sent again' },
  {
    id: 'nccl.busbw',
    unit: 'GB/s',
    better: 'higher',
    dimensions: ['size_bytes', 'collective', 'in_place'],
    meaning: 'bus bandwidth',
    headline: true,
  },
  { id: 'nccl.time', unit: 'us', better: 'lower', dimensions: ['size_bytes', 'collective', 'in_place'], meaning: 'time' },
  { id: 'nccl.avg_busbw', unit: 'GB/s', better: 'higher', dimensions: [], meaning: 'mean over sizes' },
]

const plan = (more: Record<string, unknown> = {}): Plan =>
  planSchema.parse({
    headroom: 1,
    question: 'Which link is faster?',
    hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2' } },
    fabrics: {
      ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
      fast: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } },
    },
    factors: { fabric: ['ethernet', 'fast'] },
    probes: [{ probe: 'tcp', hosts: ['a', 'b'] }],
    ...more,
  })

type Values = (run: Run, random: Prng) => Omit<MeasuredValue, 'runId'>[]
const value = (metric: string, number: number, dimensions: MeasuredValue['dimensions'] = {}): Omit<MeasuredValue, 'runId'> => ({
  metric,
  unit: metrics.find(({ id }) => id === metric)?.unit ?? '1',
  value: number,
  dimensions,
})

interface Story {
  plan?: Plan
  values: Values
  facts?: (arm: Arm) => Facts
  status?: (run: Run) => RunStatus
  seed?: number
  more?: Partial<CompareInput>
}

const noise = (random: Prng): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())
  return (1 + 0.015 * normal) * (random.unit() < 1 / 12 ? 1 - 0.06 * random.unit() : 1)
}

const runsOf = (of: Plan, story: Story): Run[] =>
  expandPlan(of).launches.map((launch): Run => {
    const run: Run = {
      ...launch,
      id: `run-${launch.position}`,
      experimentId: 'exp-1',
      probeVersion: '1',
      attempt: 1,
      status: 'done',
      problem: null,
      transport: null,
      facts: story.facts?.(launch.arm) ?? {},
      warnings: [],
      simulated: false,
      commands: [],
      kitSha256: null,
      startedAt: null,
      endedAt: null,
      artifacts: [],
    }
    const status = story.status?.(run) ?? 'done'
    return { ...run, status, problem: status === 'refused' ? { code: 'transport.contradicted', message: 'eth0 carried it' } : null }
  })

const compare = (story: Story): Comparison => {
  const of = story.plan ?? plan()
  const random = seededPrng(story.seed ?? 1)
  const runs = runsOf(of, story)
  const measurements = runs.flatMap((run) => story.values(run, random).map((one) => ({ ...one, runId: run.id })))
  const result = compareArms({
    experiment: { id: 'exp-1', simulated: false, plan: of },
    factor: 'fabric',
    metrics,
    runs,
    environments: [],
    measurements,
    bounds: () => null,
    messages: sharedMessages.en,
    ...story.more,
  })
  // The contract is what leaves the core: no NaN, no Infinity.
  return comparison.parse(JSON.parse(JSON.stringify(result)))
}

const throughput =
  (fast: number): Values =>
  (run, random) => [value('tcp.throughput', (run.arm.fabric === 'fast' ? fast : 1) * noise(random))]
const rowOf = (result: Comparison, metric: string) => result.rows.find((row) => row.metric === metric)

describe('verdicts', () => {
  it('names the faster fabric, with effect, interval and n', () => {
    const result = compare({ values: throughput(8) })
    const row = rowOf(result, 'tcp.throughput')
    expect(row).toMatchObject({ verdict: 'faster', reasonCode: 'interval_excludes_one', ratio: { of: 'fast/ethernet' } })
    expect(row?.ratio?.p).toBeCloseTo(2 / 252, 12)
    expect(row?.arms.map(({ level, n }) => [level, n])).toEqual([
      ['ethernet', 5],
      ['fast', 5],
    ])
    expect((row?.ratio?.low ?? 0) < 8 && (row?.ratio?.high ?? 0) > 8).toBe(true)
    expect(result.headlines).toHaveLength(1)
    expect(result.headlines[0]?.sentence).toMatch(
      /^tcp\.throughput: fast is better than ethernet, ratio [78]\.\d+ \[7\.\d+, 8\.\d+\], n = 5 and 5\.$/,
    )
  })

  it('names a level that is a number by its factor, and follows the order of the plan, not that of the launches', () => {
    const of = plan({ factors: { stage: [0, 3], fabric: ['ethernet', 'fast'] }, order: { kind: 'randomised-blocks', seed: 4 } })
    const values: Values = (run, random) => [value('tcp.throughput', (run.arm['stage'] === 3 ? 8 : 1) * noise(random))]
    const byStage = compare({ plan: of, values, more: { factor: 'stage' } })
    expect(byStage.headlines[0]?.sentence).toMatch(/^tcp\.throughput \(ethernet\): stage 3 is better than stage 0, ratio/)
    for (const seed of [1, 2, 3, 4]) {
      const rows = compare({ plan: { ...of, order: { kind: 'randomised-blocks', seed } }, values }).rows
      expect(rows.map(({ dimensions }) => dimensions['stage'])).toEqual([0, 3])
    }
  })

  it('calls a higher latency slower, because lower is better', () => {
    const values: Values = (run, random) => [value('tcp.lat_p50', (run.arm.fabric === 'fast' ? 60 : 20) * noise(random))]
    expect(rowOf(compare({ values }), 'tcp.lat_p50')).toMatchObject({ verdict: 'slower' })
  })

  it('must abstain at three against three, and says that four would do', () => {
    const row = rowOf(compare({ plan: plan({ repeats: 3 }), values: throughput(8) }), 'tcp.throughput')
    expect(row).toMatchObject({ verdict: 'cannot_answer', reasonCode: 'too_few_launches', reasonParams: { smallestP: '0.1', needed: 4 } })
    expect(row?.ratio?.method).toContain('90 %')
  })

  it('calls equivalent what lies inside the margin, even when it differs for certain', () => {
    const close: Values = (run, random) => [value('tcp.throughput', (run.arm.fabric === 'fast' ? 1.01 : 1) * (1 + 0.001 * random.unit()))]
    expect(rowOf(compare({ values: close }), 'tcp.throughput')).toMatchObject({ verdict: 'equivalent', reasonParams: { marginPercent: 3 } })
    expect(rowOf(compare({ values: close, more: { margin: 0.005 } }), 'tcp.throughput')).toMatchObject({ verdict: 'faster' })
  })

  it('abstains when the interval is too wide, and says how many launches would do', () => {
    const wild: Values = (_, random) => [value('tcp.throughput', 1 + 0.4 * random.unit())]
    const row = rowOf(compare({ values: wild, seed: 3 }), 'tcp.throughput')
    expect(row).toMatchObject({ verdict: 'cannot_answer', reasonCode: 'interval_too_wide' })
    expect(Number(row?.reasonParams.needed)).toBeGreaterThan(50)
    expect(row?.reason).toMatch(/About \d+ launches per arm/)
  })

  it('does not judge zeros, constants, or metrics without a better direction', () => {
    const values: Values = (run, random) => [
      value('tcp.retransmits', run.arm.fabric === 'fast' ? 0 : 3 + Math.floor(5 * random.unit())),
      value('tcp.lat_p50', 7),
      value('own.thing', random.unit()),
    ]
    const result = compare({ values })
    expect(rowOf(result, 'tcp.retransmits')).toMatchObject({ reasonCode: 'zero_values', ratio: null })
    expect(rowOf(result, 'tcp.lat_p50')).toMatchObject({ reasonCode: 'no_variation', verdict: 'cannot_answer' })
    expect(rowOf(result, 'own.thing')).toMatchObject({ reasonCode: 'no_better_direction', verdict: 'cannot_answer' })
  })

  it('corrects its headlines for being several', () => {
    const four = plan({ repeats: 4 })
    const both: Values = (run, random) => [
      ...throughput(8)(run, random),
      value('tcp.lat_p50', (run.arm.fabric === 'fast' ? 10 : 60) * noise(random)),
    ]
    const result = compare({ plan: four, values: both })
    // Each alone reaches p = 0.029; together Holm makes it 0.057.
    expect(result.headlines.map(({ verdict }) => verdict)).toEqual(['cannot_answer', 'cannot_answer'])
    expect(rowOf(result, 'tcp.throughput')).toMatchObject({ reasonCode: 'not_multiplicity_safe', reasonParams: { tests: 2, needed: 5 } })
    expect(compare({ plan: plan(), values: both }).headlines.map(({ verdict }) => verdict)).toEqual(['faster', 'faster'])
  })

  it('is wrong in at most 5 of 100 experiments where nothing differs', () => {
    const same: Values = (_, random) => [value('tcp.throughput', noise(random)), value('tcp.lat_p50', 20 * noise(random))]
    let wrong = 0
    const experiments = 1500
    for (let seed = 1; seed <= experiments; seed += 1) {
      const { headlines } = compare({ values: same, seed, plan: plan({ repeats: 6 }) })
      if (headlines.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) wrong += 1
    }
    expect(wrong / experiments).toBeLessThanOrEqual(0.05)
    // A test that never speaks would pass the line above.
    expect(wrong).toBeGreaterThan(0)
  })
})

describe('which launches count', () => {
  it('leaves out warm-ups, and lists refused and failed runs with the reason', () => {
    const status = (run: Run): RunStatus => (run.repeat === 2 && run.arm.fabric === 'fast' ? 'refused' : 'done')
    const result = compare({ values: throughput(8), status })
    expect(rowOf(result, 'tcp.throughput')?.arms.map(({ n }) => n)).toEqual([5, 4])
    expect(result.excluded).toEqual([{ runId: expect.stringMatching(/^run-/), status: 'refused', why: 'eth0 carried it' }])
  })

  it('says which arm is missing', () => {
    const result = compare({ values: throughput(8), status: (run) => (run.arm.fabric === 'fast' ? 'failed' : 'done') })
    expect(rowOf(result, 'tcp.throughput')).toMatchObject({
      verdict: 'cannot_answer',
      reasonCode: 'arm_missing',
      reasonParams: { missing: 'fast' },
      ratio: null,
    })
    expect(result.headlines[0]?.sentence).toContain('no finished launch of fast')
  })

  it('takes the median of several values of one launch', () => {
    const several: Values = (run, random) =>
      [1, 100, 3].map((factor) => value('tcp.throughput', factor * (run.arm.fabric === 'fast' ? 2 : 1) * noise(random)))
    expect(rowOf(compare({ values: several }), 'tcp.throughput')?.arms[0]?.median).toBeGreaterThan(2.5)
  })

  it('compares within equal levels of the other factors, each level against the first', () => {
    const three = plan({
      factors: { fabric: ['ethernet', 'fast', 'faster'], streams: [1, 8] },
      fabrics: { ...plan().fabrics, faster: { kind: 'ethernet', interfaces: { a: 'ib1', b: 'ib1' } } },
    })
    const values: Values = (run, random) => [
      value('tcp.throughput', Number(run.arm.streams) * { ethernet: 1, fast: 2, faster: 4 }[String(run.arm.fabric)]! * noise(random)),
    ]
    const { rows } = compare({ plan: three, values })
    expect(rows.map(({ dimensions, ratio }) => [dimensions.streams, ratio?.of, Math.round(ratio?.estimate ?? 0)])).toEqual(
      expect.arrayContaining([
        [1, 'fast/ethernet', 2],
        [1, 'faster/ethernet', 4],
        [8, 'fast/ethernet', 2],
        [8, 'faster/ethernet', 4],
      ]),
    )
    expect(rows).toHaveLength(4)
  })
})

describe('what else differed', () => {
  it('blocks the verdict when the arms had other ranks', () => {
    const result = compare({ values: throughput(8), facts: (arm) => ({ ranks: arm.fabric === 'fast' ? 16 : 8 }) })
    expect(result.confounders).toEqual([
      expect.objectContaining({ what: 'tcp: ranks', values: { ethernet: '8', fast: '16' }, blocking: true }),
    ])
    expect(rowOf(result, 'tcp.throughput')).toMatchObject({ verdict: 'cannot_answer', reasonCode: 'blocked_by_confounder' })
    expect(result.headlines[0]?.sentence).toContain('ranks differs')
  })

  it('lists what rarely decides, without blocking, and ignores what a log does not say', () => {
    const facts = (arm: Arm): Facts => ({
      tool_version: arm.fabric === 'fast' ? '3.16' : '3.12',
      nccl_version: arm.fabric === 'fast' ? null : '2.21',
      transport: String(arm.fabric),
    })
    const result = compare({ values: throughput(8), facts })
    expect(result.confounders.map(({ what, blocking }) => [what, blocking])).toEqual([['tcp: tool_version', false]])
    expect(rowOf(result, 'tcp.throughput')?.verdict).toBe('faster')
  })

  it('does not call the factor itself a confounder', () => {
    const of = plan({ factors: { backend: ['gloo', 'nccl'] } })
    const values: Values = (run, random) => [value('tcp.throughput', (run.arm.backend === 'nccl' ? 2 : 1) * noise(random))]
    const result = compare({
      plan: of,
      values,
      facts: (arm) => ({ backend: arm.backend ?? null, via: `torch/${String(arm.backend)}` }),
      more: { factor: 'backend' },
    })
    expect(result.confounders).toEqual([])
    expect(rowOf(result, 'tcp.throughput')?.verdict).toBe('faster')
  })

  it('blocks an average over sizes, not the sizes both arms measured', () => {
    const values: Values = (run, random) => {
      const sizes = run.arm.fabric === 'fast' ? [1024, 2048, 4096] : [1024, 2048]
      const pace = (run.arm.fabric === 'fast' ? 3 : 1) * noise(random)
      return [
        ...sizes.map((size) => value('nccl.busbw', pace, { size_bytes: size, collective: 'all_reduce' })),
        value('nccl.avg_busbw', pace),
      ]
    }
    const result = compare({ values })
    expect(result.confounders.map(({ what, blocking }) => [what, blocking])).toEqual([['tcp: message sizes', true]])
    expect(rowOf(result, 'nccl.avg_busbw')).toMatchObject({ reasonCode: 'blocked_by_confounder' })
    expect(result.headlines.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^nccl\.busbw \(all_reduce, 2 KiB\): fast is better/),
    ])
  })

  it('sees that hosts or their drivers differ', () => {
    const environment = (host: string, kernel: string): Environment => ({
      experimentId: 'exp-1',
      host,
      target: host,
      capturedAt: '2026-01-01T00:00:00.000Z',
      artifactSha256: null,
      inventory: {
        hostname: host,
        kernel,
        os: 'Debian 12',
        bootId: host,
        uid: 1,
        cpu: { model: 'x', cores: 2, numaNodes: 1, governor: null },
        memoryMiB: null,
        diskFreeMiB: null,
        memlockKiB: null,
        loadAverage1: null,
        interfaces: [],
        hcas: [],
        gpus: [],
        gpuTopology: null,
        cudaVersion: null,
        ncclVersion: null,
        tools: {},
        pythons: [],
        simulated: false,
        preflight: [],
      },
    })
    const hosts = { a: { ssh: 'a' }, b: { ssh: 'b' }, c: { ssh: 'c' } }
    const probes = [
      { probe: 'tcp', hosts: ['a', 'b'], when: { fabric: ['ethernet'] } },
      { probe: 'tcp', hosts: ['a', 'c'], when: { fabric: ['fast'] } },
    ]
    const of = plan({
      hosts,
      probes,
      fabrics: {
        ethernet: { kind: 'ethernet', interfaces: { a: 'e', b: 'e' } },
        fast: { kind: 'ethernet', interfaces: { a: 'i', c: 'i' } },
      },
    })
    const result = compare({
      plan: of,
      values: throughput(8),
      more: { environments: [environment('a', '6.1'), environment('b', '6.1'), environment('c', '6.8')] },
    })
    expect(result.confounders.map(({ what, blocking }) => [what, blocking])).toEqual(
      expect.arrayContaining([
        ['tcp: hosts', true],
        ['tcp: kernel', false],
      ]),
    )
    expect(rowOf(result, 'tcp.throughput')?.verdict).toBe('cannot_answer')
  })

  it('lets a drift pass when the arms were interleaved, and abstains when they were not', () => {
    const drifting: Values = (run, random) => [
      value('tcp.throughput', (run.arm.fabric === 'fast' ? 8 : 1) * (1 + 0.004 * run.position) * (1 + 0.001 * random.unit())),
    ]
    const interleaved = compare({ plan: plan({ repeats: 8 }), values: drifting })
    expect(interleaved.confounders.map(({ what, blocking }) => [what, blocking])).toEqual([['tcp: drift', false]])
    expect(rowOf(interleaved, 'tcp.throughput')?.verdict).toBe('faster')
    const sequential = compare({ plan: plan({ repeats: 8, order: { kind: 'sequential' } }), values: drifting })
    expect(rowOf(sequential, 'tcp.throughput')).toMatchObject({ verdict: 'cannot_answer', reasonCode: 'drift' })
  })
})

describe('bounds and fits', () => {
  it('puts the slowest link’s line rate beside each arm, none where no driver reports it', () => {
    const link = (name: string, rateGbps: number | null) => ({
      name,
      addresses: [],
      rateGbps,
      mtu: 1500,
      driver: null,
      linkType: 'ethernet' as const,
      up: true,
    })
    const host = (eth: number) => ({ interfaces: [link('eth0', eth), link('ib0', null)], hcas: [] })
    const inventories = { a: host(100), b: host(25) } as unknown as Record<string, Environment['inventory']>
    const result = compare({ values: throughput(8), more: { bounds: lineRateBounds(plan().fabrics, inventories, sharedMessages.en) } })
    expect(rowOf(result, 'tcp.throughput')?.bound).toEqual({ ethernet: { value: 3.125, source: 'eth0 on b: 25 Gb/s line rate (driver)' } })
  })

  it('fits time against size in every arm', () => {
    const values: Values = (run, random) => {
      const [alpha, beta, pace] = run.arm.fabric === 'fast' ? [8, 4e-5, noise(random)] : [50, 3.6e-4, noise(random)]
      return Array.from({ length: 12 }, (_, index) => 1024 * 4 ** index).map((size) =>
        value('nccl.time', (alpha + beta * size) * pace, { size_bytes: size, collective: 'all_reduce', in_place: false }),
      )
    }
    const { fits } = compare({ values })
    expect(fits.map(({ level, dimensions }) => [level, dimensions.collective])).toEqual([
      ['ethernet', 'all_reduce'],
      ['fast', 'all_reduce'],
    ])
    expect(Math.abs((fits[1]?.segments[0]?.interceptUs ?? 0) / 8 - 1)).toBeLessThan(0.05)
    expect(Math.abs((fits[0]?.segments.at(-1)?.usPerByte ?? 0) / 3.6e-4 - 1)).toBeLessThan(0.05)
  })
})
