import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { isNumeric, isWhole } from './columns'
import { readNote, readStep } from './findings'
import { jsonMark, jsonPiecesOf } from './json-rows'
import { headerAbove, isDashes, printedTable, separatedTable } from './layout'
import { styleOf, type NumeralStyle } from './numerals'
import { isCudaCall, kindOfHeader, kindOfTitle, type Kind } from './reports'
import { readTable, type Totals } from './stats-rows'
import { piecesOf, titleOf, type Piece, type StatsTable } from './tables'

/** The report of a table; `trace`: event by event, read elsewhere; null: one that is not read. */
const kindOf = (table: StatsTable): Kind | 'trace' | null => {
  const kind = kindOfHeader(table.columns)
  // Rows of a trace as JSON are read by no one.
  if (kind === 'trace') return table.style === undefined ? kind : null
  const titled = table.title === null ? undefined : kindOfTitle(table.title)
  if (titled === null) return null
  // A header under another report's title: whose rows follow is anybody's guess.
  if (kind !== 'calls') return titled === undefined || titled === kind ? kind : null
  if (titled === 'api' || titled === 'osrt') return titled
  const name = table.columns.findIndex((column) => column.role === 'name')
  return isCudaCall(table.rows[0]?.cells[name] ?? '') ? 'api' : 'osrt'
}

const numeralStyle = (pieces: readonly Piece[]): NumeralStyle =>
  styleOf(
    pieces.flatMap((piece) => {
      if (!('table' in piece)) return []
      const { columns, rows } = piece.table
      return rows.flatMap(({ cells }) =>
        columns.flatMap((column, index) => (isNumeric(column) ? [{ token: cells[index] ?? '', isWhole: isWhole(column) }] : [])),
      )
    }),
  )

const factsOf = (totals: Totals): Parameters<typeof setFacts>[1] => {
  const { kernel, api, osrt, nvtx } = totals.rows
  const memops = totals.rows['memory-time'] ?? totals.rows['memory-size']
  return {
    ...(kernel === undefined
      ? {}
      : { kernels: kernel, kernel_instances: totals.instances, kernel_total_ns: Math.round(totals.kernelUs * 1000) }),
    ...(memops === undefined ? {} : { memop_rows: memops }),
    ...(api === undefined ? {} : { api_rows: api }),
    ...(osrt === undefined ? {} : { osrt_rows: osrt }),
    ...(nvtx === undefined ? {} : { nvtx_rows: nvtx }),
  }
}

const newTotals = (): Totals => ({ rows: {}, instances: 0, kernelUs: 0 })

/** One profile's reports in the making. A report that comes a second time belongs to the next profile. */
class Profile {
  readonly reading: Reading = newReading('timeline', 'nsys')
  readonly #totals = newTotals()
  readonly #seen = new Set<string>()
  #steps: { last: number; of: number } | null = null
  /** What nsys says where it recorded no kernels. */
  #without: string | null = null

  has(key: string): boolean {
    return this.#seen.has(key)
  }

  get isEmpty(): boolean {
    return this.#seen.size === 0
  }

  note(line: string): void {
    this.#steps = readStep(line, this.#steps)
    readNote(this.reading, line)
    if (/^\s*SKIPPED: .{0,2000} does not contain CUDA (?:kernel|trace) data/.test(line.slice(0, 4096))) this.#without = line.trim()
  }

  table(table: StatsTable, key: string, kind: Kind | null, style: NumeralStyle): void {
    this.#seen.add(key)
    if (kind !== null) {
      readTable(this.reading, this.#totals, table, kind, style)
      return
    }
    const name = (table.title ?? table.columns.map((column) => column.title).join(', ')).slice(0, 120)
    warn(this.reading, 'report_not_read', `A report is not read here: ${name}`)
    for (const { line } of table.rows) skipRow(this.reading, line, 'a report that is not read here')
    for (const line of table.misfits) skipRow(this.reading, line, 'a report that is not read here')
  }

  finish(lastLine: string | undefined): Reading | null {
    const { reading } = this
    if (this.isEmpty && reading.warnings.length === 0 && reading.problem === null && this.#steps === null) return null
    setFacts(reading, { tool: 'nsys', ...factsOf(this.#totals) })
    if (this.#steps && this.#steps.last < this.#steps.of) {
      const { last, of } = this.#steps
      fail(reading, 'parse.truncated', `The output breaks off in step ${last} of ${of}.`, lastLine)
    }
    if (this.#without !== null && this.#totals.rows.kernel === undefined)
      fail(reading, 'parse.no_kernels', 'nsys recorded no CUDA kernel; the warning says what to do.', this.#without)
    if (reading.measurements.length === 0) fail(reading, 'parse.no_rows', 'There is no row of a report that is read here.')
    return reading
  }
}

/** Starts of a new run of nsys, where the one before has left tables already. */
const starts = /^(?:Collecting data\.\.\.|Generating '.{1,300}\.qdstrm')/

const looksCut = (lines: readonly string[], pieces: readonly Piece[]): boolean => {
  const last = lines.at(-1) ?? ''
  const table = pieces.findLast((piece) => 'table' in piece)?.table
  if (last.trim() === '' || !table) return false
  const row = table.rows.at(-1)
  return row?.line === last ? isUnclosed(row.cells.join(' ')) : table.misfits.at(-1) === last
}

const count = (text: string, sign: string): number => text.split(sign).length - 1
const isUnclosed = (text: string): boolean =>
  !/(?:…|\.\.\.)$/.test(text) && (count(text, '(') > count(text, ')') || count(text, '[') > count(text, ']'))

/** A name that ends within a bracket, at the very end of the file: the row is cut. */
const dropCutRow = (lines: readonly string[], pieces: readonly Piece[]): string | null => {
  if (!looksCut(lines, pieces)) return null
  const last = lines.at(-1) ?? ''
  const table = pieces.findLast((piece) => 'table' in piece)?.table
  if (table?.rows.at(-1)?.line === last) table.misfits.push(table.rows.pop()?.line ?? '')
  return last
}

/** The pieces of a text, and what it breaks off with. */
const read = (text: string): { pieces: Piece[]; cut: string | null; lines: string[] } => {
  const lines = text.split('\n')
  const json = jsonPiecesOf(text)
  if (json) return { ...json, lines }
  const pieces = piecesOf(lines)
  return { pieces, cut: dropCutRow(lines, pieces), lines }
}

const readProfiles = (text: string): ParseResult[] => {
  const { pieces, cut, lines } = read(text)
  const style = numeralStyle(pieces)
  const profiles = [new Profile()]
  let current = profiles[0] ?? new Profile()
  const next = (): void => {
    current = new Profile()
    profiles.push(current)
  }
  for (const piece of pieces) {
    if ('note' in piece) {
      if (!current.isEmpty && starts.test(piece.note.slice(0, 400))) next()
      current.note(piece.note)
      continue
    }
    const kind = kindOf(piece.table)
    if (kind === 'trace') continue
    const key = kind === null ? `other ${piece.table.title ?? ''}` : `${kind} ${piece.table.columns.map((column) => column.role).join()}`
    if (kind !== null && current.has(key)) next()
    current.table(piece.table, key, kind, style)
  }
  const lastLine = lines.findLast((line) => line.trim() !== '')
  const results = profiles.flatMap((profile) => profile.finish(lastLine) ?? [])
  const last = results.at(-1)
  if (cut !== null && last) fail(last, 'parse.truncated', 'The last row is cut.', cut)
  return results
}

const isHeader = (lines: readonly string[], index: number): boolean => {
  const line = lines[index] ?? ''
  const columns = isDashes(line) ? printedTable(headerAbove(lines, index), line).columns : separatedTable(line)?.columns
  if (!columns) return false
  const kind = kindOfHeader(columns)
  return kind === null ? columns.some((column) => column.title === 'Duration' && column.unit !== null) : kind !== 'trace'
}

/** A row of an event trace in CSV: whole numbers and empty cells only, up to the block's size. */
const traceRow = /^\d+,\d+,(?:\d*,){7}/
const mark = /^\[\d{1,3}\/\d{1,3}\] Executing '\w{1,60}' stats report|^SKIPPED: .{1,2000} does not contain/

/** Summaries of `nsys stats` (and `nsys profile --stats=true`): printed tables, CSV and JSON, all versions since 2019. */
export const nsysStats: FormatParser = {
  id: 'nsys-stats',
  detect(head) {
    const lines = head.split('\n')
    const isMine = lines.some(
      (line, index) =>
        isHeader(lines, index) || (line.length < 4096 && (mark.test(line) || /^ ?\*\* .{1,80} \(\w{1,40}_sum\):/.test(line))),
    )
    return isMine || jsonMark.test(head) ? certain : notMine
  },
  keepsLine: (line) => !traceRow.test(line.slice(0, 400)) || titleOf(line) !== null,
  parse: (text) => readProfiles(cleanText(text)),
}
