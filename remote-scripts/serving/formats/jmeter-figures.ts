import type { Dimensions } from '../../../preload/contract'
import { scaleByTen } from '../../_kit/numbers'
import { add, warn, type Reading } from '../../_kit/reading'

/** What JMeter's own reports say of one label, or of all samples together; times in milliseconds as JMeter defines them. */
export interface JmeterFigures {
  /** Null: all samples together. */
  label: string | null
  samples: number
  failed: number | null
  errorShare: number | null
  qps: number | null
  /** By the end of the metric's name. */
  times: ReadonlyMap<string, number>
}

export const addFigures = (reading: Reading, { label, samples, failed, errorShare, qps, times }: JmeterFigures): void => {
  const dimensions: Dimensions = label === null ? {} : { label }
  reading.rows.understood += 1
  add(reading, 'serving.requests', '1', samples, dimensions)
  add(reading, 'serving.qps', '1/s', qps, dimensions)
  add(reading, 'serving.error_rate', '1', failed === null || samples === 0 ? errorShare : failed / samples, dimensions)
  if (failed !== null && failed > 0) {
    add(reading, 'serving.errors', '1', failed, dimensions)
    warn(reading, 'errors_present', `${failed} of ${samples} requests failed.`)
  }
  for (const [name, milliseconds] of times)
    if (samples > 0) add(reading, `serving.latency_${name}`, 'us', scaleByTen(String(milliseconds), 3), dimensions)
}

export const warnOfLabels = (reading: Reading, labels: number): void => {
  if (labels > 1)
    warn(reading, 'aggregate_mixes_endpoints', 'The figures without a label mix all labels; transactions count beside their requests.')
}
