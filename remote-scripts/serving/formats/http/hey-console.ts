import type { ParseResult } from '../../../../preload/contract'
import { certain, notMine } from '../../../_kit/detect'
import { parseCount, parseNumber } from '../../../_kit/numbers'
import type { FormatParser } from '../../../_kit/probe'
import { fail, warn } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { HttpRun } from './http-load'
import { printedTimeUs } from './printed-time'

const begin = /^\s{0,12}Summary:\s*$/
const figure = /^\s{0,16}(Count|Total|Slowest|Fastest|Average|Requests\/sec|Success rate):\s{1,16}([\d.]{1,24})(?: ?([a-zµμ]{1,4}|%))?\s*$/
const share = /^\s{0,16}(\d{1,2}(?:\.\d{1,2})?) ?%{1,2} in ([\d.]{1,24} ?[a-zµμ]{1,4})\s*$/
const section =
  /^\s{0,12}(Response time histogram|(?:Latency|Response time) distribution|Details \(|Status code distribution|Error distribution)/
const code = /^\s{0,16}\[([A-Za-z]{2,30}|\d{3})\]\s{1,16}(\d{1,15}) responses?\s*$/
const fault = /^\s{0,16}\[(\d{1,15})\]\s{1,16}(\S.{0,400}?)\s*$/
const patterns = [begin, figure, share, section, code, fault]

const times = new Map([
  ['Average', 'mean'],
  ['Fastest', 'min'],
  ['Slowest', 'max'],
])

/** One run of hey, oha or ghz: they print the same summary. */
class HeyRun {
  private readonly run = new HttpRun('hey')
  private section = 'Summary'
  private count: number | null = null
  private seconds: number | null = null
  private answers = 0
  private failed = 0
  /** Requests under way when the time was over. */
  private aborted = 0
  private readonly seen = new Set<string>()
  private isWhole = false

  line(text: string): void {
    const title = section.exec(text)?.[1]
    if (title !== undefined) {
      this.section = title
      this.isWhole ||= /^(?:Status|Error)/.test(title)
    } else if (this.section === 'Summary') this.figure(text)
    else if (this.section.startsWith('Status')) this.answer(text)
    else if (this.section.startsWith('Error')) this.fault(text)
    else if (this.section.endsWith('distribution')) {
      const [, percent, time] = share.exec(text) ?? []
      if (percent !== undefined && time !== undefined) this.run.percentile(percent, printedTimeUs(time))
    }
  }

  private figure(text: string): void {
    const { run } = this
    const [, name, value, unit] = figure.exec(text) ?? []
    if (name === undefined || value === undefined) return
    if (name === 'Success rate') this.tool('oha')
    else if (name === 'Requests/sec') run.qps = parseNumber(value)
    else if (name === 'Count') {
      this.tool('ghz')
      this.count = parseCount(value)
    } else if (name === 'Total') {
      const us = printedTimeUs(`${value} ${unit ?? ''}`)
      this.seconds = us === null ? null : us / 1e6
      run.facts({ duration_s: this.seconds })
    } else run.time(times.get(name) ?? null, printedTimeUs(`${value} ${unit ?? ''}`))
  }

  private tool(name: string): void {
    this.run.reading.tool.name = name
    this.run.facts({ tool: name })
  }

  private add(key: string, count: number, isFailure: boolean): void {
    // A line that comes twice is one that was doubled: the tool sums up.
    if (this.seen.has(key)) return
    this.seen.add(key)
    this.answers += count
    if (!isFailure) return
    this.failed += count
    this.run.error(key, count)
  }

  private answer(text: string): void {
    const [, status, count] = code.exec(text) ?? []
    if (status === undefined || count === undefined) return
    this.add(/^\d/.test(status) ? `HTTP ${status}` : status, Number(count), !/^(?:[123]\d\d|OK)$/.test(status))
    this.run.reading.rows.understood += 1
  }

  private fault(text: string): void {
    const [, count, message] = fault.exec(text) ?? []
    if (count === undefined || message === undefined) return
    this.run.reading.rows.understood += 1
    if (message === 'aborted due to deadline') this.aborted = Number(count)
    // ghz says of the same requests which status they had.
    else if (this.run.reading.tool.name !== 'ghz') this.add(message, Number(count), true)
  }

  /** The counts by outcome are all requests only where they are as many as the rate and the duration say. */
  private isComplete(answers: number): boolean {
    const { count, seconds } = this
    const { qps } = this.run
    if (count !== null) return count === answers
    if (seconds === null || qps === null || answers === 0) return false
    // Both are rounded to four decimals or more.
    return Math.abs(seconds * qps - answers) <= 0.5 + 0.00006 * (qps + seconds)
  }

  finish(): ParseResult {
    const { run } = this
    if (this.aborted > 0) run.facts({ aborted_at_end: this.aborted })
    if (this.isComplete(this.answers)) {
      run.requests = this.answers
      run.failed = this.failed
    } else if (this.aborted > 0 && this.isComplete(this.answers + this.aborted)) {
      run.requests = this.answers + this.aborted
    } else if (this.isWhole)
      warn(
        run.reading,
        'requests_unknown',
        'The answers and errors that are listed are not as many as the rate and the duration say: the number of requests and the share of failures are left out.',
      )
    const result = run.finish()
    if (this.isWhole) return result
    warn(result, 'truncated', 'The text breaks off before the counts.')
    fail(result, 'parse.truncated', 'The summary breaks off.')
    return result
  }
}

/** What hey, oha and ghz print at their end; each time has its unit behind it. */
export const heyConsole: FormatParser = {
  id: 'hey-console',
  detect(head) {
    const lines = head.split('\n').filter((line) => line.length < maxLineLength)
    const has = (name: string): boolean => lines.some((line) => figure.exec(line)?.[1] === name)
    return lines.some((line) => begin.test(line)) && has('Slowest') && has('Fastest') && has('Requests/sec') ? certain : notMine
  },
  keepsLine: (line) => line.length < maxLineLength && patterns.some((pattern) => pattern.test(line)),
  parse(text): ParseResult[] {
    const runs: HeyRun[] = []
    const lines = cleanText(text).split('\n')
    const last = lines.pop() ?? ''
    // The last line of a text without a final line end may be cut; not where its last word stands.
    if (code.test(last) && last.endsWith('responses')) lines.push(last)
    for (const line of lines) {
      if (line.length >= maxLineLength) continue
      if (begin.test(line)) runs.push(new HeyRun())
      else runs.at(-1)?.line(line)
    }
    return runs.map((run) => run.finish())
  },
}
