import { convert, timeScale, type Scale } from '../../_kit/numbers'
import { add, fail, skipRow, warn, type Reading } from '../../_kit/reading'
import { isNumeric, sizeScale, titleUnit, type Column } from './columns'
import { plainNumeral, type NumeralStyle } from './numerals'
import { dimensionsOf, reports, type Kind, type Report } from './reports'
import type { Row, StatsTable } from './tables'

/** Sums over the rows of one profile, for its facts. */
export interface Totals {
  rows: Partial<Record<Kind, number>>
  instances: number
  kernelUs: number
}

const longestName = 4096
const notMeasured = /^(?:|-|n\/a|\[n\/a\]|nan|[+-]?inf)$/i

/** The unit of a column: its own, else that of the table's other columns, else the title's. */
const scaleOf = (column: Column, table: StatsTable, report: Report): Scale | null => {
  const of = report.measure === 'time' ? timeScale : sizeScale
  if (column.unit !== null) return of(column.unit)
  const other = table.columns.find(({ role, unit }) => role === 'total' && unit !== null)?.unit ?? titleUnit(table.title ?? '')
  return other === null ? null : of(other)
}

interface Value {
  column: Column
  digits: string
}

type Cells = { values: Value[] } | { why: string }

const valuesOf = (table: StatsTable, row: Row, style: NumeralStyle): Cells => {
  const values: Value[] = []
  for (const [index, column] of table.columns.entries()) {
    const cell = row.cells[index] ?? ''
    if (!isNumeric(column) || notMeasured.test(cell)) continue
    const digits = plainNumeral(cell, style)
    if (digits === null) return { why: `${column.title} is not a number` }
    if (digits === 'ambiguous') return { why: `${column.title} can be read two ways` }
    values.push({ column, digits })
  }
  return values.some(({ column }) => column.role === 'total') ? { values } : { why: 'no total' }
}

/** Counts stand in both tables of memory operations; one of them is enough. */
const hasCount = (reading: Reading, metric: string, dimensions: Readonly<Record<string, unknown>>): boolean =>
  reading.measurements.some((known) => known.metric === metric && known.dimensions['op'] === dimensions['op'])

const addValues = (reading: Reading, table: StatsTable, kind: Kind, row: Row, values: readonly Value[]): number | null => {
  const report = reports[kind]
  const dimensions = dimensionsOf(report, table.columns, row.cells)
  let total: number | null = null
  for (const { column, digits } of values) {
    if (column.role === 'count' || column.role === 'gpu_ops') {
      const metric = kind === 'memory-size' ? 'timeline.memop_count' : report.metrics[column.role]
      if (metric !== undefined && !(kind === 'memory-size' && hasCount(reading, metric, dimensions)))
        add(reading, metric, '1', Number(digits), dimensions)
      continue
    }
    const metric = report.metrics[column.role]
    if (metric === undefined) continue
    const scale = scaleOf(column, table, report)
    if (!scale) {
      fail(reading, 'parse.unit_unknown', `The column ${column.title} names no unit, nor does the title of its table.`, row.line)
      continue
    }
    const value = convert(digits, scale)
    add(reading, metric, scale.unit, value, dimensions)
    if (column.role === 'total') total = value
  }
  return total
}

const isTruncated = (name: string): boolean => name.endsWith('…') || name.endsWith('...')

/** Reads the rows of one table into the profile. */
export const readTable = (reading: Reading, totals: Totals, table: StatsTable, kind: Kind, style: NumeralStyle): void => {
  const nameAt = table.columns.findIndex((column) => column.role === 'name')
  const isFirst = totals.rows[kind] === undefined
  let understood = 0
  for (const row of table.rows) {
    const name = row.cells[nameAt] ?? ''
    const refuses = reports[kind].refuses
    const cells: Cells =
      name === '' || name.length > longestName || (refuses?.test(name) ?? false) || (kind === 'api' && !/^cu/.test(name))
        ? { why: 'its name is none of this report' }
        : valuesOf(table, row, table.style ?? style)
    if ('why' in cells) {
      skipRow(reading, row.line, cells.why)
      if (cells.why.endsWith('two ways'))
        fail(reading, 'parse.ambiguous_number', 'The separators of a number may group digits or begin its decimals.', row.line)
      continue
    }
    if (isTruncated(name))
      warn(reading, 'names_truncated', `nsys cut long names: "${name.slice(0, 120)}". Rows of one name are kept apart.`)
    const total = addValues(reading, table, kind, row, cells.values)
    understood += 1
    if (kind !== 'kernel' || !isFirst) continue
    totals.kernelUs += total ?? 0
    totals.instances += Number(cells.values.find(({ column }) => column.role === 'count')?.digits ?? 0)
  }
  for (const line of table.misfits) skipRow(reading, line, 'it does not fit the columns')
  if (isFirst) totals.rows[kind] = understood
  reading.rows.understood += understood
}
