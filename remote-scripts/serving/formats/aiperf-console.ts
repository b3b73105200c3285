import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseNumber } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { aiperfMetrics, tagOf } from './aiperf-names'
import { addSummary, type SummaryMetric } from './aiperf-summary'

const title = /\bNVIDIA (GenAI-Perf|AIPerf) \| /
/** What stood above GenAI-Perf's tables in 2024. */
const oldTitle = /^\s{0,200}(?:PA )?(?:LLM|Embeddings|Rankings|VLM|Image Retrieval) Metrics\s*$/
/** Lines of a table: bars at both ends and between. */
const row = /^\s{0,200}[│┃|](.{3,2000})[│┃|]\s*$/
const bottom = /^\s{0,200}[└+][─┴+-]{10,2000}[┘+]?\s*$/
/** Early GenAI-Perf told its rates below the table. */
const below = /^\s{0,80}((?:Request throughput|Output token throughput|Request goodput) \(per sec\)): {1,8}([\d.,]{1,24})\s*$/i
const longestLine = 2400

const cellsOf = (line: string): string[] | null =>
  row
    .exec(line)?.[1]
    ?.split(/[│┃|]/)
    .map((cell) => cell.trim()) ?? null

const toolIn = (line: string): string | null => title.exec(line)?.[1]?.toLowerCase() ?? (oldTitle.test(line) ? 'genai-perf' : null)

const isHeader = (cells: readonly string[]): boolean => /^(?:Statistic|Metric)$/.test(cells[0] ?? '') && cells.includes('avg')

interface Row {
  name: string
  cells: string[]
}

interface Table {
  tool: string
  columns: string[]
  rows: Row[]
  isClosed: boolean
}

const tablesOf = (text: string): Table[] => {
  const tables: Table[] = []
  let tool: string | null = null
  for (const line of cleanText(text).split('\n')) {
    if (line.length > longestLine) continue
    tool = toolIn(line) ?? tool
    const cells = cellsOf(line)
    const table = tables.at(-1)
    if (cells && isHeader(cells)) {
      if (tool !== null) tables.push({ tool, columns: cells, rows: [], isClosed: false })
    } else if (table && !table.isClosed && bottom.test(line)) table.isClosed = table.rows.length > 0
    else if (table && below.test(line)) addBelow(table, line)
    else if (table && !table.isClosed && cells?.length === table.columns.length) addRow(table, cells)
  }
  return tables
}

/** A name too long for its column goes on in the line below, whose other cells are empty. */
const addRow = (table: Table, cells: string[]): void => {
  const last = table.rows.at(-1)
  const [name = '', ...figures] = cells
  if (figures.some((cell) => cell !== '')) table.rows.push({ name, cells })
  else if (last) last.name += ` ${name}`
}

const addBelow = (table: Table, line: string): void => {
  const [, name = '', figure = ''] = below.exec(line) ?? []
  table.rows.push({ name, cells: table.columns.map((column) => (column === 'avg' ? figure : '')) })
}

const grouped = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

const metricOf = ({ name, cells }: Row, columns: readonly string[]): SummaryMetric | null => {
  const [, plain, unit] = /^(.{1,120}?)(?: \(([^()]{1,60})\))?$/.exec(name) ?? []
  const figures = new Map<string, number>()
  columns.forEach((column, index) => {
    const cell = cells[index] ?? ''
    const value = index === 0 ? null : parseNumber(grouped.test(cell) ? cell.replaceAll(',', '') : cell)
    if (value !== null) figures.set(column, value)
  })
  return plain === undefined || figures.size === 0 ? null : { tag: tagOf(plain), unit: unit ?? null, figures }
}

const readTable = ({ tool, columns, rows, isClosed }: Table): ParseResult[] => {
  const metrics = rows.flatMap((one) => metricOf(one, columns) ?? [])
  if (!metrics.some(({ tag }) => aiperfMetrics.has(tag))) return []
  const reading = newReading('serving', tool)
  setFacts(reading, { tool })
  reading.rows.understood = metrics.length
  addSummary(reading, metrics)
  const cut = rows.filter((one) => one.cells.slice(1).some((cell) => cell.endsWith('…')))
  if (cut.length > 0)
    warn(
      reading,
      'figures_cut',
      `The window was too narrow for the figures of ${cut.length} rows: those that end in … are left out. The JSON and CSV files of the run have them.`,
    )
  if (!isClosed) {
    warn(reading, 'truncated', 'The table is not closed.')
    fail(reading, 'parse.truncated', 'The table breaks off.', rows.at(-1)?.cells.join(' | '))
  }
  return [reading]
}

/** The tables that AIPerf and GenAI-Perf print at their end; the unit stands behind each metric's name. */
export const aiperfConsole: FormatParser = {
  id: 'aiperf-console',
  detect(head) {
    const lines = head.split('\n').filter((line) => line.length <= longestLine)
    return lines.some((line) => toolIn(line) !== null) && lines.some((line) => isHeader(cellsOf(line) ?? [])) ? certain : notMine
  },
  keepsLine: (line) => line.length <= longestLine && (toolIn(line) !== null || row.test(line) || bottom.test(line) || below.test(line)),
  parse: (text) => tablesOf(text).flatMap(readTable),
}
