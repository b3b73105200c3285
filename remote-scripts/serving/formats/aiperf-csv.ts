import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseNumber } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { cellsOf } from '../streams/csv'
import { aiperfMetrics, tagOf } from './aiperf-names'
import { addSummary, type SummaryMetric } from './aiperf-summary'

const tableStart = /^"?Metric"?,/
const otherTable = /^"?Endpoint"?,/
const statisticNames = /^(?:avg|min|max|std|sum|count|p\d{1,2}(?:\.\d{1,2})?)$/

/** GenAI-Perf writes `1,146.31`: a comma every three digits, and a point for the fraction. */
const figureOf = (cell: string | undefined): number | null =>
  parseNumber(cell !== undefined && /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(cell) ? cell.replaceAll(',', '') : cell?.trim())

const metricOf = (cells: readonly string[], columns: readonly string[]): SummaryMetric | null => {
  const [, name, unit] = /^(.{1,120}?)(?: \(([^()]{1,60})\))?$/.exec(cells[0]?.trim() ?? '') ?? []
  if (name === undefined || cells.length !== columns.length) return null
  const figures = new Map<string, number>()
  columns.forEach((column, index) => {
    const value = index === 0 ? null : figureOf(cells[index])
    if (value !== null) figures.set(column === 'Value' ? 'avg' : column, value)
  })
  return figures.size === 0 ? null : { tag: tagOf(name), unit: unit ?? null, figures }
}

interface Table {
  metrics: SummaryMetric[]
  cut: string | null
}

const readTable = (reading: Reading, lines: readonly string[]): Table => {
  const table: Table = { metrics: [], cut: null }
  let columns: string[] | null = null
  lines.forEach((line, index) => {
    if (line.length > maxLineLength || line.trim() === '') return
    if (otherTable.test(line)) columns = null
    else if (tableStart.test(line)) columns = cellsOf(line, ',').map((name) => name.trim())
    else if (columns && line.includes(',')) {
      const last = index === lines.length - 1
      const cells = cellsOf(line, ',')
      const metric = metricOf(last ? [...cells.slice(0, -1), ''] : cells, columns)
      if (last) table.cut = line
      if (metric) {
        table.metrics.push(metric)
        reading.rows.understood += 1
      } else skipRow(reading, line, last ? 'the text ends in it' : 'its columns are not those of the header')
    }
  })
  return table
}

/** AIPerf's and GenAI-Perf's summary as CSV; the unit stands behind each metric's name. */
export const aiperfCsv: FormatParser = {
  id: 'aiperf-summary-csv',
  detect(head) {
    const header = head.split('\n').find((line) => line.length < 1000 && tableStart.test(line))
    const names = header === undefined ? [] : cellsOf(header, ',').slice(1)
    const known = names.length > 0 && names.every((name) => statisticNames.test(name.trim()) || name.trim() === 'Value')
    return known &&
      /^"?(?:Time To First Token|Request Latency|Inter Token Latency|Request Throughput|Output Token Throughput|Request Count)\b/im.test(
        head,
      )
      ? certain
      : notMine
  },
  parse(text): ParseResult[] {
    const lines = cleanText(text).split('\n')
    const reading = newReading('serving', /"\d{1,3},\d{3}|\(per sec\)|\(count\)/.test(text) ? 'genai-perf' : 'aiperf')
    const { metrics, cut } = readTable(reading, lines)
    if (metrics.length === 0 && reading.rows.skipped === 0) return []
    setFacts(reading, { tool: reading.tool.name })
    if (!metrics.some(({ tag }) => aiperfMetrics.has(tag))) return []
    addSummary(reading, metrics)
    if (cut !== null) {
      warn(reading, 'truncated', 'The file does not end with a line end: its last figure may be cut and was left out.')
      fail(reading, 'parse.truncated', 'The file breaks off.', cut)
    }
    return [reading]
  },
}
