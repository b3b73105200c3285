import type { Unit } from '../../../preload/contract'
import { scaleByTen } from '../../_kit/numbers'
import { add, warn, type Reading } from '../../_kit/reading'
import { percentiles } from './percentiles'

/** Times that a benchmark client reports, by the short names of vllm and sglang. TPOT is a mean per request, ITL is every gap: they differ. */
const families = new Map<string, string>([
  ['ttft', 'serving.ttft_'],
  ['tpot', 'serving.tpot_'],
  ['itl', 'serving.itl_'],
  ['e2el', 'serving.latency_'],
  ['e2e_latency', 'serving.latency_'],
])

/** The end of a metric's name for `mean`, `median`, `max`, `min`, `p99`, `p99.9`; null for others (std is no percentile). */
const statistic = (word: string): string | null => {
  if (word === 'mean' || word === 'max' || word === 'min') return word
  if (word === 'median') return 'p50'
  const share = /^p(\d{1,2}(?:\.\d{1,4})?)$/.exec(word)?.[1]
  return share === undefined ? null : (percentiles.get(Number(share)) ?? null)
}

export interface BenchTime {
  family: string
  statistic: string
  us: number
}

/** Times of one result, as they come; a family of which every figure is 0 was not measured. */
export class BenchTimes {
  private readonly times: BenchTime[] = []

  /** `family` as in `mean_ttft_ms`, `word` as in `mean`; milliseconds. */
  add(family: string, word: string, milliseconds: number | null): boolean {
    const prefix = families.get(family)
    const name = statistic(word)
    const us = milliseconds === null ? null : scaleByTen(String(milliseconds), 3)
    if (prefix === undefined || name === null || us === null) return false
    // Asked for the 50th percentile, vllm prints it beside the median: it is the same figure.
    if (!this.has(family, name)) this.times.push({ family: prefix, statistic: name, us })
    return true
  }

  has(family: string, word: string): boolean {
    return this.times.some((time) => time.family === families.get(family) && time.statistic === word)
  }

  addTo(reading: Reading): void {
    const measured = new Set(this.times.filter(({ us }) => us !== 0).map(({ family }) => family))
    const missing = new Set(this.times.filter(({ family }) => !measured.has(family)).map(({ family }) => family))
    for (const { family, statistic: name, us } of this.times) if (measured.has(family)) add(reading, `${family}${name}`, 'us', us, {})
    if (missing.size > 0)
      warn(
        reading,
        'not_measured',
        `All figures of ${[...missing].map((name) => name.slice(0, -1)).join(', ')} are 0: they were not measured (no streaming, or no request succeeded).`,
      )
  }
}

export interface BenchCounts {
  completed: number | null
  failed: number | null
  qps: number | null
}

/** Requests, rate and share of failures. Without a count of failures nothing is said about them. */
export const addCounts = (reading: Reading, { completed, failed, qps }: BenchCounts): void => {
  add(reading, 'serving.qps', '1/s', qps, {})
  if (completed === null) return
  const sent = completed + (failed ?? 0)
  add(reading, 'serving.requests', '1', sent, {})
  if (failed === null) return
  if (sent > 0) add(reading, 'serving.error_rate', '1', failed / sent, {})
  if (failed === 0) return
  add(reading, 'serving.errors', '1', failed, {})
  add(reading, 'serving.requests', '1', completed, { outcome: 'success' })
  warn(reading, 'errors_present', `${failed} of ${sent} requests failed.`)
  if (completed === 0) warn(reading, 'only_failures', 'Every request failed: the times say nothing.')
}

export const addRate = (reading: Reading, metric: string, value: number | null): void => {
  const unit: Unit = '1/s'
  add(reading, metric, unit, value, {})
}

/** A finite offered rate that was not reached says that the server, not the client, set the pace. */
export const warnAboutRate = (reading: Reading, offered: number | null, reached: number | null): void => {
  if (offered !== null && reached !== null && reached < offered * 0.9)
    warn(
      reading,
      'overloaded',
      `${offered} requests/s were offered and ${reached.toFixed(2)} completed: latencies hold the time in the queue.`,
    )
}
