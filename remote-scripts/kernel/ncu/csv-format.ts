import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { fail, warn, type Reading } from '../../_kit/reading'
import { splitCsv } from '../csv-cells'
import { LongTable } from './long-table'
import { NcuMessages } from './messages'
import { WideTable } from './wide-table'

const newline = 10
const quoteByte = 34
const commaByte = 44
/** No row of any page is longer; what is, is another file. */
const maxLine = 4 * 2 ** 20

interface Part {
  table: WideTable | LongTable
  messages: NcuMessages
}

export const isNcuHeader = (line: string): boolean =>
  /^"?(?:ID"?,"?)?Process ID"?,/.test(line) && line.includes('Kernel Name') && /\b(?:Context|Metric Name)\b/.test(line)

const rowShape =
  /^"\d{1,9}","\d{1,9}","[^"\n]{0,300}","[^"\n]{0,300}","[^\n]{0,8000}?","(?:\(\d+, \d+, \d+\)","\(\d+, \d+, \d+\)"|\d{4}-\w{3}-\d\d )/m

class NcuCsvReader implements StreamReader {
  private readonly decoder = new TextDecoder()
  private readonly parts: Part[] = []
  private messages = new NcuMessages()
  private waiting = new Uint8Array(0)
  private isSkipping = false

  push(piece: Uint8Array): void {
    // One kind of array for the scanner, whatever the source gives.
    const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
    let at = 0
    if (this.waiting.length > 0 || this.isSkipping) {
      const end = bytes.indexOf(newline)
      if (this.isSkipping) this.isSkipping = end < 0
      else this.keep(end < 0 ? bytes : bytes.subarray(0, end + 1))
      if (end < 0) return
      at = end + 1
      const line = this.waiting
      this.waiting = new Uint8Array(0)
      if (line.length > 0) this.lines(line, 0, line.length)
    }
    const limit = bytes.lastIndexOf(newline) + 1
    if (limit > at) this.lines(bytes, at, limit)
    if (Math.max(limit, at) < bytes.length) this.keep(bytes.subarray(Math.max(limit, at)))
  }

  private keep(bytes: Uint8Array): void {
    if (this.waiting.length + bytes.length > maxLine) {
      this.waiting = new Uint8Array(0)
      this.isSkipping = bytes[bytes.length - 1] !== newline
      return
    }
    const joined = new Uint8Array(this.waiting.length + bytes.length)
    joined.set(this.waiting)
    joined.set(bytes, this.waiting.length)
    this.waiting = joined
  }

  private text(bytes: Uint8Array, start: number, end: number): string {
    return this.decoder.decode(bytes.subarray(start, end))
  }

  /** Whole lines; `bytes[limit - 1]` is a line end. */
  private lines(bytes: Uint8Array, start: number, limit: number): void {
    for (let at = start; at < limit;) {
      const { table } = this.parts.at(-1) ?? {}
      const first = bytes[at] as number
      const second = bytes[at + 1] as number
      const isRow = table !== undefined && (first === quoteByte ? isDigit(second) : startsWithCell(bytes, at, limit))
      let end = isRow && table instanceof WideTable ? table.row(bytes, at, limit) : -1
      if (end < 0) {
        end = bytes.indexOf(newline, at)
        this.line(this.text(bytes, at, end), isRow)
      }
      at = end + 1
    }
  }

  /** A line that is no row of a wide table, or none that was understood. */
  private line(text: string, isRow: boolean): void {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    const { table } = this.parts.at(-1) ?? {}
    if (isRow && table) {
      if (table instanceof WideTable) table.skip(line)
      else table.row(line)
    } else if (table instanceof WideTable && /^(?:,|"")/.test(line)) table.units(line)
    else this.other(line)
  }

  private other(line: string): void {
    if (!isNcuHeader(line)) {
      this.messages.read(line)
      return
    }
    const header = splitCsv(line)
    if (!header) return
    const table = header.includes('Metric Name') && header.includes('Metric Unit') ? new LongTable(header) : new WideTable(header)
    const last = this.parts.at(-1)
    if (last && last.table.rows === 0) last.table = table
    else {
      // What ncu said before the first table belongs to it.
      if (last) this.messages = new NcuMessages()
      this.parts.push({ table, messages: this.messages })
    }
  }

  /** The last line has no line end: a row may be cut in the middle of a figure, unless a quote closes it. */
  private lastLine(): void {
    const line = this.text(this.waiting, 0, this.waiting.length)
    const bytes = this.waiting
    this.waiting = new Uint8Array(0)
    const part = this.parts.at(-1)
    const isRow = /^"?\d/.test(line)
    if (!part || !isRow) {
      this.other(line)
      return
    }
    const count = splitCsv(line)?.length ?? 0
    if (count < part.table.cells || !/[",]\s*$/.test(line)) part.table.cut(line)
    else this.lines(Uint8Array.from([...bytes, newline]), 0, bytes.length + 1)
  }

  end(): ParseResult[] {
    if (this.waiting.length > 0) this.lastLine()
    return this.parts.map(({ table, messages }) => finish(table, messages))
  }
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57

/** Digits and a comma: a row without quotes, not a program's own figures. */
const startsWithCell = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start
  while (at < end && isDigit(bytes[at] as number)) at += 1
  return at > start && at < end && bytes[at] === commaByte
}

const finish = (table: WideTable | LongTable, messages: NcuMessages): Reading => {
  const { rows, launches } = table
  const reading = table.end()
  messages.giveTo(reading, launches)
  if (rows === 0 && reading.problem === null) {
    warn(reading, 'truncated', 'The table has a header and no row.')
    fail(reading, 'parse.truncated', 'The output breaks off after the header of its table.')
  }
  return reading
}

/** The raw and the details page of `ncu --csv`. Reports of gigabytes are raw pages: read from bytes, in one pass. */
export const ncuCsv: StreamFormat = {
  id: 'ncu-csv',
  detect: (head) => (head.split('\n').some(isNcuHeader) || rowShape.test(head) ? certain : notMine),
  open: () => new NcuCsvReader(),
}
