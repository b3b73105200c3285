import type { Dimensions, ParseResult } from '../../../../preload/contract'
import type { FormatParser } from '../../../_kit/probe'
import { certain, notMine } from '../../../_kit/detect'
import { convert, timeScale } from '../../../_kit/numbers'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { assign, cellsOf, figureOf, type Cell } from './cells'
import { columnKind, totalMetric, type ColumnKind } from './columns'

const headerLine = /^\s{0,1000}Name {2,1000}(?:Overload Name {2,1000})?Self CPU/
const rule = /^ *-{5,}(?: +-{3,})+ *$/
const totalLine = /^ *(?:Self )?([A-Za-z]\w{1,20}) time total: ([\d.]{1,30})([a-zµ]{1,3})\s*$/
const startOfTotal = /^ *(?:Self )?[A-Za-z]\w{1,20} time total:/

interface Table {
  reading: Reading
  columns: Cell[]
  kinds: (ColumnKind | null)[]
  rules: number
  totals: number
  seen: Map<string, number>
}

const newTable = (header: string): Table => {
  const reading = newReading('timeline', 'torch key_averages')
  const columns = cellsOf(header)
  reading.facts = { tool: 'torch key_averages', columns: columns.map(({ text }) => text) }
  return { reading, columns, kinds: columns.map(({ text }) => columnKind(text)), rules: 0, totals: 0, seen: new Map() }
}

const columnOf = (table: Table, name: string, row: readonly (string | null)[]): string | null =>
  row[table.columns.findIndex(({ text }) => text === name)] ?? null

const dimensionsOf = (table: Table, row: readonly (string | null)[]): Dimensions | null => {
  const op = columnOf(table, 'Name', row)
  if (op === null) return null
  const shapes = columnOf(table, 'Input Shapes', row)
  const node = columnOf(table, 'Node ID', row)
  const overload = columnOf(table, 'Overload Name', row)
  const key = `${op} ${shapes ?? ''} ${node ?? ''} ${overload ?? ''}`
  const times = (table.seen.get(key) ?? 0) + 1
  table.seen.set(key, times)
  return {
    op,
    ...(shapes === null ? {} : { input_shapes: shapes }),
    ...(node === null ? {} : { node }),
    ...(overload === null ? {} : { overload }),
    // Names are cut at 55 characters, and then several kernels have the same one.
    ...(times === 1 ? {} : { occurrence: times }),
  }
}

const readRow = (table: Table, line: string): void => {
  const { reading, columns, kinds } = table
  const cells = cellsOf(line)
  const row = assign(columns, cells)
  // Further frames of a row's stack stand alone in the last column.
  if (row && cells.length === 1 && columns.at(-1)?.text === 'Source Location' && row.at(-1) !== null) return
  const figures = row?.map((text, index) => {
    const kind = kinds[index]
    return kind && text !== null ? figureOf(text, kind) : null
  })
  const calls = kinds.findIndex((kind) => kind?.cell === 'count')
  // Every row says how often it was called; one that does not is cut.
  const isWhole =
    figures && !figures.includes(undefined) && (calls < 0 ? figures.some((figure) => figure !== null) : figures[calls] !== null)
  if (!row || !figures || !isWhole) {
    if (table.rules < 2) skipRow(reading, line, 'no row of this table')
    return
  }
  const dimensions = dimensionsOf(table, row)
  if (!dimensions) {
    skipRow(reading, line, 'no name')
    return
  }
  reading.rows.understood += 1
  figures.forEach((figure, index) => {
    const kind = kinds[index]
    if (kind) add(reading, kind.metric, kind.unit, figure, kind.device === null ? dimensions : { ...dimensions, device_type: kind.device })
  })
  if (String(dimensions['op']).endsWith('...')) warn(reading, 'names_truncated', 'Long names are cut by the profiler (they end in "...").')
}

const readTotal = (table: Table, line: string): void => {
  const match = totalLine.exec(line)
  const scale = timeScale(match?.[3] ?? '')
  if (!match || !scale) {
    skipRow(table.reading, line, 'a total without its unit')
    return
  }
  table.totals += 1
  const { metric, device } = totalMetric(match[1] ?? '')
  add(table.reading, metric, 'us', convert(match[2], scale), device === null ? {} : { device_type: device })
}

const finish = (table: Table): Reading => {
  const { reading, kinds, columns } = table
  reading.facts['rows'] = reading.rows.understood
  const unknown = columns.filter(
    ({ text }, index) => !kinds[index] && !/^(?:Name|Input Shapes|Source Location|Node ID|Overload Name)$/.test(text),
  )
  if (unknown.length > 0)
    warn(reading, 'columns_unknown', `Columns that are not known were left out: ${unknown.map(({ text }) => text.slice(0, 60)).join(', ')}`)
  if (table.rules < 2 && table.totals === 0)
    fail(reading, 'parse.truncated', 'The table breaks off: neither its last line nor the totals are there.')
  return reading
}

/** What `print(prof.key_averages().table())` prints, with whatever columns; several tables give several results. */
export const keyAverages: FormatParser = {
  id: 'torch-key-averages',
  detect: (head) => (/(?:^|\n)[ \t]{0,1000}Name {2,1000}(?:Overload Name {2,1000})?Self CPU/.test(head) ? certain : notMine),
  keepsLine: (line) => / {2}/.test(line) || startOfTotal.test(line),
  parse(text): ParseResult[] {
    const tables: Table[] = []
    const lines = cleanText(text).split('\n')
    lines.forEach((line, index) => {
      if (line.length > maxLineLength || line.trim() === '') return
      if (headerLine.test(line)) {
        tables.push(newTable(line))
        return
      }
      const table = tables.at(-1)
      if (!table) return
      if (rule.test(line)) table.rules += 1
      else if (startOfTotal.test(line)) readTotal(table, line)
      // A last line without its end may be cut, and a cut number is a number.
      else if (index === lines.length - 1 && table.rules < 2) skipRow(table.reading, line, 'the file ends within it')
      else if (table.totals === 0) readRow(table, line)
    })
    return tables.map(finish)
  },
}
