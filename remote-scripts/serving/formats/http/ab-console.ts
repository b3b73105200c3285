import type { ParseResult } from '../../../../preload/contract'
import { certain, notMine } from '../../../_kit/detect'
import { parseCount, parseNumber } from '../../../_kit/numbers'
import type { FormatParser } from '../../../_kit/probe'
import { fail, warn } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { HttpRun } from './http-load'
import { printedTimeUs } from './printed-time'

const begin = /^\s{0,12}This is ApacheBench\b/
/** Where the text begins behind the title. */
const results = /^\s{0,12}Concurrency Level:\s{1,20}(\d{1,9})\s*$/
const figure =
  /^\s{0,12}(Time taken for tests|Complete requests|Failed requests|Non-2xx responses|Requests per second):\s{1,20}([\d.]{1,24})(?: (.{1,40}))?\s*$/
const kinds = /^\s{0,16}\(Connect: (\d{1,12}), (?:Receive: (\d{1,12}), )?Length: (\d{1,12}), Exceptions: (\d{1,12})\)\s*$/
const connection = /^\s{0,12}Connection Times \((ms|s|us)\)\s*$/
const columns = /^\s{0,20}min\s{1,8}(mean|avg)(\[\+\/-sd\])?\s{1,8}(?:median\s{1,8})?max\s*$/
const totalRow = /^\s{0,12}Total:\s{1,20}([\d.\s]{5,100})$/
const shares = /^\s{0,12}Percentage of the requests served within a certain time \((ms|s|us)\)\s*$/
const share = /^\s{0,12}(\d{1,3})%\s{1,20}(\d{1,12})(?: \(longest request\))?\s*$/
const patterns = [begin, results, figure, kinds, connection, columns, totalRow, shares, share]

class AbRun {
  private readonly run = new HttpRun('ab')
  private header: string[] = []
  private unit = ''
  private shareUnit: string | null = null
  private failures: number | null = null
  private rejected: number | null = null
  private lengths = 0
  private isWhole = false

  constructor(concurrency: string) {
    this.run.facts({ concurrency: parseCount(concurrency) })
  }

  line(text: string): void {
    const { run } = this
    this.figure(text)
    const [, connect, receive, length, exceptions] = kinds.exec(text) ?? []
    if (length !== undefined) {
      this.lengths = Number(length)
      run.error('connect', Number(connect))
      run.error('receive', Number(receive ?? 0))
      run.error('another length than the first answer', Number(length))
      run.error('exception', Number(exceptions))
    }
    this.unit = connection.exec(text)?.[1] ?? this.unit
    if (columns.test(text)) this.header = text.replace('[+/-sd]', ' sd').trim().split(/\s+/)
    const total = totalRow.exec(text)?.[1]?.trim().split(/\s+/) ?? []
    if (total.length > 0 && total.length === this.header.length)
      this.header.forEach((name, index) => {
        const end = ({ min: 'min', mean: 'mean', avg: 'mean', max: 'max' } as Record<string, string>)[name]
        if (end !== undefined) run.time(end, printedTimeUs(`${total[index] ?? ''} ${this.unit}`))
      })
    this.shareUnit = shares.exec(text)?.[1] ?? this.shareUnit
    const [, percent, time] = this.shareUnit === null ? [] : (share.exec(text) ?? [])
    if (percent !== undefined && time !== undefined) run.percentile(percent, printedTimeUs(`${time} ${this.shareUnit ?? ''}`))
  }

  private figure(text: string): void {
    const { run } = this
    const [, name, value, rest = ''] = figure.exec(text) ?? []
    if (name === undefined || value === undefined) return
    if (name === 'Complete requests') run.requests = parseCount(value)
    if (name === 'Failed requests') this.failures = parseCount(value)
    if (name === 'Non-2xx responses') this.rejected = parseCount(value)
    if (name === 'Time taken for tests' && rest === 'seconds') run.facts({ duration_s: parseNumber(value) })
    if (name !== 'Requests per second' || !rest.startsWith('[#/sec]')) return
    run.qps = parseNumber(value)
    this.isWhole = true
  }

  finish(): ParseResult {
    const { run, rejected, lengths, failures } = this
    if (rejected !== null) run.error('not 2xx', rejected)
    // An answer that is no 2xx mostly has another length too: it is in one of the counts or in both.
    // Both stand below the failures, so a text that breaks off before the rate may have lost them.
    if (this.isWhole && lengths === 0 && rejected === null) run.failed = failures
    if (lengths > 0 || rejected !== null)
      warn(
        run.reading,
        'failures_overlap',
        'ab counts an answer whose length differs from the first one as failed, and one that is not 2xx apart from it: which share of the requests failed cannot be told.',
      )
    const result = run.finish()
    if (result.measurements.some(({ metric }) => metric.startsWith('serving.latency_')))
      warn(result, 'rounded', 'ab prints its times in whole milliseconds.')
    if (this.isWhole) return result
    warn(result, 'truncated', 'The text breaks off before the rate.')
    fail(result, 'parse.truncated', 'The test had not ended, or its text breaks off.')
    return result
  }
}

/** What ApacheBench prints; the unit of its times stands in the titles of its tables. */
export const abConsole: FormatParser = {
  id: 'ab-console',
  detect(head) {
    const lines = head.split('\n').filter((line) => line.length < maxLineLength)
    return lines.some((line) => results.test(line)) && lines.some((line) => figure.exec(line)?.[1] === 'Complete requests')
      ? certain
      : notMine
  },
  keepsLine: (line) => line.length < maxLineLength && patterns.some((pattern) => pattern.test(line)),
  parse(text): ParseResult[] {
    const runs: AbRun[] = []
    const lines = cleanText(text).split('\n')
    const last = lines.pop() ?? ''
    // The last line of a text without a final line end may be cut; not where its last word stands.
    if (last.endsWith('(longest request)')) lines.push(last)
    for (const line of lines) {
      if (line.length >= maxLineLength) continue
      const concurrency = results.exec(line)?.[1]
      if (concurrency !== undefined) runs.push(new AbRun(concurrency))
      else runs.at(-1)?.line(line)
    }
    return runs.map((run) => run.finish())
  },
}
