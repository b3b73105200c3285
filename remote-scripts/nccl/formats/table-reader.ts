import { fail, skipRow, warn, type Reading } from '../../_kit/reading'
import { convert, parseNumber } from '../../_kit/numbers'
import { looksWhole, type Word } from '../../_kit/table'
import { maxLineLength } from '../../_kit/text'
import { isHeader, isPlacements, isUnits, readHeader, readUnits, setOldUnits, type Columns } from './columns'
import { figuresOnly, readRow, rowInside, rowStart, type Row } from './rows'

export interface Table {
  columns: Columns | null
  rows: Row[]
  headerSeen: boolean
  dataRows: number
  /** The last line of the text is a row whose end is missing. */
  cutAt: string | null
}

const foreignLine = /([\w.-]{1,255}):\d{1,9}:\d{1,9} \[[^\]]{1,8}\] NCCL |\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \S{1,255}:\d{1,9}:\d{1,9} \[/

/** Where another process broke into a line; -1: nowhere. Host names from the device list tell a figure from a name. */
const interruption = (line: string, hosts: readonly string[]): number => {
  // Most lines are rows: they need not be searched.
  const match = line.includes(':') ? foreignLine.exec(line) : null
  if (!match) return -1
  const name = match[1]
  if (name === undefined) return match.index
  const known = hosts.filter((host) => name.endsWith(host)).sort((a, b) => b.length - a.length)[0]
  if (known !== undefined) return match.index + name.length - known.length
  const figure = /^-?\d+(?=[A-Za-z])/.exec(name)
  return match.index + (figure?.[0].length ?? 0)
}

/** Half of the last printed digit: 0.005 for `0.07`. */
const halfDigit = (printed: string | undefined): number => 0.5 / 10 ** (/\.(\d*)$/.exec(printed ?? '')?.[1]?.length ?? 0)

/** size / time agrees with algbw as printed: what a reunited row must show. */
const adds = (row: Row): boolean =>
  row.groups.every(({ group, cell }) => {
    const scale = group.fields.get('algbw')?.scale
    const timeScale = group.fields.get('time')?.scale
    const printed = parseNumber(cell('time'))
    const timeUs = timeScale ? convert(cell('time'), timeScale) : null
    const algbw = scale ? convert(cell('algbw'), scale) : null
    if (printed === null || timeUs === null || algbw === null || timeUs === 0) return true
    const computed = row.sizeBytes / timeUs / 1000
    return Math.abs(computed - algbw) <= 0.006 + computed * (0.005 + halfDigit(cell('time')) / printed)
  })

/** Reads the rows of one test, reuniting those that other processes' lines cut in two. */
export class TableReader {
  readonly table: Table = { columns: null, rows: [], headerSeen: false, dataRows: 0, cutAt: null }
  private header: Word[] = []
  private placements: string | null = null
  /** The beginning of a row whose rest has not come yet. */
  private pending: string | null = null
  private previous: string | null = null
  /** Rows of the first versions, until their figures have proved the units. */
  private readonly unproved: { row: Row; line: string }[] = []

  constructor(
    private readonly reading: Reading,
    private readonly hosts: readonly string[],
  ) {}

  line(line: string, isCutEnd: boolean): void {
    if (line.length > maxLineLength) return
    if (isPlacements(line)) this.placements = line
    else if (isHeader(line)) this.open(line)
    else if (isUnits(line)) {
      if (this.table.columns) readUnits(this.table.columns, this.header, line)
    } else this.data(line, isCutEnd)
  }

  private open(line: string): void {
    const { columns, words } = readHeader(line, this.placements)
    this.table.columns = columns
    this.table.headerSeen = true
    this.header = words
  }

  private data(line: string, isCutEnd: boolean): void {
    const at = interruption(line, this.hosts)
    if (at > 0) {
      this.begin(line.slice(0, at))
      return
    }
    if (at === 0 || line.includes(' NCCL ')) {
      const inside = rowInside.exec(line)
      if (inside) this.data(line.slice(inside.index), isCutEnd)
      return
    }
    if (rowStart.test(line)) this.whole(line, isCutEnd)
    else if (this.pending !== null && figuresOnly.test(line)) this.rest(line, isCutEnd)
    else if (this.table.rows.length + this.table.dataRows > 0 && figuresOnly.test(line) && line.trim().split(/\s+/).length > 3) {
      this.table.dataRows += 1
      warn(this.reading, 'split_row', 'Part of a row stands alone; its beginning was not found.')
      skipRow(this.reading, line, 'its beginning is missing')
    } else {
      const inside = rowInside.exec(line)
      if (inside && !line.trimStart().startsWith('#')) this.data(line.slice(inside.index), isCutEnd)
    }
  }

  private begin(head: string): void {
    if (!rowStart.test(head) && !/^\s*\d{1,18}\s+\d{1,18}\s*/.test(head)) {
      if (this.pending !== null && figuresOnly.test(head)) this.pending += head
      return
    }
    this.drop()
    if (this.table.columns?.hasUnits && readRow(head, this.table.columns)) this.whole(head, false)
    else {
      this.table.dataRows += 1
      this.pending = head
    }
  }

  private whole(line: string, isCutEnd: boolean): void {
    this.drop()
    const columns = this.table.columns
    if (isCutEnd && !looksWhole(line, this.previous)) {
      this.table.dataRows += 1
      this.table.cutAt = line
      skipRow(this.reading, line, 'the text ends in it')
      return
    }
    this.table.dataRows += 1
    if (!columns) return skipRow(this.reading, line, 'no header above it names its columns')
    const row = readRow(line, columns)
    if (columns.unitless && row) {
      this.unproved.push({ row, line })
      this.previous = line
      return
    }
    if (!columns.hasUnits) return skipRow(this.reading, line, 'no line names the units')
    if (row) this.accept(row, line)
    else if (line.trim().split(/\s+/).length < columns.names.length) this.hold(line)
    else skipRow(this.reading, line, 'its columns are not those of the header')
  }

  /** A short row may go on in a later line. */
  private hold(line: string): void {
    this.pending = line
  }

  private rest(line: string, isCutEnd: boolean): void {
    const joined = `${this.pending ?? ''}${/^\s/.test(line) || /\s$/.test(this.pending ?? '') ? '' : ' '}${line}`
    const columns = this.table.columns
    const row = columns?.hasUnits && !isCutEnd ? readRow(joined, columns) : null
    if (row && adds(row)) {
      this.pending = null
      this.accept(row, joined)
      warn(this.reading, 'split_row', `A row was cut in two by other output and put together again: "${joined.trim()}"`)
      return
    }
    this.drop()
    this.table.dataRows += 1
    skipRow(this.reading, line, 'its beginning is missing')
  }

  private drop(): void {
    if (this.pending === null) return
    warn(this.reading, 'split_row', `A row breaks off and was not read: "${this.pending.trim().slice(0, 160)}"`)
    skipRow(this.reading, this.pending, 'its end is missing')
    this.pending = null
  }

  private accept(row: Row, line: string): void {
    this.table.rows.push(row)
    this.reading.rows.understood += 1
    this.previous = line
    if (!adds(row)) warn(this.reading, 'inconsistent_row', `Size over time is not the printed bandwidth: "${line.trim().slice(0, 160)}"`)
  }

  /**
   * The first versions print milliseconds and GB/s and say so nowhere. A table whose size over time is its bandwidth in these units
   * proves it, since the next unit is a thousand times off; one row that contradicts refuses all.
   */
  private proveUnits(): void {
    const { columns } = this.table
    if (!columns?.unitless || this.unproved.length === 0) return
    setOldUnits(columns)
    const telling = ({ row }: { row: Row }): boolean => row.groups.some(({ cell }) => (parseNumber(cell('algbw')) ?? 0) >= 0.1)
    if (this.unproved.every(({ row }) => adds(row)) && this.unproved.some(telling)) {
      for (const { row, line } of this.unproved) this.accept(row, line)
      warn(
        this.reading,
        'unit_proved',
        'This version names no units; its sizes, times and bandwidths agree in ms and GB/s, and in no other.',
      )
      return
    }
    columns.hasUnits = false
    for (const { line } of this.unproved) skipRow(this.reading, line, 'no line names the units')
  }

  finish(): Table {
    this.drop()
    this.proveUnits()
    const { columns, dataRows } = this.table
    if (dataRows > 0 && !columns)
      fail(this.reading, 'parse.unit_unknown', 'The rows have no header, so neither their columns nor their units are known.')
    else if (dataRows > 0 && columns && !columns.hasUnits)
      fail(this.reading, 'parse.unit_unknown', 'The line with the units, "(us) (GB/s)", is missing under the header.')
    return this.table
  }
}
