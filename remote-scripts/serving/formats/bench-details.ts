import { add, type Reading } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { quote } from '../../_kit/text'
import { Distribution } from '../streams/distribution'
import type { BenchTimes } from './bench-figures'
import { computedShares } from './percentiles'

const mostErrors = 20

/** Requests with an error, of the list that holds an empty text for each that had none; null when there is no such list. */
export const failuresOf = (errors: unknown): number | null =>
  Array.isArray(errors) && errors.every((error) => typeof error === 'string') ? errors.filter((error) => error !== '').length : null

const addErrors = (reading: Reading, errors: readonly string[]): void => {
  const counts = new Map<string, number>()
  for (const error of errors) {
    if (error === '') continue
    const name = quote(redactSecrets(error.trim().split('\n').at(-1) ?? ''))
    if (counts.has(name) || counts.size < mostErrors) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const [error, count] of counts) add(reading, 'serving.errors', '1', count, { error })
}

/**
 * What the list of every request's time to first token adds: percentiles that the summary does not have. The list does not say
 * its unit; it is taken for seconds only when its mean is the summary's mean in milliseconds.
 */
const addFirstTokens = (reading: Reading, seconds: readonly number[], times: BenchTimes, meanMs: number | null): void => {
  const measured = new Distribution()
  for (const second of seconds) if (second > 0) measured.add(second * 1000)
  const { mean } = measured
  if (mean === null || meanMs === null || Math.abs(mean - meanMs) > meanMs * 1e-6) return
  for (const [share, name] of computedShares) {
    const milliseconds = measured.quantile(share)
    if (!times.has('ttft', name) && milliseconds !== null) add(reading, `serving.ttft_${name}`, 'us', milliseconds * 1000, {})
  }
  reading.facts['detailed_requests'] = seconds.length
}

/** Adds what the lists of `--save-detailed` say beyond the summary. */
export const addDetails = (reading: Reading, errors: unknown, ttfts: unknown, times: BenchTimes, meanTtftMs: number | null): void => {
  if (failuresOf(errors) !== null) addErrors(reading, errors as string[])
  if (Array.isArray(ttfts) && ttfts.every((value) => typeof value === 'number')) addFirstTokens(reading, ttfts, times, meanTtftMs)
}
