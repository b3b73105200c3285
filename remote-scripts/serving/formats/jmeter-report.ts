import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseCount, parseNumber, scaleByTen } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { cellsOf } from '../streams/csv'
import { addFigures, warnOfLabels, type JmeterFigures } from './jmeter-figures'
import { percentiles } from './percentiles'

/** Columns of the aggregate and the summary report: as the window saves them (in English or Chinese), and as the command line's plug-in names them. */
const columns: readonly (readonly [RegExp, string])[] = [
  [/^(?:Label|sampler_label)$/, 'label'],
  [/^(?:# Samples|# 样本|aggregate_report_count)$/, 'samples'],
  [/^(?:Average|平均值|average)$/, 'mean'],
  [/^(?:Median|中位数|aggregate_report_median)$/, 'p50'],
  [/^(?:Min|最小值|aggregate_report_min)$/, 'min'],
  [/^(?:Max|Maximum|最大值|aggregate_report_max)$/, 'max'],
  [/^(?:Error %|异常 %|aggregate_report_error%)$/, 'errors'],
  [/^(?:Throughput|吞吐量|aggregate_report_rate)$/, 'qps'],
]
const line = /^(?:aggregate_report_)?(\d{1,2}(?:\.\d{1,2})?)%(?: L|_l)ine$|^(\d{1,2}(?:\.\d{1,2})?)% 百分位$/

const fieldOf = (name: string): string | null => {
  const [, english, chinese] = line.exec(name) ?? []
  const share = english ?? chinese
  if (share !== undefined) return percentiles.get(Number(share)) ?? null
  return columns.find(([pattern]) => pattern.test(name))?.[1] ?? null
}

type Columns = ReadonlyMap<string, number>

interface Header {
  found: Columns
  width: number
  delimiter: string
}

const labelFirst = /^"?(?:Label|sampler_label)"?([,;\t])/
/** The row of all labels together. */
const totals = new Set(['TOTAL', '总体'])

const headerOf = (text: string): Header | null => {
  const delimiter = text.length > maxLineLength ? undefined : labelFirst.exec(text)?.[1]
  if (delimiter === undefined) return null
  const names = cellsOf(text, delimiter).map((name) => name.trim())
  const found = new Map<string, number>()
  names.forEach((name, index) => {
    const field = fieldOf(name)
    if (field !== null && !found.has(field)) found.set(field, index)
  })
  return found.has('samples') && found.has('mean') ? { found, width: names.length, delimiter } : null
}

/** Many countries write a comma before the fraction; before three digits it may part thousands as well, and tells nothing. */
const withPoint = (cell: string | undefined): string => (cell ?? '').replace(/^(\d{1,12}),(\d{1,2}|\d{4,12})(?=$|[%/])/, '$1.$2')

/** Requests a second; the window may save `1.2/min`. */
const rateOf = (cell: string | undefined): number | null => {
  const [, token, unit = 'sec'] = /^([\d.]{1,24})(?:\/(sec|min|hour))?$/.exec(withPoint(cell)) ?? []
  const value = parseNumber(token)
  return value === null ? null : value / { sec: 1, min: 60, hour: 3600 }[unit as 'sec' | 'min' | 'hour']
}

const timesOf = (cell: (field: string) => string | undefined): Map<string, number> =>
  new Map(
    ['mean', 'min', 'max', ...percentiles.values()].flatMap((end) => {
      const value = parseNumber(cell(end))
      return value === null ? [] : [[end, value] as const]
    }),
  )

const figuresOf = (cells: readonly string[], found: Columns): JmeterFigures | null => {
  const cell = (field: string): string | undefined => cells[found.get(field) ?? -1]?.trim()
  const samples = parseCount(cell('samples'))
  const label = cell('label') ?? ''
  const times = timesOf(cell)
  if (samples === null || label === '' || !times.has('mean')) return null
  // A share is below a hundred: its comma parts no thousands.
  const errors = parseNumber(/^([\d.]{1,12})%$/.exec((cell('errors') ?? '').replace(/^(\d{1,3}),(\d{1,6}%)$/, '$1.$2'))?.[1])
  return {
    label: totals.has(label) ? null : quote(label),
    samples,
    failed: errors === 0 ? 0 : null,
    errorShare: errors === null ? null : scaleByTen(String(errors), -2),
    qps: rateOf(cell('qps')),
    times,
  }
}

/** `summary =  200 in 00:00:10 =  20.1/s Avg: 120 Min: 90 Max: 200 Err: 3 (1.50%)`: everything so far. */
const summary =
  /(?:^|\s)(\S{1,60}) = {1,12}(\d{1,15}) in {1,12}[\d:.,]{1,16}s? = {1,12}(\d{1,12}[.,]\d)\/s Avg: {1,12}(\d{1,12}) Min: {1,12}(\d{1,12}) Max: {1,12}(\d{1,12}) Err: {1,12}(\d{1,12}) \(/

const summaryOf = (text: string): JmeterFigures | null => {
  const [, , samples, qps, mean, min, max, failed] = summary.exec(text) ?? []
  if (samples === undefined) return null
  return {
    label: null,
    samples: Number(samples),
    failed: Number(failed),
    errorShare: null,
    qps: parseNumber(qps?.replace(',', '.')),
    times: new Map([
      ['mean', Number(mean)],
      ['min', Number(min)],
      ['max', Number(max)],
    ]),
  }
}

const newReport = (format: string): Reading => {
  const reading = newReading('serving', 'jmeter')
  setFacts(reading, { tool: 'jmeter', format })
  return reading
}

const readTable = (reading: Reading, lines: readonly string[], { found, width, delimiter }: Header): void => {
  let labels = 0
  lines.forEach((text, index) => {
    if (text.length > maxLineLength || !text.includes(delimiter)) return
    // The last line of a text without a final line end may be cut.
    const cells = index === lines.length - 1 ? [] : cellsOf(text, delimiter)
    const figures = cells.length === width ? figuresOf(cells, found) : null
    if (figures === null) {
      skipRow(reading, text, index === lines.length - 1 ? 'the text ends in it' : 'it does not have the columns of the header')
      return
    }
    addFigures(reading, figures)
    if (found.has('qps') && figures.qps === null)
      warn(
        reading,
        'rate_unknown',
        'A throughput is no number that is understood (a comma before three digits may part thousands): it is left out.',
      )
    labels += Number(figures.label !== null)
  })
  setFacts(reading, { labels })
  warnOfLabels(reading, labels)
  const last = lines.at(-1) ?? ''
  if (!last.includes(delimiter)) return
  warn(reading, 'truncated', 'The text ends within a row.')
  fail(reading, 'parse.truncated', 'The text ends within a row.', last)
}

/** The last summary of each test in a log. */
const summaries = (lines: readonly string[]): JmeterFigures[] => {
  const finals: JmeterFigures[] = []
  let last: JmeterFigures | null = null
  for (const text of lines) {
    if (text.length > maxLineLength) continue
    last = summaryOf(text) ?? last
    if (last === null || !/\bend of run\s*$/.test(text.slice(-100))) continue
    finals.push(last)
    last = null
  }
  return last === null ? finals : [...finals, last]
}

const readSummary = (figures: JmeterFigures): Reading => {
  const reading = newReport('summariser')
  addFigures(reading, figures)
  warn(reading, 'rounded', 'The summariser rounds to whole milliseconds and a tenth of a request a second; the JTL has every request.')
  return reading
}

/** JMeter's aggregate and summary report as CSV, and the lines of its summariser, of which the last of each test counts. */
export const jmeterReport: FormatParser = {
  id: 'jmeter-report',
  detect: (head) =>
    head.split('\n').some((text) => text.length < maxLineLength && (headerOf(text) !== null || summary.test(text))) ? certain : notMine,
  keepsLine: (text) =>
    text.length < maxLineLength && (/[,;\t]/.test(text) || summary.test(text) || /\bend of run\s*$/.test(text.slice(-100))),
  parse(text): ParseResult[] {
    const lines = cleanText(text).split('\n')
    const results: Reading[] = []
    const at = lines.findIndex((one) => headerOf(one) !== null)
    const header = headerOf(lines[at] ?? '')
    if (header) {
      const reading = newReport('report')
      readTable(reading, lines.slice(at + 1), header)
      if (reading.rows.understood === 0) fail(reading, 'parse.no_rows', 'The table has a header and no rows.')
      results.push(reading)
    }
    results.push(...summaries(lines.slice(0, -1)).map(readSummary))
    return results
  },
}
