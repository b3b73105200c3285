import type { MetricSpec } from '../../preload/contract'

const step = ['rate_target']
const of = ['name', 'label', 'method', ...step]

const statistics: readonly [string, string][] = [
  ['mean', 'Mean'],
  ['min', 'Shortest'],
  ['max', 'Longest'],
  ['p50', 'Median'],
  ['p75', '75th percentile'],
  ['p90', '90th percentile'],
  ['p95', '95th percentile'],
  ['p98', '98th percentile'],
  ['p99', '99th percentile'],
  ['p999', '99.9th percentile'],
]

/** Those that the own generator computes. */
const loadStatistics = statistics.filter(([name]) => !['p75', 'p98', 'p999'].includes(name))

const times = (prefix: string, what: string, dimensions: string[]): MetricSpec[] =>
  statistics.map(([name, word]) => ({
    id: `serving.${prefix}_${name}`,
    unit: 'us',
    better: 'lower',
    dimensions,
    meaning: `${word} of the ${what}`,
    ...(prefix === 'latency' && name === 'p95' ? { headline: true } : {}),
  }))

const rate = (id: string, meaning: string, dimensions: string[] = []): MetricSpec => ({
  id,
  unit: '1/s',
  better: 'higher',
  dimensions,
  meaning,
})

export const servingMetrics: MetricSpec[] = [
  { ...rate('serving.qps', 'Requests completed a second', of), headline: true },
  ...times('latency', 'time from a request to the end of its answer', of),
  ...times('ttft', 'time from a request to the first token of its answer', step),
  ...times('itl', 'time between two tokens of an answer', step),
  ...times('tpot', 'time per token after the first, a mean of each request', step),
  ...times('ttfb', 'time from a request to the first byte of its answer', []),
  {
    id: 'serving.requests',
    unit: '1',
    better: 'none',
    dimensions: [...of, 'outcome'],
    meaning: 'Requests sent; with outcome, those that ended so',
  },
  {
    id: 'serving.errors',
    unit: '1',
    better: 'lower',
    dimensions: [...of, 'error', 'kind', 'phase'],
    meaning: 'Requests that failed, in all or with this error',
  },
  { id: 'serving.error_rate', unit: '1', better: 'lower', dimensions: of, meaning: 'Share of the requests that failed' },
  rate('serving.output_tokens_per_s', 'Tokens of answers a second, over all requests', step),
  rate('serving.total_tokens_per_s', 'Tokens of prompts and answers a second, over all requests'),
  rate('serving.goodput', 'Requests a second that met the limits the test was given'),
  {
    ...rate('serving.knee_qps', 'Highest completed rate at which the latency target still holds', ['statistic', 'target_us']),
    headline: true,
  },
  {
    id: 'serving.accuracy',
    unit: '1',
    better: 'higher',
    dimensions: ['k'],
    meaning: 'Share of labelled prompts whose first k predictions hold a right answer',
  },
  ...loadStatistics.map(([name, word]): MetricSpec => ({
    id: `serving.lag_${name}`,
    unit: 'us',
    better: 'lower',
    dimensions: step,
    meaning: `${word} of how late requests were sent, against when they were due`,
  })),
  { ...rate('serving.arrival_rate', 'Requests sent a second', step), better: 'none' },
  ...(
    [
      ['in_flight_mean', 'none', 'Requests in flight, a mean over time'],
      ['in_flight_max', 'none', 'Most requests in flight at once'],
      ['little_gap', 'lower', "How far the mean in flight is from rate times latency (Little's law), as a share of the larger"],
      ['connections', 'none', 'Connections that were opened'],
      ['generator_cpu', 'lower', 'Share of one core that the generator needed'],
    ] as const
  ).map(([name, better, meaning]): MetricSpec => ({ id: `serving.${name}`, unit: '1', better, dimensions: step, meaning })),
  ...(
    [
      ['latency', 'Latency of every request that ended well'],
      ['ttft', 'Time to first token of every request'],
      ['itl', 'Every time between two tokens'],
      ['lag', 'How late every request was sent'],
    ] as const
  ).map(([name, meaning]): MetricSpec => ({
    id: `serving.${name}`,
    unit: 'us',
    better: 'lower',
    dimensions: step,
    meaning: `${meaning}, as a series`,
  })),
]
