import { quantity } from './cells'
import type { Header } from './header'
import type { Row } from './rows'

const decimals = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') : 0)

/** A mean lies between its least and greatest; cut off at its end it would be ten times too small. */
const fitsBetween = (row: Row): boolean => {
  const [least, greatest, mean] = ['Min', 'Max', 'Avg'].map((name) => quantity(row.cell(name))?.value)
  if (least === undefined || greatest === undefined || mean === undefined) return false
  return mean >= least && mean <= greatest && (mean * 10 > greatest || greatest === 0)
}

/**
 * Whether the last row of a file without a final line end may be cut within a figure. A name at the end does no harm to the
 * figures before it; a closing quote, a unit or a bracket shows that the cell is whole.
 */
export const isCutRow = (row: Row, before: Row | null, header: Header): boolean => {
  const last = header.names.at(-1) ?? ''
  if (last === 'Name' || last === 'Kernel') return header.isCsv ? !row.line.trimEnd().endsWith('"') : (row.cell(last) ?? '') === ''
  const text = row.cell(last) ?? ''
  if (/[%)]$|\/s$/.test(text)) return false
  if (!header.isCsv) return before === null || row.line.trimEnd().length !== before.line.trimEnd().length
  const other = row.cell('Min') ?? ''
  return other.includes('.') ? decimals(text) !== decimals(other) : !fitsBetween(row)
}
