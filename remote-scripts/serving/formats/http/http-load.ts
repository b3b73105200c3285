import type { Dimensions, Facts } from '../../../../preload/contract'
import { add, newReading, setFacts, warn, type Reading } from '../../../_kit/reading'
import { redactSecrets } from '../../../_kit/secrets'
import { quote } from '../../../_kit/text'
import { fewRequests } from '../load'
import { percentiles } from '../percentiles'

const mostErrors = 50

/** What a small HTTP load generator (wrk, hey, ab, k6 …) prints of one run. */
export class HttpRun {
  readonly reading: Reading
  requests: number | null = null
  failed: number | null = null
  qps: number | null = null
  private readonly times = new Map<string, number>()
  private readonly errors = new Map<string, number>()

  constructor(tool: string) {
    this.reading = newReading('serving', tool)
    setFacts(this.reading, { tool })
  }

  facts(facts: Facts): void {
    setFacts(this.reading, facts)
  }

  /** `name`: `mean`, `min`, `max` or a percentile's end; the first one counts. */
  time(name: string | null, us: number | null): void {
    if (name === null || us === null) return
    if (!this.times.has(name)) this.times.set(name, us)
    this.reading.rows.understood += 1
  }

  /** `share` as printed: `99`, `99.900`. */
  percentile(share: string, us: number | null): void {
    this.time(percentiles.get(Number(share)) ?? null, us)
  }

  error(name: string, count: number): void {
    if (count > 0 && !this.errors.has(name) && this.errors.size < mostErrors) this.errors.set(name, count)
  }

  get hasFigures(): boolean {
    return this.times.size > 0 || this.qps !== null
  }

  finish(dimensions: Dimensions = {}): Reading {
    const { reading, requests, failed } = this
    add(reading, 'serving.requests', '1', requests, dimensions)
    add(reading, 'serving.qps', '1/s', this.qps, dimensions)
    if (requests !== null && requests > 0 && failed !== null) {
      add(reading, 'serving.error_rate', '1', failed / requests, dimensions)
      if (failed > 0) add(reading, 'serving.errors', '1', failed, dimensions)
      if (failed > 0) warn(reading, 'errors_present', `${failed} of ${requests} requests failed.`)
    }
    for (const [error, count] of this.errors)
      add(reading, 'serving.errors', '1', count, { ...dimensions, error: quote(redactSecrets(error)) })
    for (const [name, us] of this.times) add(reading, `serving.latency_${name}`, 'us', us, dimensions)
    if (requests !== null && requests < fewRequests) warn(reading, 'few_requests', `${requests} requests are few for percentiles.`)
    return reading
  }
}
