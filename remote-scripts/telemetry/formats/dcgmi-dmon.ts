import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { nvidiaScale } from '../../_kit/nvidia'
import { convert, parseNumber, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { nearest, words, type Word } from '../../_kit/table'
import { cleanText, maxLineLength } from '../../_kit/text'
import { isProcessMark, lastIsWhole, noteCut, ofEachProcess, Tally } from './rows'

const share: Scale = { unit: '1', power: 0, factor: 1 }
const bytesPerSecond: Scale = { unit: 'GB/s', power: -9, factor: 1 }
const of = (printed: string): Scale => nvidiaScale(printed) ?? share

interface Measured {
  metric: string
  by: Scale
  kind?: string
}

const ratio = (metric: string): Measured => ({ metric, by: share })
const rate = (metric: string): Measured => ({ metric, by: bytesPerSecond })
const inUnit = (metric: string, printed: string, more: Pick<Measured, 'kind'> = {}): Measured => ({ metric, by: of(printed), ...more })

/** DCGM's short field names. Each stands for one field, and the field has its unit; profiling fields are shares from 0 to 1. */
const known = new Map<string, Measured>([
  ['GRACT', ratio('gpu.gr_engine_active')],
  ['SMACT', ratio('gpu.sm_active')],
  ['SMOCC', ratio('gpu.sm_occupancy')],
  ['TENSO', ratio('gpu.tensor_active')],
  ['DRAMA', ratio('gpu.dram_active')],
  ['FP64A', ratio('gpu.fp64_active')],
  ['FP32A', ratio('gpu.fp32_active')],
  ['FP16A', ratio('gpu.fp16_active')],
  ['PCITX', rate('gpu.pcie_tx')],
  ['PCIRX', rate('gpu.pcie_rx')],
  ['NVLTX', rate('gpu.nvlink_tx')],
  ['NVLRX', rate('gpu.nvlink_rx')],
  ['POWER', inUnit('gpu.power', 'W')],
  ['POWINST', inUnit('gpu.power', 'W', { kind: 'instant' })],
  ['TMPTR', inUnit('gpu.temperature', 'C')],
  ['MMTMP', inUnit('gpu.mem_temperature', 'C')],
  ['SMCLK', inUnit('gpu.sm_clock', 'MHz')],
  ['MMCLK', inUnit('gpu.mem_clock', 'MHz')],
  ['GPUTL', inUnit('gpu.util', '%')],
  ['MCUTL', inUnit('gpu.mem_util', '%')],
  ['ENCUT', inUnit('gpu.enc_util', '%')],
  ['DECUT', inUnit('gpu.dec_util', '%')],
  ['FBTTL', inUnit('gpu.mem_total', 'MB')],
  ['FBUSD', inUnit('gpu.mem_used', 'MB')],
  ['FBFRE', inUnit('gpu.mem_free', 'MB')],
  ['ESVTL', ratio('gpu.ecc_single')],
  ['EDVTL', ratio('gpu.ecc_double')],
])

/** DCGM's marks for values that it does not have, where they slip through as numbers. */
const blank = 2 ** 47

const isHeader = (line: string): boolean => line.length < maxLineLength && /^\s{0,40}#\s{0,10}Entity\s+\S/.test(line)
const isIdLine = (line: string): boolean => line.length < maxLineLength && /^\s{0,40}Id\b/i.test(line)
const entity = /^\s{0,40}(?:(GPU-I|GPU-CI|GPU|CPU|Core|Switch|Link|CX)\s{1,10})?(\d{1,6})(?:\s|$)/i
const isRow = (line: string): boolean => line.length < maxLineLength && entity.test(line)

const dimensionOf = new Map([
  ['GPU', 'gpu'],
  ['GPU-I', 'gpu_instance'],
  ['GPU-CI', 'compute_instance'],
])

/** Column names behind `Entity`. */
const columnsOf = (line: string): Word[] => words(line.replace(/#\s{0,10}Entity\b/, (mark) => ' '.repeat(mark.length)))

interface State {
  reading: Reading
  samples: Tally
  columns: Set<string>
  unread: Set<string>
  /** Columns whose line of units names another unit than the field has. */
  otherUnit: Set<string>
}

const isSame = (a: Scale, b: Scale | null): boolean => a.unit === b?.unit && a.power === b.power && a.factor === b.factor

/** Half of a column's width: a unit farther away stands under no column, as in a text whose blanks are lost. */
const reach = 8

const noteUnits = (state: State, columns: readonly Word[], line: string): void => {
  for (const unit of words(line).slice(1)) {
    const column = columns[nearest(columns, unit)]
    const measured = known.get(column?.text ?? '')
    if (!column || !measured || Math.abs(column.start + column.end - unit.start - unit.end) > 2 * reach) continue
    if (!isSame(measured.by, nvidiaScale(unit.text))) state.otherUnit.add(column.text)
  }
}

const valueOf = (cell: string | undefined, by: Scale): number | null => {
  const value = convert(cell, by)
  return value !== null && (parseNumber(cell) ?? 0) < blank ? value : null
}

const readRow = (state: State, columns: readonly Word[] | null, line: string): void => {
  const { reading } = state
  const match = entity.exec(line)
  if (!columns) return skipRow(reading, line, 'no header names its columns')
  const cells = line
    .slice(match?.[0].length ?? 0)
    .trim()
    .split(/\s+/)
  if (cells.length !== columns.length) return skipRow(reading, line, `it does not fit ${columns.length} columns`)
  reading.rows.understood += 1
  const kind = (match?.[1] ?? 'GPU').toUpperCase()
  const id = Number(match?.[2])
  const key = kind === 'GPU' ? id : `${kind} ${id}`
  const name = dimensionOf.get(kind)
  const dimensions: Dimensions = { ...(name ? { [name]: id } : { entity: `${kind} ${id}` }), sample: state.samples.next(key) }
  columns.forEach(({ text: column }, index) => {
    const measured = known.get(column)
    if (!measured) state.unread.add(column)
    else if (!state.otherUnit.has(column)) {
      const own = measured.kind === undefined ? dimensions : { ...dimensions, kind: measured.kind }
      add(reading, measured.metric, measured.by.unit, valueOf(cells[index], measured.by), own)
    }
  })
}

const finish = ({ reading, samples, columns, unread, otherUnit }: State): void => {
  const gpus = samples.keys.filter((key) => typeof key === 'number')
  const instances = samples.keys.filter((key) => typeof key === 'string')
  setFacts(reading, {
    tool: 'dcgmi dmon',
    gpus,
    samples: samples.most,
    columns: [...columns],
    ...(instances.length > 0 ? { entities: instances } : {}),
    ...(unread.size > 0 ? { columns_unread: [...unread] } : {}),
  })
  if (unread.size > 0) warn(reading, 'columns_ignored', `Fields without a metric: ${[...unread].join(', ')}`)
  if (otherUnit.size > 0)
    fail(
      reading,
      'parse.unit_unknown',
      `The line of units names another unit than DCGM has for ${[...otherUnit].join(', ')}; these columns are left out.`,
    )
  if (reading.rows.understood > 0) return
  if (reading.rows.skipped > 0) fail(reading, 'parse.truncated', 'The header line, which names the columns, is missing or damaged.')
  else fail(reading, 'parse.no_rows', 'dcgmi printed its header and no row: it was stopped within the first interval.')
}

const errorLine = /^(?:Error setting watches|Error: |.{0,80}Profiling (?:module|is not supported))/i

const noteErrors = (reading: Reading, lines: readonly string[]): void => {
  const error = lines.find((line) => line.length < 1000 && errorLine.test(line))
  if (error !== undefined)
    fail(
      reading,
      'remote.tool_failed',
      'dcgmi could not watch the fields: another profiler may hold the counters (`dcgmi profile --pause`).',
      error,
    )
}

const parseOne = (text: string): ParseResult[] => {
  const state: State = {
    reading: newReading('telemetry', 'dcgmi dmon'),
    samples: new Tally(),
    columns: new Set(),
    unread: new Set(),
    otherUnit: new Set(),
  }
  const lines = text.split('\n')
  let columns: Word[] | null = null
  let before: string | null = null
  lines.forEach((line, index) => {
    if (isHeader(line)) {
      columns = columnsOf(line)
      for (const { text: column } of columns) state.columns.add(column)
    } else if (isIdLine(line)) noteUnits(state, columns ?? [], line)
    else if (isRow(line)) {
      if (index === lines.length - 1 && !lastIsWhole(line, before)) {
        state.reading.rows.skipped += 1
        noteCut(state.reading, line)
      } else readRow(state, columns, line)
      before = line
    }
  })
  if (state.columns.size === 0) return []
  noteErrors(state.reading, lines)
  finish(state)
  return [state.reading]
}

/** dcgmi dmon: `#Entity` with `ID` below, and the older `# Entity` with `Id` and units below. */
export const dcgmiDmon: FormatParser = {
  id: 'dcgmi-dmon',
  detect(head) {
    const lines = head.split('\n')
    const at = lines.findIndex(isHeader)
    if (at < 0) return notMine
    const named = columnsOf(lines[at] ?? '').every(({ text }) => /^[A-Z0-9_]{2,12}$/.test(text))
    return named && lines.slice(at + 1, at + 4).some((line) => isIdLine(line) || isRow(line)) ? certain : notMine
  },
  keepsLine: (line) =>
    line === '' || isProcessMark(line) || isHeader(line) || isIdLine(line) || isRow(line) || errorLine.test(line.slice(0, 1000)),
  parse: (text) => ofEachProcess(cleanText(text), parseOne),
}
