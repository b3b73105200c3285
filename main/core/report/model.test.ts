import { describe, expect, it } from 'vitest'
import { planSchema, reportModel, type Comparison, type Environment, type Experiment, type Run } from '../../../preload/contract'
import { buildReportModel, type ReportInput } from './model'

const plan = planSchema.parse({
  headroom: 1,
  question: 'Which link is faster?',
  hosts: { a: { ssh: 'a' }, b: { ssh: 'b' } },
  fabrics: { fast: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } } },
  factors: { fabric: ['fast'] },
  probes: [{ probe: 'tcp', hosts: ['a', 'b'] }],
})

const experiment: Experiment = {
  id: 'exp-1',
  name: 'links',
  question: plan.question,
  status: 'done',
  plan,
  createdAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  simulated: false,
  programVersion: '0.1.0',
  counts: { total: 1, done: 1, failed: 0, refused: 0, cancelled: 0 },
}

const run = (more: Partial<Run>): Run => ({
  id: 'run-1',
  experimentId: 'exp-1',
  probe: 'tcp',
  probeVersion: '1',
  probeIndex: 0,
  hosts: ['a', 'b'],
  arm: { fabric: 'fast' },
  block: 1,
  repeat: 1,
  warmup: false,
  position: 0,
  attempt: 1,
  status: 'done',
  problem: null,
  transport: {
    claimed: 'fast',
    observed: ['ib0'],
    proof: 'counters',
    evidence: ['host a: ib0 +118.2 MB; claimed ib0', 'NET/Socket : Using [0]ib0'],
  },
  facts: {},
  warnings: [],
  simulated: false,
  commands: [],
  kitSha256: null,
  startedAt: null,
  endedAt: null,
  artifacts: [],
  ...more,
})

const environment = (host: string, rateGbps: number | null, governor: string | null): Environment => ({
  experimentId: 'exp-1',
  host,
  target: host,
  capturedAt: '2026-01-01T00:00:00.000Z',
  artifactSha256: null,
  inventory: {
    hostname: host,
    kernel: '6.1',
    os: 'Debian 12',
    bootId: host,
    uid: 1,
    cpu: { model: 'x', cores: 2, numaNodes: 1, governor },
    memoryMiB: null,
    diskFreeMiB: null,
    memlockKiB: null,
    loadAverage1: null,
    interfaces: [{ name: 'ib0', addresses: [], rateGbps, mtu: 1500, driver: null, linkType: 'ethernet', up: true }],
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

const comparison = (n: number): Comparison => ({
  experiment: 'exp-1',
  factor: 'fabric',
  simulated: false,
  levels: ['fast'],
  fits: [],
  confounders: [],
  excluded: [],
  headlines: [],
  rows: [
    {
      metric: 'tcp.throughput',
      unit: 'GB/s',
      better: 'higher',
      headline: true,
      dimensions: {},
      bound: {},
      verdict: 'cannot_answer',
      reason: '',
      reasonCode: 'arm_missing',
      reasonParams: {},
      ratio: null,
      arms: [{ level: 'fast', n, values: [], runIds: [], median: 1, cv: null }],
    },
  ],
})

const scoreboard = { experiment: 'exp-1', simulated: false, arms: [], rows: [] }

const codes = (more: Partial<ReportInput>): string[] => {
  const model = buildReportModel({
    experiment,
    generatedAt: '2026-01-02T00:00:00.000Z',
    programVersion: '0.1.0',
    environments: [environment('a', 25, 'performance'), environment('b', 25, 'performance')],
    comparisons: [comparison(8)],
    scoreboard,
    runs: [run({}), run({ id: 'run-2', hosts: ['a', 'c'], position: 1 })],
    planYaml: 'headroom: 1\n',
    ...more,
  })
  return reportModel.parse(model).limitations.map(({ code }) => code)
}

describe('the limitations of a report', () => {
  it('are none where nothing limits', () => {
    expect(codes({})).toEqual([])
  })

  it.each<[string, Partial<ReportInput>]>([
    ['simulated', { experiment: { ...experiment, simulated: true } }],
    ['few_launches', { comparisons: [comparison(5)] }],
    ['imported', { experiment: { ...experiment, plan: null } }],
    ['refused_runs', { runs: [run({ status: 'refused' }), run({}), run({ hosts: ['b', 'c'] })] }],
    ['failed_runs', { runs: [run({ status: 'failed' }), run({}), run({ hosts: ['b', 'c'] })] }],
    ['retried_runs', { runs: [run({ attempt: 2 }), run({ hosts: ['b', 'c'] })] }],
    [
      'transport_unproved',
      { runs: [run({ transport: { claimed: 'fast', observed: [], proof: 'none', evidence: [] } }), run({ hosts: ['b', 'c'] })] },
    ],
    [
      'transport_by_counters_only',
      {
        runs: [
          run({ transport: { claimed: 'fast', observed: ['ib0'], proof: 'counters', evidence: ['host a: ib0 +9.0 MB'] } }),
          run({ hosts: ['b', 'c'] }),
        ],
      },
    ],
    ['line_rate_unknown', { environments: [environment('a', null, 'performance'), environment('b', 25, 'performance')] }],
    ['single_host_pair', { runs: [run({})] }],
    ['clocks_not_locked', { environments: [environment('a', 25, 'powersave'), environment('b', 25, 'performance')] }],
  ])('name %s', (code, more) => {
    expect(codes(more)).toEqual([code])
  })

  it('show runs in executed order and carry the counts', () => {
    const model = buildReportModel({
      experiment,
      generatedAt: '',
      programVersion: '',
      environments: [environment('a', null, null)],
      comparisons: [],
      scoreboard,
      planYaml: null,
      runs: [run({ id: 'late', position: 5 }), run({ id: 'early', position: 2, status: 'refused' })],
    })
    expect(model.runs.map(({ id }) => id)).toEqual(['early', 'late'])
    expect(model.limitations).toContainEqual({ code: 'refused_runs', params: { count: 1 } })
    expect(model.limitations).toContainEqual({ code: 'line_rate_unknown', params: { links: 'ib0 on a' } })
  })
})
