import { maxLineLength } from '../../_kit/text'
import type { Column } from './columns'
import { cellsOf, headerAbove, isDashes, looksLikeRow, printedTable, separatedTable, wordCells, type Layout } from './layout'
import type { NumeralStyle } from './numerals'

export interface Row {
  line: string
  cells: string[]
}

/** One table as it stands in the text. */
export interface StatsTable {
  /** The line that names it; null without. */
  title: string | null
  columns: Column[]
  rows: Row[]
  /** Lines that were meant as rows but do not fit. */
  misfits: string[]
  /** How its numbers are written; absent: as the whole text proves. */
  style?: NumeralStyle
}

/** What a text holds, in order. */
export type Piece = { table: StatsTable } | { note: string }

const titles = [
  /^\[\d{1,3}\/\d{1,3}\] Executing '(\w{1,60})' stats report/,
  /^\s*\*\* (.{1,120}\(\w{1,60}(?::\w{1,20}){0,4}\)):\s*$/,
  /^Processing \[.{1,2000}\] with \[.{0,2000}?([\w-]{1,80}\.py)(?:[^\]]{0,200})\]/,
  /^((?:CUDA|Operating System|OS Runtime|NVTX|OpenACC|OpenMP|OpenGL|Vulkan|Unified Memory|DX1[12]|GPU)\b[\w /-]{1,80}(?:Statistics|Summary)(?: \([\w ]{1,40}\))?):?\s*$/,
]

/** The report that a line announces; null when it announces none. */
export const titleOf = (line: string): string | null => {
  if (line.length > maxLineLength) return null
  for (const pattern of titles) {
    const match = pattern.exec(line)
    if (match) return match[1] ?? null
  }
  return null
}

const isScript = (title: string): boolean => title.endsWith('.py')

const ending = /^(?:Generated:|Generating '|Generating [A-Z].{0,80}\.\.\.$|Collecting data|Processing \[|\[\d{1,3}\/\d{1,3}\] )/

interface Open {
  table: StatsTable
  layout: Layout
}

/** Rows of printed tables whose columns do not stand under their dashes any more, in a text where that is so everywhere. */
const readUnaligned = (opened: readonly Open[]): void => {
  const printed = opened.filter(({ layout }) => layout.kind === 'printed')
  if (printed.some(({ table }) => table.rows.length > 0)) return
  for (const { table } of printed) {
    const rest: string[] = []
    for (const line of table.misfits) {
      const cells = wordCells(line, table.columns)
      if (cells) table.rows.push({ line, cells })
      else rest.push(line)
    }
    table.misfits = rest
  }
}

const readRow = (open: Open, line: string): boolean => {
  const cells = cellsOf(line, open.layout, open.table.columns)
  if (cells) open.table.rows.push({ line, cells })
  else if (looksLikeRow(line, open.layout)) open.table.misfits.push(line)
  else return false
  return true
}

/** Tables and the lines between them. A table goes on over blank and foreign lines until something else begins. */
export const piecesOf = (lines: readonly string[]): Piece[] => {
  const pieces: Piece[] = []
  const opened: Open[] = []
  let open: Open | null = null
  let title: string | null = null
  const begin = (layout: Layout, columns: Column[]): void => {
    open = { layout, table: { title, columns, rows: [], misfits: [] } }
    title = null
    opened.push(open)
    pieces.push({ table: open.table })
  }
  for (const [index, line] of lines.entries()) {
    if (isDashes(line)) {
      const { layout, columns } = printedTable(headerAbove(lines, index), line)
      begin(layout, columns)
      continue
    }
    const header = separatedTable(line)
    if (header) {
      begin(header.layout, header.columns)
      continue
    }
    const announced = titleOf(line)
    if (announced !== null || ending.test(line.slice(0, 200))) open = null
    // Of the lines that announce a table, one that carries a unit says more than the file name of its script.
    if (announced !== null) title = title !== null && isScript(announced) && !isScript(title) ? title : announced
    if (open && readRow(open, line)) continue
    pieces.push({ note: line })
  }
  readUnaligned(opened)
  return pieces
}
