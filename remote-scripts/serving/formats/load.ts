import type { Dimensions } from '../../../preload/contract'
import { add, warn, type Reading } from '../../_kit/reading'
import { Distribution, type DistributionLimits } from '../streams/distribution'
import { computedShares } from './percentiles'

/** Fewer requests than this say little about a 99th percentile. */
export const fewRequests = 100

/** Adds mean, extremes and percentiles of times in ms as `${prefix}mean` and so on. */
export const addDistribution = (reading: Reading, prefix: string, times: Distribution, dimensions: Dimensions): void => {
  const us = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds * 1000)
  if (times.count === 0) return
  add(reading, `${prefix}mean`, 'us', (times.sum * 1000) / times.count, dimensions)
  add(reading, `${prefix}min`, 'us', us(times.min), dimensions)
  add(reading, `${prefix}max`, 'us', us(times.max), dimensions)
  for (const [share, name] of computedShares) add(reading, `${prefix}${name}`, 'us', us(times.quantile(share)), dimensions)
  if (!times.exact) warn(reading, 'percentiles_approximate', 'The file has too many different times: percentiles are exact to 0.05 %.')
}

/** Requests of one kind, added up one by one. */
export class Load {
  requests = 0
  failed = 0
  /** Requests of which the file says whether they failed. */
  judged = 0
  readonly times: Distribution
  /** Requests whose start is not known. */
  untimed = 0
  private firstStartMs = Infinity
  private lastEndMs = -Infinity

  constructor(limits?: DistributionLimits) {
    this.times = new Distribution(limits)
  }

  add(startMs: number | null, elapsedMs: number, success: boolean | null): void {
    this.requests += 1
    this.times.add(elapsedMs)
    if (success !== null) this.judged += 1
    if (success === false) this.failed += 1
    if (startMs === null) {
      this.untimed += 1
      return
    }
    this.firstStartMs = Math.min(this.firstStartMs, startMs)
    this.lastEndMs = Math.max(this.lastEndMs, startMs + elapsedMs)
  }

  /** From the first start to the last end; null when some requests have no time of day. */
  get seconds(): number | null {
    return this.untimed === 0 && this.lastEndMs > this.firstStartMs ? (this.lastEndMs - this.firstStartMs) / 1000 : null
  }

  addTo(reading: Reading, dimensions: Dimensions): void {
    if (this.requests === 0) return
    add(reading, 'serving.requests', '1', this.requests, dimensions)
    add(reading, 'serving.qps', '1/s', this.seconds === null ? null : this.requests / this.seconds, dimensions)
    if (this.judged === this.requests) add(reading, 'serving.error_rate', '1', this.failed / this.requests, dimensions)
    if (this.failed > 0) add(reading, 'serving.errors', '1', this.failed, dimensions)
    addDistribution(reading, 'serving.latency_', this.times, dimensions)
  }
}

/** Says when requests failed, when all did, and when there were few. */
export const warnAboutLoad = (reading: Reading, requests: number, failed: number): void => {
  if (failed > 0) warn(reading, 'errors_present', `${failed} of ${requests} requests failed.`)
  if (failed > 0 && failed === requests)
    warn(reading, 'only_failures', 'Every request in the file failed: the error rate describes the file, perhaps not the test.')
  if (requests < fewRequests) warn(reading, 'few_requests', `${requests} requests are few for percentiles.`)
}
