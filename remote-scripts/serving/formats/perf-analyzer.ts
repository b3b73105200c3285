import { scaleByTen } from '../../_kit/numbers'
import { add, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { fewRequests } from './load'

/** What Perf Analyzer measured at one concurrency or one rate. */
export interface Experiment {
  /** `concurrency` or `request_rate`, and its value as printed. */
  mode: string
  level: string
  requests: number | null
  inferencesPerS: string | null
  /** Inferences of one request; null where the text does not say. */
  batch: number | null
  /** By the end of the metric's name; us. */
  times: ReadonlyMap<string, number>
}

export const perfAnalyzer = 'perf_analyzer'

/** `Request concurrency` -> `concurrency`. */
export const modeOf = (name: string): string => (/rate/i.test(name) ? 'request_rate' : 'concurrency')

/**
 * One result for each level of load. The tool counts inferences: of requests with a batch there are fewer, and without its size
 * their rate cannot be told.
 */
export const readExperiment = ({ mode, level, requests, inferencesPerS, batch, times }: Experiment): Reading => {
  const reading = newReading('serving', perfAnalyzer)
  const rate = inferencesPerS === null ? null : scaleByTen(inferencesPerS, 0)
  setFacts(reading, { tool: perfAnalyzer, [mode]: Number(level), inferences_per_s: rate, batch_size: batch })
  add(reading, 'serving.requests', '1', requests, {})
  if (rate !== null && batch !== null && batch > 0) add(reading, 'serving.qps', '1/s', rate / batch, {})
  for (const [name, us] of times) add(reading, `serving.latency_${name}`, 'us', us, {})
  if (rate !== null && batch === null)
    warn(
      reading,
      'batch_unknown',
      'The text does not say how many inferences a request holds (`-b`): inferences_per_s is known, requests a second are not.',
    )
  if (requests !== null && requests < fewRequests) warn(reading, 'few_requests', `${requests} requests are few for percentiles.`)
  return reading
}
