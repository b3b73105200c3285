import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { csvCells, csvColumns, isInventoryScript, isNvidiaError, noteNvidiaErrors, nvidiaScale, quantityOf } from '../../_kit/nvidia'
import { parseCount } from '../../_kit/numbers'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { isQueryField } from '../query-fields'
import { isWholeCell } from './query-cells'
import { QueryTable } from './query-rows'
import { isProcessMark, noteCut, ofEachProcess } from './rows'

/** Names that only nvidia-smi has: with a dot and a group, or with one of its units. */
const isStrong = (cell: { name: string; unit: string | null }): boolean =>
  isQueryField(cell.name) && (cell.name.includes('.') || (cell.unit !== null && nvidiaScale(cell.unit) !== null))

const isHeader = (line: string): boolean => {
  if (line.length > 4 * maxLineLength || !/^[",\s]{0,4}[a-z]/i.test(line)) return false
  const columns = csvColumns(line)
  const strong = columns.filter(isStrong).length
  const fields = columns.filter(({ name }) => isQueryField(name)).length
  return strong > 0 && fields >= columns.length * 0.6
}

const isSingleValue = (line: string): boolean =>
  /^\s{0,4}[+-]?\d{1,15}(?:\.\d{1,9})?(?: ?[A-Za-z/%]{1,8})?\s{0,4}$/.test(line) || /^\[.{1,60}\]$/.test(line.trim())

/** A field name alone on a line may be one of a list; with its unit, or over a value, it heads a column. */
const isHeaderAt = (lines: readonly string[], index: number): boolean => {
  const line = lines[index] ?? ''
  if (!isHeader(line)) return false
  return line.includes(',') || line.includes('[') || isSingleValue(lines[index + 1] ?? '')
}

/** Rows as `--format=csv,noheader` leaves them: units tell the tool, but not which quantity a column is. */
const isHeadless = (line: string): boolean => {
  // nvidia-smi quotes nothing; a long quoted row of another tool is not taken apart in vain.
  if (line.startsWith('"') || !line.includes(',')) return false
  const cells = csvCells(line)
  const units = cells.filter((cell) => ['W', 'bytes', 'MHz'].some((unit) => quantityOf(cell, unit as 'W') !== null)).length
  return (
    cells.length >= 2 &&
    cells.length < 400 &&
    units >= 1 &&
    units + cells.filter((cell) => /^(?:\[.*\]|\d+ %|GPU-[\da-f-]{36})$/.test(cell)).length >= 2
  )
}

const readLine = (table: QueryTable, line: string, isLast: boolean): void => {
  const { reading, columns } = table
  const cells = csvCells(line)
  if (columns.length === 1 && !isSingleValue(line)) return
  if (cells.length !== columns.length) {
    if (cells.length < 2 && !(isLast && line.trim() !== '' && parseCount(cells[0]) !== null)) return
    skipRow(reading, line, `${cells.length} cells under ${columns.length} columns`)
    if (isLast) noteCut(reading, line)
    return
  }
  const isCut = isLast && !isWholeCell(cells.at(-1) ?? '', table.last?.at(-1))
  table.row(line, cells, isCut ? cells.length - 1 : cells.length)
  if (!isCut) return
  warn(reading, 'truncated', 'The file does not end with a line end: the last cell may be cut and is left out.')
  fail(reading, 'parse.truncated', 'The file does not end with a line end: its last cell may be cut and is left out.', line)
}

const numberIn = (table: QueryTable, cells: readonly string[], name: string): number | null => {
  const column = table.columns.find((one) => one.name === name)
  const cell = table.cell(cells, name)
  if (cell === null || !column) return null
  return quantityOf(cell, 'W') ?? quantityOf(`${cell} ${column.unit ?? ''}`, 'W')
}

const noteTimes = (table: QueryTable): void => {
  if (!table.has('timestamp')) return
  const { samples, stamps, reading } = table
  const distinct = stamps.size
  setFacts(reading, { distinct_timestamps: distinct, first_time: table.firstTime, last_time: table.lastTime })
  if (samples.most > 1 && distinct < samples.most * 0.9 && !table.has('pid'))
    warn(
      reading,
      'identical_timestamps',
      `${samples.most} samples of one GPU carry ${distinct} distinct time stamps: they were buffered, and their times cannot be used.`,
    )
}

const finish = (table: QueryTable): ParseResult => {
  const { reading, samples, last } = table
  const driver = last ? table.cell(last, 'driver_version', 'kmd_version') : null
  reading.tool.version = driver
  const limit = last ? (numberIn(table, last, 'power.limit') ?? numberIn(table, last, 'enforced.power.limit')) : null
  const instant = last ? numberIn(table, last, 'power.draw.instant') : null
  setFacts(reading, {
    tool: 'nvidia-smi',
    samples: samples.most,
    columns: table.columns.length,
    ...(table.gpuColumn < 0 || table.has('pid') ? {} : { gpus: samples.keys }),
    ...(table.names.size > 0 ? { names: [...table.names] } : {}),
    ...(driver === null ? {} : { driver_version: driver }),
    ...(limit === null ? {} : { power_limit_w: limit }),
    ...(instant === null ? {} : { power_instant_w: instant }),
    ...(table.highestPowerW === null ? {} : { max_w: table.highestPowerW }),
  })
  noteTimes(table)
  if (table.gpuColumn < 0 && reading.rows.understood > 0)
    warn(
      reading,
      'gpu_not_identified',
      'No column says which GPU a row is of: query `index` as well. With several GPUs the samples are mixed.',
    )
  if (table.reduced !== null)
    warn(reading, 'pcie_width_reduced', `The PCIe link runs ${table.reduced}: check the slot, the riser and the BIOS.`)
  if (table.heldDown.size > 0)
    warn(reading, 'clocks_held_down', `Heat or the power supply held the clocks down: ${[...table.heldDown].slice(0, 16).join(', ')}.`)
  if (table.unitless.size > 0)
    fail(
      reading,
      'parse.unit_unknown',
      `Neither header nor values name the unit of ${[...table.unitless].join(', ')}; these columns are left out.`,
    )
  if (reading.rows.understood + reading.rows.skipped === 0) fail(reading, 'parse.no_rows', 'The query printed its header and no row.')
  else if (reading.rows.understood === 0)
    fail(reading, 'parse.no_rows', 'No row of the query fits its header: the rows or their numbers were changed.')
  return reading
}

/** Without a header no column is known: every row is counted and none is read. */
const refuse = (rows: readonly string[]): ParseResult => {
  const reading = newReading('telemetry', 'nvidia-smi')
  for (const row of rows) skipRow(reading, row, 'no header names its columns')
  setFacts(reading, { tool: 'nvidia-smi' })
  fail(
    reading,
    'parse.unit_unknown',
    'The header is missing (`--format=csv,noheader`), so no column can be told from another. Query again without `noheader`.',
    rows[0],
  )
  return reading
}

const parseOne = (text: string): ParseResult[] => {
  const lines = text.split('\n')
  const tables: QueryTable[] = []
  const before: string[] = []
  lines.forEach((line, index) => {
    const table = tables.at(-1)
    if (isHeaderAt(lines, index)) {
      if (table?.header !== line.trim()) tables.push(new QueryTable(line.trim(), csvColumns(line)))
    } else if (isNvidiaError(line)) return
    else if (table) readLine(table, line, index === lines.length - 1)
    else if (isHeadless(line)) before.push(line)
  })
  const first = tables[0]
  if (!first) return before.length > 0 ? [refuse(before)] : []
  for (const row of before) skipRow(first.reading, row, 'no header stands above it')
  noteNvidiaErrors(first.reading, lines)
  return tables.map(finish)
}

/** nvidia-smi --query-gpu and --query-compute-apps as CSV: any fields in any order, once or in a loop. */
export const queryCsv: FormatParser = {
  id: 'nvidia-smi-query-csv',
  detect(head) {
    if (isInventoryScript(head)) return notMine
    const lines = head.split('\n')
    if (lines.some((_, index) => isHeaderAt(lines, index))) return certain
    const filled = lines.filter((line) => line.trim() !== '')
    return filled.length > 0 && filled.filter(isHeadless).length >= filled.length * 0.6 ? likely : notMine
  },
  keepsLine: (line) =>
    line.length < 4 * maxLineLength &&
    (line === '' || isProcessMark(line) || line.includes(',') || isHeader(line) || isSingleValue(line) || isNvidiaError(line)),
  parse: (text) => ofEachProcess(cleanText(text), parseOne),
}
