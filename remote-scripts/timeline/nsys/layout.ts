import { maxLineLength } from '../../_kit/text'
import { columnOf, isNumeric, type Column } from './columns'

type Separator = ',' | '\t' | '|'

/** Where a table's cells are: under the dashes of a printed table, or between the separators of a CSV. */
export type Layout = { kind: 'printed'; spans: readonly (readonly [start: number, end: number])[] } | { kind: 'separated'; by: Separator }

const dashes = /^\s*-{3,}(?: {1,4}-{3,})+\s*$/

export const isDashes = (line: string): boolean => line.length <= maxLineLength && dashes.test(line)

/** The header above a line of dashes; some pages show a blank line between. */
export const headerAbove = (lines: readonly string[], index: number): string => {
  const [above, before] = [lines[index - 1] ?? '', lines[index - 2] ?? '']
  return above.trim() === '' ? before : above
}

/** The layout that a line of dashes draws, and the columns of the header above it. */
export const printedTable = (header: string, line: string): { layout: Layout; columns: Column[] } => {
  const spans = [...line.matchAll(/-+/g)].map((match) => [match.index, match.index + match[0].length] as const)
  const columns = spans.map(([start], index) => {
    const next = spans[index + 1]
    return columnOf(header.slice(index === 0 ? 0 : start - 1, next ? next[0] - 1 : undefined))
  })
  return { layout: { kind: 'printed', spans }, columns }
}

/** Cells of a line of `--format table` (and of a page that shows it): bars at both ends and between. */
const barCells = (line: string): string[] | null => {
  const inner = /^\|(.*)\|$/.exec(line.trim())?.[1]
  return inner === undefined ? null : inner.split('|').map((cell) => cell.trim())
}

/** Cells of one line of a CSV as RFC 4180 has it; null: a quote is left open. */
export const separatedCells = (line: string, by: Separator): string[] | null => {
  if (by === '|') return barCells(line)
  const cells: string[] = []
  for (let at = 0; at <= line.length;) {
    if (line[at] !== '"') {
      const end = line.indexOf(by, at)
      cells.push(line.slice(at, end === -1 ? line.length : end).trim())
      at = end === -1 ? line.length + 1 : end + 1
      continue
    }
    let cell = ''
    let close = line.indexOf('"', at + 1)
    let from = at + 1
    while (close !== -1 && line[close + 1] === '"') {
      cell += line.slice(from, close + 1)
      from = close + 2
      close = line.indexOf('"', from)
    }
    if (close === -1) return null
    cells.push(cell + line.slice(from, close))
    const end = line.indexOf(by, close)
    at = end === -1 ? line.length + 1 : end + 1
  }
  return cells
}

const headerMark = /^(?:Total(?: Proj)? Time|Total|Start|Duration) ?\((?:ns|us|ms|s|sec|nsec|usec|msec|B|bytes?|[KMG]i?B)\)$/

/** The header of a CSV of nsys; null when the line is none. */
export const separatedTable = (line: string): { layout: Layout; columns: Column[] } | null => {
  if (line.length > maxLineLength || !/(?:Total|Time|Start|Duration)\s?\(/.test(line)) return null
  for (const by of [',', '\t', '|'] as const) {
    const cells = separatedCells(line.trim(), by)
    if (!cells || cells.length < 4 || !cells.some((cell) => headerMark.test(cell)) || cells.some((cell) => /^[\d.]+$/.test(cell))) continue
    return { layout: { kind: 'separated', by }, columns: cells.map(columnOf) }
  }
  return null
}

const isBlank = (text: string): boolean => text.trim() === ''

/** Cells under their dashes: numbers stand at one edge, the gaps between are empty. Null: the line is no row of the table. */
const printedCells = (
  line: string,
  spans: Extract<Layout, { kind: 'printed' }>['spans'],
  columns: readonly Column[],
  mayBeEmpty: boolean,
): string[] | null => {
  let before = 0
  let [right, left] = [true, true]
  const cells: string[] = []
  for (const [index, [start, end]] of spans.entries()) {
    if (!isBlank(line.slice(before, start))) return null
    const isLast = index === spans.length - 1
    const cell = line.slice(start, isLast ? undefined : end)
    if (isBlank(cell) && !mayBeEmpty && columns[index]?.role !== 'style') return null
    const column = columns[index]
    if (column && isNumeric(column) && !isBlank(cell)) {
      right &&= cell.length === end - start && !cell.endsWith(' ')
      left &&= !cell.startsWith(' ')
    }
    cells.push(cell.trim())
    before = end
  }
  return right || left ? cells : null
}

/** The line between the header and the rows of a table with bars. */
const isRule = (line: string): boolean => /^\s*[|+][\s|+:-]*$/.test(line)

/** The cells of a row; null when the line does not fit the table. Only traces have empty cells. */
export const cellsOf = (line: string, layout: Layout, columns: readonly Column[], mayBeEmpty = false): string[] | null => {
  if (layout.kind === 'printed') return line.length > maxLineLength ? null : printedCells(line, layout.spans, columns, mayBeEmpty)
  const cells = isRule(line) ? null : separatedCells(line, layout.by)
  return cells?.length === columns.length ? cells : null
}

/** Words of a row of a table that has lost its alignment: numbers first, the name last. Null when that cannot be told. */
export const wordCells = (line: string, columns: readonly Column[]): string[] | null => {
  const numbers = columns.slice(0, -1)
  if (line.length > maxLineLength || columns.at(-1)?.role !== 'name' || !numbers.every(isNumeric)) return null
  const cells = line.trim().split(/\s+/, numbers.length)
  const name = line.trim().replace(new RegExp(`^(?:\\S+\\s+){${numbers.length}}`), '')
  return cells.length === numbers.length && name !== line.trim() ? [...cells, name] : null
}

/** Whether a line that does not fit was meant as a row: it begins as one. */
export const looksLikeRow = (line: string, layout: Layout): boolean => {
  if (line.length > maxLineLength) return false
  if (layout.kind === 'separated') return line.split(layout.by, 5).filter((cell) => /^\s*"?\d[\d.,]*"?\s*$/.test(cell)).length >= 3
  const words = line.trim().split(/\s+/, 6)
  return words.filter((word) => /^\d[\d.,]*$/.test(word)).length >= 4
}
