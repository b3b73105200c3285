import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, type Json, type JsonDocument } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { addBatchLatency, addThroughput, newBatchLatency, newThroughput } from './offline'

const readThroughput = (value: Json): Reading => {
  const reading = newThroughput()
  setFacts(reading, {
    duration_s: numberOf(member(value, 'elapsed_time')),
    total_tokens: numberOf(member(value, 'total_num_tokens')),
  })
  add(reading, 'serving.requests', '1', numberOf(member(value, 'num_requests')), {})
  addThroughput(reading, {
    requestsPerS: numberOf(member(value, 'requests_per_second')),
    totalTokensPerS: numberOf(member(value, 'tokens_per_second')),
    outputTokensPerS: null,
  })
  return reading
}

const readLatency = (value: Json): Reading => {
  const reading = newBatchLatency()
  addBatchLatency(reading, numberOf(member(value, 'avg_latency')))
  const shares = member(value, 'percentiles')
  if (shares !== undefined && shares !== null && typeof shares === 'object' && !Array.isArray(shares))
    for (const [share, seconds] of Object.entries(shares)) addBatchLatency(reading, numberOf(seconds), Number(share))
  const batches = arrayOf(member(value, 'latencies')).length
  setFacts(reading, { batches })
  return reading
}

const readDocument = ({ value, truncated }: JsonDocument): ParseResult[] => {
  const isThroughput = numberOf(member(value, 'requests_per_second')) !== null
  const isLatency = numberOf(member(value, 'avg_latency')) !== null && member(value, 'percentiles') !== undefined
  if (!isThroughput && !isLatency) return []
  const reading = isThroughput ? readThroughput(value) : readLatency(value)
  reading.rows.understood = 1
  if (truncated) {
    warn(reading, 'truncated', 'The result breaks off.')
    fail(reading, 'parse.truncated', 'The result breaks off.')
  }
  return [reading]
}

/** `--output-json` of vllm's throughput and latency benchmarks; times are seconds as vllm defines them. */
export const offlineJson: FormatParser = {
  id: 'vllm-offline-json',
  detect: (head) =>
    (/"requests_per_second"\s{0,8}:\s{0,8}\d/.test(head) && /"elapsed_time"\s{0,8}:/.test(head)) ||
    (/"avg_latency"\s{0,8}:\s{0,8}\d/.test(head) && /"(?:latencies|percentiles)"\s{0,8}:/.test(head))
      ? certain
      : notMine,
  parse: (text) => readJsonDocuments(cleanText(text)).flatMap(readDocument),
}
