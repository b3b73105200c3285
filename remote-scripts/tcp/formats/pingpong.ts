import type { ParseResult, Series } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json, type JsonDocument } from '../../_kit/json'
import { add, fail, newReading, setFacts, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

const isReport = (value: Json): boolean => member(value, 'headroom') === 'pingpong'

/** Samples as one-way times in us: half of each round trip. null when one of them is not a time. */
const halfRoundTrips = (value: Json): number[] | null => {
  const samples = arrayOf(member(value, 'rtt_us')).map(numberOf)
  return samples.every((sample) => sample !== null && sample > 0) ? (samples as number[]).map((sample) => sample / 2) : null
}

/** Nearest-rank percentile: a value that was measured, never one in between. */
const percentile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null

const readReport = (document: JsonDocument): ParseResult => {
  const { value } = document
  const reading = newReading('tcp', 'pingpong', String(numberOf(member(value, 'version')) ?? 1))
  const bytes = numberOf(member(value, 'message_bytes'))
  setFacts(reading, {
    tool: 'pingpong',
    protocol: 'TCP',
    latency_kind: 'half_rtt',
    message_bytes: bytes,
    warmup: numberOf(member(value, 'warmup')),
  })
  const error = stringOf(member(value, 'error'))
  if (error !== null) fail(reading, 'remote.tool_failed', `The ping-pong reported: ${error.slice(0, 300)}`, error)
  if (document.truncated) {
    warn(reading, 'truncated', 'The report breaks off.')
    fail(reading, 'parse.truncated', 'The report breaks off.')
    return reading
  }
  const samples = halfRoundTrips(value)
  const listed = arrayOf(member(value, 'rtt_us')).length
  if (!samples || samples.length === 0) {
    reading.rows.skipped = listed
    fail(
      reading,
      listed === 0 ? 'parse.no_rows' : 'parse.tool_reported_error',
      listed === 0 ? 'The report holds no samples.' : 'A sample is not a time.',
    )
    return reading
  }
  reading.rows.understood = samples.length
  reading.facts['observations'] = samples.length
  const sorted = [...samples].sort((a, b) => a - b)
  const dimensions = { ...(bytes === null ? {} : { message_bytes: bytes }), latency: 'half_rtt' }
  add(reading, 'tcp.lat_avg', 'us', samples.reduce((sum, sample) => sum + sample, 0) / samples.length, dimensions)
  add(reading, 'tcp.lat_p50', 'us', percentile(sorted, 0.5), dimensions)
  add(reading, 'tcp.lat_p99', 'us', percentile(sorted, 0.99), dimensions)
  return reading
}

const reports = (text: string): JsonDocument[] => readJsonDocuments(cleanText(text)).filter((document) => isReport(document.value))

/** Our own ping-pong: one JSON object; latencies are half of the round trip, as sockperf reports them. */
export const pingpongJson: FormatParser = {
  id: 'pingpong-json',
  detect: (head) => (/\{\s*"headroom"\s*:\s*"pingpong"/.test(head) ? certain : notMine),
  parse: (text) => reports(text).map(readReport),
}

/** Every sample as one-way time (us). */
export const pingpongSeries = (text: string): Series[] =>
  reports(text).flatMap((document) => {
    const samples = document.truncated ? null : halfRoundTrips(document.value)
    if (!samples || samples.length === 0) return []
    const bytes = numberOf(member(document.value, 'message_bytes'))
    return [
      {
        metric: 'tcp.lat',
        unit: 'us' as const,
        dimensions: { ...(bytes === null ? {} : { message_bytes: bytes }), latency: 'half_rtt' },
        values: Float64Array.from(samples),
      },
    ]
  })
