import { maxLineLength } from '../../_kit/text'

/** A column of dmon or pmon: its name in the first header line, its unit in the second. */
export interface Column {
  name: string
  unit: string
}

/** Words of a row; with commas where `--format csv` was asked for. */
export const splitRow = (line: string): string[] =>
  line.includes(',') ? line.split(',').map((cell) => cell.trim()) : line.trim().split(/\s+/)

const headerWords = (line: string): string[] => splitRow(line.replace(/^\s{0,20}#\s{0,20}/, '')).filter((word) => word !== '')

/** `# gpu  pwr …`, also with `Date` and `Time` in front. */
export const isNameLine = (line: string): boolean =>
  line.length < maxLineLength && /^\s{0,20}#\s{0,20}(?:Date[\s,]+)?(?:Time[\s,]+)?(?:Date[\s,]+)?gpu\b/i.test(line)

/** `# Idx  W …`, also with `YYYYMMDD` and `HH:MM:SS` in front. */
export const isUnitLine = (line: string): boolean =>
  line.length < maxLineLength && /^\s{0,20}#\s{0,20}(?:YYYYMMDD[\s,]+)?(?:HH:MM:SS[\s,]+)?(?:YYYYMMDD[\s,]+)?Idx\b/i.test(line)

/** Columns of the two header lines; null when they do not belong together. */
export const columnsOf = (names: string, units: string): Column[] | null => {
  const first = headerWords(names)
  const second = headerWords(units)
  if (first.length !== second.length) return null
  return first.map((name, index) => ({ name: name.toLowerCase(), unit: second[index] ?? '' }))
}

/** A line that holds a row of the table, whatever its columns: it begins with a number or a date. */
export const isRow = (line: string): boolean => line.length < maxLineLength && /^\s{0,20}\d[\d:]{0,15}(?:[\s,]|$)/.test(line)

/**
 * Follows the header lines of a log, which are repeated every few rows: `columns` are those of the rows that follow.
 * One of the two lines without the other leaves the columns unknown, unless it repeats what is known.
 */
export class HeaderWatch {
  columns: Column[] | null = null
  private names: string | null = null
  private units: string | null = null
  private pending: string | null = null

  /** True when the line was one of the header. */
  take(line: string): boolean {
    if (isNameLine(line)) {
      this.settle()
      this.pending = line
      return true
    }
    if (!isUnitLine(line)) {
      if (line.trim() !== '') this.settle()
      return false
    }
    if (this.pending !== null) {
      this.columns = columnsOf(this.pending, line)
      this.names = this.pending.trim()
      this.units = line.trim()
      this.pending = null
    } else if (line.trim() !== this.units) this.forget()
    return true
  }

  /** The line of names was not followed by its units. */
  private settle(): void {
    if (this.pending !== null && this.pending.trim() !== this.names) this.forget()
    this.pending = null
  }

  private forget(): void {
    this.columns = null
    this.names = null
    this.units = null
  }
}
