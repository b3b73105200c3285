import { scaleByTen } from '../../_kit/numbers'
import { add, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { percentiles } from './percentiles'

/** vllm's benchmarks without a server: all requests at once, or one batch again and again. */
export const newThroughput = (tool = 'vllm bench throughput'): Reading => {
  const reading = newReading('serving', tool)
  setFacts(reading, { tool })
  warn(reading, 'offline', 'There was no server: all requests were given to the engine at once, and no request was timed.')
  return reading
}

export interface Throughput {
  requestsPerS: number | null
  totalTokensPerS: number | null
  outputTokensPerS: number | null
}

export const addThroughput = (reading: Reading, { requestsPerS, totalTokensPerS, outputTokensPerS }: Throughput): void => {
  add(reading, 'serving.qps', '1/s', requestsPerS, {})
  add(reading, 'serving.total_tokens_per_s', '1/s', totalTokensPerS, {})
  add(reading, 'serving.output_tokens_per_s', '1/s', outputTokensPerS, {})
}

export const newBatchLatency = (): Reading => {
  const tool = 'vllm bench latency'
  const reading = newReading('serving', tool)
  setFacts(reading, { tool })
  warn(
    reading,
    'batch_latency',
    'A latency here is the time of a whole batch without a server; the file does not say how large the batch is.',
  )
  return reading
}

/** A time in seconds as vllm prints it; `share`: a percentile, absent for the mean. */
export const addBatchLatency = (reading: Reading, seconds: number | null, share?: number): void => {
  const name = share === undefined ? 'mean' : percentiles.get(share)
  if (name !== undefined) add(reading, `serving.latency_${name}`, 'us', seconds === null ? null : scaleByTen(String(seconds), 6), {})
}
