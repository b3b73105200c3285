import type { Dimensions, ParseResult, Unit } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { nvidiaScale } from '../../_kit/nvidia'
import { convert, parseCount } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { HeaderWatch, isNameLine, isRow, isUnitLine, splitRow, type Column } from './columns'
import { isProcessMark, noteCut, ofEachProcess, Tally } from './rows'

const known = new Map<string, [metric: string, unit: Unit]>([
  ['sm', ['gpu.process_util', '1']],
  ['mem', ['gpu.process_mem_util', '1']],
  ['enc', ['gpu.process_enc_util', '1']],
  ['dec', ['gpu.process_dec_util', '1']],
  ['jpg', ['gpu.process_jpeg_util', '1']],
  ['ofa', ['gpu.process_ofa_util', '1']],
  ['fb', ['gpu.process_mem_used', 'bytes']],
])

const isNames = (line: string): boolean => isNameLine(line) && /\spid\b|,\s{0,20}pid\b/i.test(line)

interface State {
  reading: Reading
  gpus: Tally
  sample: number
  /** Processes already listed in this sample: one that comes again begins the next. */
  listed: Set<string>
  lastGpu: number
  names: Map<string, string>
  unavailable: number
  unitless: Set<string>
}

const sampleOf = (state: State, gpu: number, pid: string): number => {
  const key = `${gpu} ${pid}`
  if (state.listed.has(key) || gpu < state.lastGpu) {
    state.sample += 1
    state.listed.clear()
  }
  state.listed.add(key)
  state.lastGpu = gpu
  return state.sample
}

/** The row's cells, one per column; the command, which may hold blanks, is the last. */
const cellsOf = (line: string, columns: readonly Column[]): string[] | null => {
  const words = splitRow(line)
  const last = columns.length - 1
  if (words.length < columns.length) return null
  if (columns[last]?.name !== 'command') return words.length === columns.length ? words : null
  return [...words.slice(0, last), words.slice(last).join(' ')]
}

const readCells = (state: State, columns: readonly Column[], cells: readonly string[], dimensions: Dimensions): void => {
  columns.forEach(({ name, unit }, index) => {
    const measured = known.get(name)
    if (!measured) return
    const by = nvidiaScale(unit)
    if (by?.unit === measured[1]) add(state.reading, measured[0], measured[1], convert(cells[index], by), dimensions)
    else state.unitless.add(name)
  })
}

const readRow = (state: State, columns: Column[] | null, line: string): void => {
  const { reading } = state
  if (!columns) return skipRow(reading, line, 'no header names its columns and units')
  const cells = cellsOf(line, columns)
  const cell = (name: string): string | undefined => cells?.[columns.findIndex((column) => column.name === name)]
  const gpu = parseCount(cell('gpu'))
  const pid = cell('pid') ?? ''
  if (!cells || gpu === null || !/^(?:\d{1,10}|-)$/.test(pid)) return skipRow(reading, line, `it does not fit ${columns.length} columns`)
  reading.rows.understood += 1
  state.gpus.next(gpu)
  const sample = sampleOf(state, gpu, pid)
  // A GPU without processes has one row of dashes.
  if (pid === '-') return
  const command = cell('command') ?? ''
  if (command !== '' && command !== '-') state.names.set(pid, command)
  if (cell('sm') === '-') state.unavailable += 1
  readCells(state, columns, cells, { gpu, pid: Number(pid), sample, ...(command === '' || command === '-' ? {} : { process: command }) })
}

const finish = ({ reading, gpus, sample, names, unavailable, unitless }: State): void => {
  setFacts(reading, {
    tool: 'nvidia-smi pmon',
    gpus: gpus.keys,
    rows: reading.rows.understood,
    samples: reading.rows.understood === 0 ? 0 : sample + 1,
    processes: Object.fromEntries([...names].slice(0, 1000)),
  })
  if (unavailable > 0)
    warn(
      reading,
      'util_not_available',
      `${unavailable} rows show "-": the process did nothing on the GPU in that interval, or the driver does not say.`,
    )
  if (unitless.size > 0) fail(reading, 'parse.unit_unknown', `The second header line gives no known unit for ${[...unitless].join(', ')}.`)
  if (reading.rows.understood > 0) return
  if (reading.rows.skipped > 0)
    fail(
      reading,
      'parse.unit_unknown',
      'The two header lines, which name columns and units, are missing or damaged. Keep the whole output of pmon.',
    )
  else fail(reading, 'parse.no_rows', 'pmon printed its header and no row.')
}

const parseOne = (text: string): ParseResult[] => {
  const state: State = {
    reading: newReading('telemetry', 'nvidia-smi pmon'),
    gpus: new Tally(),
    sample: 0,
    listed: new Set(),
    lastGpu: -1,
    names: new Map(),
    unavailable: 0,
    unitless: new Set(),
  }
  const header = new HeaderWatch()
  const lines = text.split('\n')
  let headed = false
  lines.forEach((line, index) => {
    if (header.take(line)) headed ||= isNames(line)
    else if (isRow(line) && (!header.columns || header.columns.some(({ name }) => name === 'pid'))) {
      // The command is last: once it has begun, the numbers before it are whole.
      const cut = index === lines.length - 1 && header.columns && !cellsOf(line, header.columns)
      if (cut) {
        state.reading.rows.skipped += 1
        noteCut(state.reading, line)
      } else readRow(state, header.columns, line)
    }
  })
  if (!headed) return []
  finish(state)
  return [state.reading]
}

/** nvidia-smi pmon: values of processes, which are not those of their GPU. */
export const smiPmon: FormatParser = {
  id: 'nvidia-smi-pmon',
  detect(head) {
    const lines = head.split('\n')
    const at = lines.findIndex(isNames)
    return at >= 0 && lines.slice(at, at + 3).some(isUnitLine) ? certain : notMine
  },
  keepsLine: (line) => line === '' || isProcessMark(line) || isRow(line) || isNameLine(line) || isUnitLine(line),
  parse: (text) => ofEachProcess(cleanText(text), parseOne),
}
