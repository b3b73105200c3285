import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { Json } from '../../_kit/json'
import { numberOf, member } from '../../_kit/json'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { Distribution } from '../streams/distribution'
import { Lines } from '../streams/lines'
import { loadBlockOf, loadHeaderOf, type LoadBlock, type LoadHeader } from './load-rows'
import { fewRequests } from './load'
import { computedShares } from './percentiles'

const longestLine = 4 * 2 ** 20
const families = ['latency', 'ttft', 'tpot', 'itl', 'lag'] as const

const parsed = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

class Step {
  requests = 0
  readonly errors = new Map<string, number>()
  readonly times = new Map(families.map((family) => [family as string, new Distribution()] as const))

  take(block: LoadBlock): void {
    for (const gap of block.gapsUs) this.times.get('itl')?.add(gap)
    for (const row of block.rows) {
      this.requests += 1
      this.times.get('lag')?.add(row.lagUs)
      if (row.outcome !== 'ok') {
        this.errors.set(row.outcome, (this.errors.get(row.outcome) ?? 0) + 1)
        continue
      }
      if (row.latencyUs !== null) this.times.get('latency')?.add(row.latencyUs)
      if (row.ttftUs !== null) this.times.get('ttft')?.add(row.ttftUs)
      if (row.tpotUs !== null) this.times.get('tpot')?.add(row.tpotUs)
    }
  }

  addTo(reading: Reading, rate: number): void {
    const dimensions = { rate_target: rate }
    const failed = [...this.errors.values()].reduce((sum, count) => sum + count, 0)
    add(reading, 'serving.requests', '1', this.requests, dimensions)
    if (this.requests > 0) add(reading, 'serving.error_rate', '1', failed / this.requests, dimensions)
    for (const [kind, count] of this.errors) add(reading, 'serving.errors', '1', count, { ...dimensions, kind })
    for (const [family, times] of this.times) {
      if (times.count === 0) continue
      const prefix = `serving.${family}_`
      add(reading, `${prefix}mean`, 'us', times.sum / times.count, dimensions)
      add(reading, `${prefix}min`, 'us', times.min, dimensions)
      add(reading, `${prefix}max`, 'us', times.max, dimensions)
      for (const [share, name] of computedShares) add(reading, `${prefix}${name}`, 'us', times.quantile(share), dimensions)
    }
  }
}

class LoadRequests implements StreamReader {
  private readonly reading = newReading('serving', 'headroom load generator', '1')
  private header: LoadHeader | null = null
  private readonly steps = new Map<number, Step>()
  private ended = false
  /** Rows of every phase, as the last line counts them. */
  private rows = 0
  private readonly lines = new Lines(
    { line: (text) => this.line(text.trim()), tooLong: (start) => this.header && skipRow(this.reading, start, 'too long') },
    longestLine,
  )

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  end(): ParseResult[] {
    this.lines.end()
    return this.header ? [this.finish(this.header)] : []
  }

  private line(text: string): void {
    if (!text.startsWith('{')) return
    const value = text.endsWith('}') ? parsed(text) : undefined
    if (value === undefined) {
      if (this.header) skipRow(this.reading, text, 'it is not a whole block')
      return
    }
    if (this.header === null) this.header = loadHeaderOf(value)
    else this.block(value, text, this.header)
  }

  private block(value: Json, text: string, header: LoadHeader): void {
    if (member(value, 'end') === true) {
      this.ended = numberOf(member(value, 'rows')) === this.rows
      const left = numberOf(member(value, 'gaps_left_out')) ?? 0
      if (left > 0)
        warn(this.reading, 'itl_cut', `${left} gaps between tokens are not in the file: their figures here are those of the first ones.`)
      return
    }
    if (loadHeaderOf(value)) return
    const block = loadBlockOf(value, header)
    if (block === null) return skipRow(this.reading, text, 'a column is missing or of another length')
    this.rows += block.rows.length
    this.reading.rows.understood += block.rows.length
    if (block.phase !== 'measured') return
    const step = this.steps.get(block.step) ?? new Step()
    this.steps.set(block.step, step)
    step.take(block)
  }

  private finish(header: LoadHeader): ParseResult {
    const { reading } = this
    setFacts(reading, { tool: 'headroom load generator', rates: header.rates, seconds: header.seconds, percentile_method: 'nearest_rank' })
    for (const [index, step] of [...this.steps].sort(([a], [b]) => a - b)) {
      const rate = header.rates[index]
      if (rate !== undefined) step.addTo(reading, rate)
    }
    const measured = [...this.steps.values()]
    const failed = measured.reduce((sum, step) => sum + [...step.errors.values()].reduce((all, count) => all + count, 0), 0)
    if (failed > 0) warn(reading, 'errors_present', `${failed} requests failed.`)
    if (measured.some((step) => step.requests < fewRequests))
      warn(reading, 'few_requests', `A step of fewer than ${fewRequests} requests has few for percentiles.`)
    if (measured.length === 0) fail(reading, 'parse.no_rows', 'The file holds no measured requests.')
    if (!this.ended) {
      warn(reading, 'truncated', 'The file breaks off, or rows are missing.')
      fail(reading, 'parse.truncated', 'The file breaks off, or rows are missing.')
    }
    return reading
  }
}

/** The own generator's `requests.jsonl`: every request in columns; figures are computed from the measured ones. */
export const loadRequests: StreamFormat = {
  id: 'headroom-load-requests',
  detect: (head) => (/^\s{0,20}\{.{0,40}"headroom":"serving-requests"/m.test(head) ? certain : notMine),
  open: () => new LoadRequests(),
}
