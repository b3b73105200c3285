import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { member, numberOf, stringOf, type Json } from '../../_kit/json'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { quote } from '../../_kit/text'
import { Distribution } from '../streams/distribution'
import { Lines } from '../streams/lines'
import { inMicroseconds } from './aiperf-names'
import { addDistribution, warnAboutLoad } from './load'

/** A record holds a gap for every token of its answer. */
const longestLine = 8 * 2 ** 20
const mostErrors = 50
const times = [
  ['request_latency', 'serving.latency_'],
  ['time_to_first_token', 'serving.ttft_'],
  ['inter_token_latency', 'serving.itl_'],
] as const

const parsed = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

/** Nanoseconds since 1970 are more than a number holds exactly; they stand in the record's metadata, at its beginning. */
const nanosecondsIn = (record: string, name: string): bigint | null => {
  const found = new RegExp(`"${name}"\\s{0,4}:\\s{0,4}(\\d{1,20})\\b`).exec(record.slice(0, 4096))?.[1]
  return found === undefined ? null : BigInt(found)
}

class AiperfRecords implements StreamReader {
  private readonly reading = newReading('serving', 'aiperf')
  private readonly distributions = new Map(times.map(([tag]) => [tag as string, new Distribution()] as const))
  private readonly errors = new Map<string, number>()
  private requests = 0
  private failed = 0
  private warmups = 0
  private cancelled = 0
  private tokens = 0
  private withTokens = 0
  private firstStartNs: bigint | null = null
  private lastEndNs: bigint | null = null
  private found = false
  private cut: string | null = null
  private readonly lines = new Lines(
    { line: (text, whole) => this.line(text.trim(), whole), tooLong: (start) => this.found && skipRow(this.reading, start, 'too long') },
    longestLine,
  )

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  end(): ParseResult[] {
    this.lines.end()
    return this.found ? [this.finish()] : []
  }

  private line(text: string, whole: boolean): void {
    if (!text.startsWith('{"') && !text.startsWith('{ "')) return
    const record = text.endsWith('}') ? parsed(text) : undefined
    if (record === undefined) {
      if (!text.includes('"metadata"')) return
      this.found = true
      if (!whole) this.cut = text
      return skipRow(this.reading, text, 'it is not a whole record')
    }
    const metadata = member(record, 'metadata')
    if (metadata === undefined || member(record, 'metrics') === undefined) return
    this.found = true
    this.record(record, metadata, text)
  }

  private record(record: Json, metadata: Json, text: string): void {
    this.reading.rows.understood += 1
    const phase = stringOf(member(metadata, 'benchmark_phase'))
    if (phase !== null && phase.toLowerCase() !== 'profiling') {
      this.warmups += 1
      return
    }
    const error = member(record, 'error')
    const hasError = error !== undefined && error !== null
    // Given up when the time was over: the endpoint neither answered nor failed.
    if (!hasError && member(metadata, 'was_cancelled') === true) {
      this.cancelled += 1
      return
    }
    this.requests += 1
    this.span(text)
    if (hasError) return this.error(error)
    const metrics = member(record, 'metrics')
    for (const [tag, distribution] of this.distributions) this.time(distribution, tag, member(metrics, tag))
    const length = numberOf(member(metrics, 'output_sequence_length', 'value')) ?? numberOf(member(metrics, 'output_token_count', 'value'))
    if (length === null) return
    this.tokens += length
    this.withTokens += 1
  }

  private span(text: string): void {
    const [start, end] = [nanosecondsIn(text, 'request_start_ns'), nanosecondsIn(text, 'request_end_ns')]
    if (start !== null && (this.firstStartNs === null || start < this.firstStartNs)) this.firstStartNs = start
    if (end !== null && (this.lastEndNs === null || end > this.lastEndNs)) this.lastEndNs = end
  }

  private get seconds(): number | null {
    if (this.firstStartNs === null || this.lastEndNs === null || this.lastEndNs <= this.firstStartNs) return null
    return Number(this.lastEndNs - this.firstStartNs) / 1e9
  }

  private error(error: Json): void {
    this.failed += 1
    const parts = [stringOf(member(error, 'type')), stringOf(member(error, 'message'))].filter((part) => part !== null)
    const name = quote(redactSecrets(parts.length > 0 ? parts.join(': ') : JSON.stringify(error)))
    if (this.errors.has(name) || this.errors.size < mostErrors) this.errors.set(name, (this.errors.get(name) ?? 0) + 1)
  }

  private time(distribution: Distribution, tag: string, entry: Json | undefined): void {
    const value = numberOf(member(entry, 'value'))
    if (value === null) return
    const unit = stringOf(member(entry, 'unit'))
    const us = inMicroseconds(value, unit)
    if (us === null) fail(this.reading, 'parse.unit_unknown', `A record does not say the unit of time of ${tag}.`, `${tag}: ${unit ?? ''}`)
    else distribution.add(us / 1000)
  }

  private finish(): ParseResult {
    const { reading, requests, failed, seconds } = this
    const succeeded = requests - failed
    setFacts(reading, {
      tool: 'aiperf',
      records: requests,
      failed,
      warmup_records: this.warmups,
      cancelled_records: this.cancelled,
      duration_s: seconds,
      percentile_method: 'nearest_rank',
    })
    if (requests > 0) {
      add(reading, 'serving.requests', '1', requests, {})
      add(reading, 'serving.error_rate', '1', failed / requests, {})
      add(reading, 'serving.qps', '1/s', seconds === null ? null : succeeded / seconds, {})
      if (this.withTokens > 0 && this.withTokens === succeeded)
        add(reading, 'serving.output_tokens_per_s', '1/s', seconds === null ? null : this.tokens / seconds, {})
      warnAboutLoad(reading, requests, failed)
    } else fail(reading, 'parse.no_rows', 'The file holds no records of the measured phase.')
    if (failed > 0) add(reading, 'serving.errors', '1', failed, {})
    for (const [error, count] of this.errors) add(reading, 'serving.errors', '1', count, { error })
    for (const [tag, prefix] of times) addDistribution(reading, prefix, this.distributions.get(tag) ?? new Distribution(), {})
    if ((this.distributions.get('inter_token_latency')?.count ?? 0) > 0)
      warn(
        reading,
        'itl_per_request',
        'The inter-token latency is a mean per request (vllm calls it TPOT): its percentiles are not those of single gaps.',
      )
    if (this.cancelled > 0)
      warn(
        reading,
        'cancelled',
        `${this.cancelled} requests were cancelled by the test without an error: they count neither as answered nor as failed.`,
      )
    if (this.cut !== null) {
      warn(reading, 'truncated', 'The file breaks off within a record.')
      fail(reading, 'parse.truncated', 'The file breaks off within a record.', this.cut)
    }
    return reading
  }
}

/** AIPerf's `profile_export.jsonl`: a record for every request; mean, extremes and percentiles are computed from them. */
export const aiperfRecords: StreamFormat = {
  id: 'aiperf-records',
  detect: (head) =>
    /^\s{0,20}\{\s?"metadata"\s?:\s?\{/m.test(head) && /"(?:benchmark_phase|session_num|x_request_id|request_start_ns)"\s?:/.test(head)
      ? certain
      : notMine,
  open: () => new AiperfRecords(),
}
