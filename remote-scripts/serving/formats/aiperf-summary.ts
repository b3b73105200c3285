import { add, fail, setFacts, warn, type Reading } from '../../_kit/reading'
import { aiperfMetrics, inMicroseconds, isPerSecond } from './aiperf-names'
import { addCounts } from './bench-figures'
import { percentiles } from './percentiles'

/** One metric of a summary: its tag, its unit as printed, and its figures by name (`avg`, `p99`, …). */
export interface SummaryMetric {
  tag: string
  unit: string | null
  figures: ReadonlyMap<string, number>
}

const statistic = (name: string): string | null => {
  if (name === 'avg') return 'mean'
  if (name === 'min' || name === 'max') return name
  return /^p\d/.test(name) ? (percentiles.get(Number(name.slice(1))) ?? null) : null
}

const addTimes = (reading: Reading, prefix: string, { tag, unit, figures }: SummaryMetric): void => {
  if (inMicroseconds(0, unit) === null)
    return fail(reading, 'parse.unit_unknown', `The file does not say the unit of time of ${tag}.`, `${tag}: ${unit ?? ''}`)
  for (const [name, value] of figures) {
    const end = statistic(name)
    if (end !== null) add(reading, `${prefix}${end}`, 'us', inMicroseconds(value, unit), {})
  }
  if (tag === 'inter_token_latency')
    warn(
      reading,
      'itl_per_request',
      'The inter-token latency is a mean per request (vllm calls it TPOT): its percentiles are not those of single gaps.',
    )
}

/** Adds the figures of a summary, JSON or CSV. */
export const addSummary = (reading: Reading, metrics: readonly SummaryMetric[]): void => {
  const counts = { completed: null as number | null, failed: null as number | null, qps: null as number | null }
  for (const metric of metrics) {
    const known = aiperfMetrics.get(metric.tag)
    const average = metric.figures.get('avg') ?? null
    if (!known) continue
    if (known.kind === 'time') addTimes(reading, known.prefix, metric)
    else if (known.kind === 'count') counts[known.what] = average
    else if (known.kind === 'duration') {
      const duration = average === null ? null : inMicroseconds(average, metric.unit)
      if (duration !== null) setFacts(reading, { duration_s: duration / 1e6 })
    } else if (!isPerSecond(metric.unit))
      fail(reading, 'parse.unit_unknown', `The file does not say the unit of ${metric.tag}.`, metric.tag)
    else if (known.metric === 'serving.qps') counts.qps = average
    else add(reading, known.metric, '1/s', average, {})
  }
  addCounts(reading, counts)
}
