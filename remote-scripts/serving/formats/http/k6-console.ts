import type { ParseResult } from '../../../../preload/contract'
import { certain, notMine } from '../../../_kit/detect'
import { parseCount, parseNumber } from '../../../_kit/numbers'
import type { FormatParser } from '../../../_kit/probe'
import { fail, warn } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { HttpRun } from './http-load'
import { printedTimeUs } from './printed-time'

/** `http_reqs......: 3683    24.55/s`; a mark in front says whether its threshold holds. */
const metric = /^\s{0,24}(?:[✓✗] )?([a-z][a-z_]{2,60})\.{2,200}: (\S.{0,400}?)\s*$/
const begin = /^\s{0,24}(?:execution: \S|scenarios: \(\d)/
/** Since 1.0 a summary in full repeats the figures for each scenario and group. */
const part = /^\s{0,24}█ (TOTAL RESULTS|GROUP: |SCENARIO: )/
const trend = /([a-z]{3}|p\(\d{1,2}(?:\.\d{1,4})?\))=(\S{1,40})/g
const counted = /^(\d{1,15})\s{1,20}([\d.]{1,24})\/s$/
/** Until 0.4x the mark counts what the rate counts: `✓` are the requests that failed. */
const shared = /^[\d.]{1,8}%\s{1,20}(?:✓ (\d{1,15})\s{1,20}✗ (\d{1,15})|(\d{1,15}) out of (\d{1,15}))$/

const names = new Map([
  ['avg', 'mean'],
  ['min', 'min'],
  ['max', 'max'],
  ['med', 'p50'],
])

class K6Run {
  private readonly run = new HttpRun('k6')
  private readonly seen = new Set<string>()
  private inPart = false
  private failed: number | null = null
  /** Requests of which the tool says whether they failed. */
  private judged: number | null = null

  get isEmpty(): boolean {
    return this.seen.size === 0
  }

  line(text: string): void {
    const title = part.exec(text)?.[1]
    if (title !== undefined) this.inPart = title !== 'TOTAL RESULTS'
    const [, name, value] = metric.exec(text) ?? []
    if (name === undefined || value === undefined || this.inPart || this.seen.has(name)) return
    this.seen.add(name)
    if (name === 'http_req_duration') this.times(value)
    else if (name === 'http_reqs') this.requests(value)
    else if (name === 'http_req_failed') this.failures(value)
    else if (name === 'dropped_iterations') this.dropped(value)
  }

  private times(value: string): void {
    for (const [, name = '', time = ''] of value.matchAll(trend)) {
      const share = /^p\((.+)\)$/.exec(name)?.[1]
      if (share === undefined) this.run.time(names.get(name) ?? null, printedTimeUs(time))
      else this.run.percentile(share, printedTimeUs(time))
    }
  }

  private requests(value: string): void {
    const [, count, rate] = counted.exec(value) ?? []
    this.run.requests = parseCount(count)
    this.run.qps = parseNumber(rate)
  }

  private failures(value: string): void {
    const [, marked, unmarked, counted, all] = shared.exec(value) ?? []
    this.failed = parseCount(marked ?? counted)
    this.judged = marked === undefined ? parseCount(all) : Number(marked) + Number(unmarked)
  }

  private dropped(value: string): void {
    const count = parseCount(counted.exec(value)?.[1])
    if (count === null || count === 0) return
    this.run.facts({ dropped_iterations: count })
    warn(
      this.run.reading,
      'dropped_iterations',
      `${count} iterations could not be started when they were due: the offered rate was not reached, and the times do not hold their waiting.`,
    )
  }

  finish(): ParseResult {
    const { run } = this
    // Every request's sending and answer, without the wait for a connection.
    if (this.seen.has('http_req_duration'))
      warn(run.reading, 'without_connecting', 'http_req_duration does not hold the time to look up the name and to connect.')
    if (this.judged === run.requests) run.failed = this.failed
    const hasHttp = run.hasFigures
    const result = run.finish()
    if (!hasHttp) fail(result, 'parse.no_rows', 'The summary has no HTTP requests.')
    return result
  }
}

/** The summary that k6 prints at its end; each time has its unit behind it. */
export const k6Console: FormatParser = {
  id: 'k6-console',
  detect: (head) =>
    head
      .split('\n')
      .some(
        (line) =>
          line.length < maxLineLength &&
          /^(?:http_req_duration|http_reqs|iterations|iteration_duration)$/.test(metric.exec(line)?.[1] ?? ''),
      )
      ? certain
      : notMine,
  keepsLine: (line) => line.length < maxLineLength && (metric.test(line) || begin.test(line) || part.test(line)),
  parse(text): ParseResult[] {
    const runs = [new K6Run()]
    // The last line of a text without a final line end may be cut.
    for (const line of cleanText(text).split('\n').slice(0, -1)) {
      if (line.length >= maxLineLength) continue
      if (begin.test(line) && runs.at(-1)?.isEmpty === false) runs.push(new K6Run())
      runs.at(-1)?.line(line)
    }
    return runs.filter((run) => !run.isEmpty).map((run) => run.finish())
  },
}
