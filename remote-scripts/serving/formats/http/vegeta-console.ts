import type { ParseResult } from '../../../../preload/contract'
import { certain, notMine } from '../../../_kit/detect'
import { parseCount, parseNumber } from '../../../_kit/numbers'
import type { FormatParser } from '../../../_kit/probe'
import { fail, warn } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { HttpRun } from './http-load'
import { printedTimeUs } from './printed-time'

/** `Latencies     [min, mean, 50, 90, 95, 99, max]  1.5ms, 2ms, …`: the brackets name what stands behind them. */
const row = /^\s{0,12}(Requests|Duration|Latencies|Success|Status Codes)\s{1,16}\[([a-z0-9:, ]{3,80})\]\s{1,60}(\S.{0,400}?)\s*$/

const codes = /(\d{1,3}):(\d{1,15})/g
const ends = new Set(['min', 'mean', 'max'])

class VegetaRun {
  private readonly run = new HttpRun('vegeta')
  private readonly seen = new Set<string>()

  line(text: string): void {
    const [, title = '', names = '', values = ''] = row.exec(text) ?? []
    if (title === '' || this.seen.has(title)) return
    this.seen.add(title)
    if (title === 'Status Codes') return this.statuses(values)
    const figures = values.split(',').map((value) => value.trim())
    const columns = names.split(',').map((name) => name.trim())
    if (figures.length !== columns.length) return
    const of = (name: string): string | undefined => figures[columns.indexOf(name)]
    if (title === 'Requests') {
      this.run.requests = parseCount(of('total'))
      this.run.facts({ offered_rate: parseNumber(of('rate')) })
      // Of the requests that succeeded, over the whole time; early versions tell only the rate that was offered.
      this.run.qps = parseNumber(of('throughput'))
    } else if (title === 'Duration') {
      const us = printedTimeUs(of('total') ?? '')
      this.run.facts({ duration_s: us === null ? null : us / 1e6 })
    } else if (title === 'Latencies')
      columns.forEach((name, index) => {
        const us = printedTimeUs(figures[index] ?? '')
        if (ends.has(name)) this.run.time(name, us)
        else this.run.percentile(name, us)
      })
  }

  private statuses(values: string): void {
    for (const [, code = '', count = ''] of values.matchAll(codes))
      if (!/^[23]\d\d$/.test(code)) this.run.error(code === '0' ? 'no answer' : `HTTP ${code}`, Number(count))
    const all = [...values.matchAll(codes)]
    const sum = all.reduce((total, [, , count]) => total + Number(count), 0)
    // Only where the codes are those of all requests.
    if (sum !== this.run.requests) return
    this.run.failed = all.reduce((total, [, code = '', count]) => total + (/^[23]\d\d$/.test(code) ? 0 : Number(count)), 0)
  }

  finish(): ParseResult {
    const result = this.run.finish()
    if (this.seen.has('Status Codes')) return result
    warn(result, 'truncated', 'The text breaks off before the counts.')
    fail(result, 'parse.truncated', 'The report breaks off.')
    return result
  }
}

/** `vegeta report`; each time has its unit behind it. */
export const vegetaConsole: FormatParser = {
  id: 'vegeta-console',
  detect(head) {
    const titles = new Set(head.split('\n').flatMap((line) => (line.length < maxLineLength ? (row.exec(line)?.[1] ?? []) : [])))
    return titles.has('Requests') && titles.has('Latencies') ? certain : notMine
  },
  keepsLine: (line) => line.length < maxLineLength && row.test(line),
  parse(text): ParseResult[] {
    const runs: VegetaRun[] = []
    // The last line of a text without a final line end may be cut.
    for (const line of cleanText(text).split('\n').slice(0, -1)) {
      if (line.length >= maxLineLength) continue
      if (row.exec(line)?.[1] === 'Requests') runs.push(new VegetaRun())
      runs.at(-1)?.line(line)
    }
    return runs.map((run) => run.finish())
  },
}
