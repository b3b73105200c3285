import { convert, parseCount, scaleByTen, timeScale } from '../../../_kit/numbers'
import type { ColumnKind } from './columns'

/** A piece of a line between two or more blanks. */
export interface Cell {
  text: string
  start: number
  end: number
}

/** Cells of a line: they may hold single blanks. */
export const cellsOf = (line: string): Cell[] => {
  const cells: Cell[] = []
  for (const match of line.matchAll(/\S+(?: \S+)*/g)) cells.push({ text: match[0], start: match.index, end: match.index + match[0].length })
  return cells
}

const isUnder = (cell: Cell, column: Cell | undefined): boolean => column?.end === cell.end || column?.start === cell.start

/** All stand where they should but the last, which ends early: it was cut, and what is left of a number is a number. */
const isCut = (columns: readonly Cell[], cells: readonly Cell[]): boolean =>
  cells.slice(1, -1).every((cell, index) => isUnder(cell, columns[index + 1])) && (cells.at(-1)?.end ?? 0) < (columns.at(-1)?.end ?? 0)

/**
 * Text per column: by number when there are as many cells as columns, else by place, for empty cells leave no trace.
 * Figures end where their header ends, the stack begins where it begins. Null when a cell stands under no header.
 */
export const assign = (columns: readonly Cell[], cells: readonly Cell[]): (string | null)[] | null => {
  if (cells.length === columns.length)
    return isCut(columns, cells) && columns.at(-1)?.text !== 'Source Location' ? null : cells.map(({ text }) => text)
  const found: (string | null)[] = columns.map(() => null)
  for (const cell of cells) {
    const index = columns.findIndex((column) => isUnder(cell, column))
    if (index < 0) return null
    found[index] = cell.text
  }
  return found
}

/** The profiler writes powers of 1024, as `Kb` in older versions and `KB` in newer. */
const memoryUnits = new Map([
  ['b', 1],
  ['kb', 2 ** 10],
  ['mb', 2 ** 20],
  ['gb', 2 ** 30],
  ['tb', 2 ** 40],
])

/** A cell's figure in canonical units; null: it has none (`--`, `nan`), undefined: it is not what the column holds. */
export const figureOf = (text: string, kind: ColumnKind): number | null | undefined => {
  if (text === '' || text === '--' || /^-?nan/i.test(text)) return null
  if (kind.cell === 'count') return parseCount(text) ?? undefined
  if (kind.cell === 'share') return text.endsWith('%') ? (scaleByTen(text.slice(0, -1), -2) ?? undefined) : undefined
  if (kind.cell === 'flops') return scaleByTen(text, kind.power) ?? undefined
  const [, number, unit = ''] = /^(-?[\d.]{1,30}) ?([a-zA-Zµ]{1,4})$/.exec(text) ?? []
  if (kind.cell === 'time') {
    const scale = timeScale(unit)
    return scale ? (convert(number, scale) ?? undefined) : undefined
  }
  const factor = memoryUnits.get(unit.toLowerCase())
  return factor === undefined ? undefined : (convert(number, { unit: 'bytes', power: 0, factor }) ?? undefined)
}
