import { convert, parseNumber, type Scale } from '../../_kit/numbers'
import { isMissing, nvidiaScale, type CsvColumn } from '../../_kit/nvidia'
import type { QueryField } from '../query-fields'

/** What a cell says: a value in the field's unit, that there is none, a number without a unit, or something else. */
export type CellReading = { value: number; printsUnit: boolean } | 'missing' | 'unitless' | 'strange'

const withUnit = /^([+-]?\d{1,15}(?:\.\d{1,9})?)(?: ?([A-Za-z%][A-Za-z/%]{0,7}))?$/

/** The unit beside the value counts, else the header's, else the field's own; never an assumed one. */
const scaleOf = (field: QueryField, column: CsvColumn, printed: string | undefined): Scale | null => {
  const unit = printed ?? column.unit ?? field.fixed
  return unit === undefined ? null : nvidiaScale(unit)
}

export const readCell = (cell: string, field: QueryField, column: CsvColumn): CellReading => {
  if (isMissing(cell)) return 'missing'
  const match = withUnit.exec(cell)
  if (!match || parseNumber(match[1]) === null) return 'strange'
  const by = scaleOf(field, column, match[2])
  if (!by) return match[2] === undefined ? 'unitless' : 'strange'
  const value = by.unit === field.unit ? convert(match[1], by) : null
  return value === null ? 'strange' : { value, printsUnit: match[2] !== undefined }
}

/** Whether the last cell of a file without a final line end is whole: a unit, a bracket or as many decimals as before say so. */
export const isWholeCell = (cell: string, before: string | undefined): boolean => {
  if (cell.endsWith(']')) return true
  const unit = withUnit.exec(cell)?.[2]
  if (unit !== undefined) return nvidiaScale(unit) !== null && (before === undefined || before.endsWith(unit) || isMissing(before))
  const decimals = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') : 0)
  if (/^[\d.]+$/.test(cell)) return before !== undefined && decimals(before) > 1 && decimals(cell) === decimals(before)
  return before !== undefined && cell.length >= before.length
}
