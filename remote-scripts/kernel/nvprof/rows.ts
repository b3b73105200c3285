import { splitCsv } from '../csv-cells'
import type { Header } from './header'

/** A row by column name; `unit` is the column's, in CSV. */
export interface Row {
  line: string
  cell(name: string): string | undefined
  unit(name: string): string
}

const rowOf = (line: string, header: Header, cells: readonly string[]): Row => ({
  line,
  cell: (name) => cells[header.names.indexOf(name)],
  unit: (name) => header.units[header.names.indexOf(name)] ?? '',
})

const opens: Readonly<Record<Header['kind'], RegExp>> = {
  trace: /^\s*\d[\d.]*(?:ns|us|ms|s)\s{2}/,
  summary: /^\s*(?:[A-Za-z][\w ()]{1,40}: +)?\d[\d.]*%\s{2}/,
  metrics: /^\s*\d{1,12}\s{2,}[a-z]\w{1,80}\s{2}/i,
  'unified-memory': /^\s*\d{1,12}\s{2,}(?:[\d.]+[KMGT]?B|-)\s{2}/,
}

/** Whether a line looks like a row of the table; all else in a log is the program's own. */
export const looksLikeRow = (line: string, header: Header): boolean =>
  header.isCsv ? /^(?:"(?:[^"\n]{1,4000})"|-?[\d.]+%?)?,/.test(line) : opens[header.kind].test(line.slice(0, 400))

/** Cells by column; text cells stand at least two blanks apart, and the last one, a name, may hold more. Null: the cells do not fit. */
export const readRow = (line: string, header: Header): Row | null => {
  const { names } = header
  if (header.isCsv) {
    const cells = splitCsv(line)
    return cells?.length === names.length ? rowOf(line, header, cells) : null
  }
  const cells = line.trim().split(/\s{2,}/)
  // Only the first row of a group says its type.
  if (header.kind === 'summary' && names[0] === 'Type' && !cells[0]?.endsWith(':')) cells.unshift('')
  if (cells.length < names.length) return null
  const last = names.length - 1
  return rowOf(line, header, [...cells.slice(0, last), cells.slice(last).join('  ')])
}
