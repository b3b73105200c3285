import type { PrintedCounter } from './counter-table'

/** Columns of a table as the line of dashes above and below it marks them. */
export type Spans = readonly (readonly [start: number, end: number])[]

/** Null for a line that is no `----- ---- -----`; two columns only where no counter of the table has a unit. */
export const spansOf = (line: string): Spans | null => {
  if (!/^ {0,12}-{3}[- ]*$/.test(line)) return null
  const spans = [...line.matchAll(/-+/g)].map((match) => [match.index, match.index + match[0].length] as const)
  // Rules are parted by five dashes and a long line.
  if (spans.length === 2 && (spans[0]?.[1] ?? 0) - (spans[0]?.[0] ?? 0) < 'Metric Name'.length) return null
  return spans.length >= 2 && spans.length <= 8 ? spans : null
}

/** Cells of a row that keeps to the columns; null: something lies across a border. */
export const cellsOf = (line: string, spans: Spans): string[] | null => {
  const cells: string[] = []
  for (const [index, [start]] of spans.entries()) {
    const next = spans[index + 1]?.[0] ?? line.length
    if (index > 0 && line.charCodeAt(start - 1) !== 32) return null
    const cell = line.slice(index === 0 ? 0 : start, next).trim()
    if (/\s{2,}/.test(cell)) return null
    cells.push(cell)
  }
  return cells
}

/** Cells by their look, where a long name has pushed them out of the columns: name, unit, value. */
const looseCells = (line: string): string[] | null => {
  const parts = line.trim().split(/ {2,}/)
  if (parts.length === 3) return parts
  const words = line.trim().split(/ +/)
  if (!words[0]?.includes('__') || words.length < 2 || words.length > 3) return null
  return words.length === 3 ? words : [words[0], '', words[1] ?? '']
}

const statistics: Readonly<Record<string, string>> = { 'Metric Value': '', Minimum: 'min', Maximum: 'max', Average: 'avg' }

/** By the header, where the table has one; before 2021 it had none, and no column for units where no counter had one. */
const placed = (cells: readonly string[], heads: readonly string[] | null): PrintedRow | null => {
  const [name = ''] = cells
  if (heads === null && cells.length > 3) return null
  const unitAt = heads === null ? (cells.length === 3 ? 1 : -1) : heads.indexOf('Metric Unit')
  // Full names hold no blank; a name and a unit in one column do.
  if (unitAt < 0 && !/^\S+__\S+$/.test(name)) return null
  const values = cells.flatMap((text, index) => {
    const head = heads?.[index] ?? 'Metric Value'
    return index === 0 || index === unitAt ? [] : [[statistics[head] ?? head, text] as const]
  })
  return { name, unit: cells[unitAt] ?? '', values }
}

type PrintedRow = Omit<PrintedCounter, 'section'>

/** A row of a table; null: it keeps to no columns, or says nothing. */
export const readCells = (line: string, spans: Spans, heads: readonly string[] | null, isCut: boolean): PrintedRow | null => {
  const cells = cellsOf(line, spans)
  const loose = cells || isCut || spans.length > 3 ? null : looseCells(line)
  const row = cells ? placed(cells, heads) : loose && placed(loose, null)
  return row && row.name !== '' && row.values.some(([, text]) => text !== '') ? row : null
}
