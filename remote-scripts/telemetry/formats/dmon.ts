import type { ParseResult, Unit } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { nvidiaScale } from '../../_kit/nvidia'
import { convert, parseCount, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { HeaderWatch, isNameLine, isRow, isUnitLine, splitRow, type Column } from './columns'
import { isProcessMark, lastIsWhole, noteCut, ofEachProcess, Tally } from './rows'

/** Columns of every `-s` set, by their header names. `temp` is what old drivers call `gtemp`. */
const known = new Map<string, [metric: string, unit: Unit]>([
  ['pwr', ['gpu.power', 'W']],
  ['gtemp', ['gpu.temperature', 'degC']],
  ['temp', ['gpu.temperature', 'degC']],
  ['mtemp', ['gpu.mem_temperature', 'degC']],
  ['sm', ['gpu.util', '1']],
  ['mem', ['gpu.mem_util', '1']],
  ['enc', ['gpu.enc_util', '1']],
  ['dec', ['gpu.dec_util', '1']],
  ['jpg', ['gpu.jpeg_util', '1']],
  ['ofa', ['gpu.ofa_util', '1']],
  ['mclk', ['gpu.mem_clock', 'MHz']],
  ['pclk', ['gpu.sm_clock', 'MHz']],
  ['pviol', ['gpu.power_violation', '1']],
  ['tviol', ['gpu.thermal_violation', '1']],
  ['fb', ['gpu.mem_used', 'bytes']],
  ['bar1', ['gpu.bar1_used', 'bytes']],
  ['ccpm', ['gpu.protected_mem_used', 'bytes']],
  ['sbecc', ['gpu.ecc_single', '1']],
  ['dbecc', ['gpu.ecc_double', '1']],
  ['pci', ['gpu.pcie_replays', '1']],
  ['rxpci', ['gpu.pcie_rx', 'GB/s']],
  ['txpci', ['gpu.pcie_tx', 'GB/s']],
])

/** Columns of `--gpm-metrics`, whose unit begins with `GPM:`; some are named like columns of the sets that mean something else. */
const ofGpm = new Map<string, [metric: string, unit: Unit]>([
  ['gract', ['gpu.gr_engine_active', '1']],
  ['smutil', ['gpu.sm_active', '1']],
  ['smocc', ['gpu.sm_occupancy', '1']],
  ['mmaact', ['gpu.tensor_active', '1']],
  ['dram', ['gpu.dram_active', '1']],
  ['fp64', ['gpu.fp64_active', '1']],
  ['fp32', ['gpu.fp32_active', '1']],
  ['fp16', ['gpu.fp16_active', '1']],
  ['pcitx', ['gpu.pcie_tx', 'GB/s']],
  ['pcirx', ['gpu.pcie_rx', 'GB/s']],
  ['nvltx', ['gpu.nvlink_tx', 'GB/s']],
  ['nvlrx', ['gpu.nvlink_rx', 'GB/s']],
])
const gpmMark = 'GPM:'

interface Meaning {
  measured: [metric: string, unit: Unit] | undefined
  by: Scale | null
}

/** The driver's library has rates of GPM in MiB/s, other columns in MB/s: a GPM rate under `MB/s` could be either. */
const meaningOf = ({ name, unit }: Column): Meaning => {
  if (!unit.startsWith(gpmMark)) return { measured: known.get(name), by: nvidiaScale(unit) }
  const plain = unit.slice(gpmMark.length)
  return { measured: ofGpm.get(name), by: plain === 'MB/s' ? null : nvidiaScale(plain) }
}

const ids = new Set(['gpu', 'date', 'time'])
/** pmon, which lists processes, has a header that begins alike. */
const isNames = (line: string): boolean => isNameLine(line) && !/[\s,]pid\b/i.test(line)

interface State {
  reading: Reading
  samples: Tally
  unread: Set<string>
  unitless: Set<string>
  times: Set<string>
}

const readCells = (state: State, columns: readonly Column[], cells: readonly string[], gpu: number): void => {
  const dimensions = { gpu, sample: state.samples.next(gpu) }
  const stamp: string[] = []
  columns.forEach((column, index) => {
    const { name } = column
    const cell = cells[index]
    if (name === 'date' || name === 'time') stamp.push(cell ?? '')
    if (ids.has(name)) return
    const { measured, by } = meaningOf(column)
    if (!measured) state.unread.add(name)
    else if (by?.unit !== measured[1]) state.unitless.add(name)
    else add(state.reading, measured[0], measured[1], convert(cell, by), dimensions)
  })
  if (stamp.length > 0) state.times.add(stamp.join(' '))
}

const readRow = (state: State, columns: Column[] | null, line: string): void => {
  const { reading } = state
  const cells = splitRow(line)
  const gpu = columns ? parseCount(cells[columns.findIndex(({ name }) => name === 'gpu')]) : null
  if (!columns) return skipRow(reading, line, 'no header names its columns and units')
  if (cells.length !== columns.length || gpu === null)
    return skipRow(reading, line, `${cells.length} cells under ${columns.length} columns`)
  reading.rows.understood += 1
  readCells(state, columns, cells, gpu)
}

const finish = ({ reading, samples, unread, unitless, times }: State): void => {
  const stamps = [...times]
  setFacts(reading, {
    tool: 'nvidia-smi dmon',
    gpus: samples.keys,
    samples: samples.most,
    ...(unread.size > 0 ? { columns_unread: [...unread] } : {}),
    ...(stamps.length > 0 ? { first_time: stamps[0] ?? null, last_time: stamps.at(-1) ?? null, distinct_timestamps: stamps.length } : {}),
  })
  if (unread.size > 0) warn(reading, 'columns_ignored', `Columns without a metric: ${[...unread].join(', ')}`)
  if (unitless.size > 0)
    fail(
      reading,
      'parse.unit_unknown',
      `The second header line gives no known unit for ${[...unitless].join(', ')}; these columns are left out.`,
    )
  if (reading.rows.understood > 0) return
  if (reading.rows.skipped > 0)
    fail(
      reading,
      'parse.unit_unknown',
      'The two header lines, which name columns and units, are missing or damaged. Keep the whole output of dmon.',
    )
  else fail(reading, 'parse.no_rows', 'dmon printed its header and no row: it was stopped within the first interval.')
}

const parseOne = (text: string): ParseResult[] => {
  const state: State = {
    reading: newReading('telemetry', 'nvidia-smi dmon'),
    samples: new Tally(),
    unread: new Set(),
    unitless: new Set(),
    times: new Set(),
  }
  const header = new HeaderWatch()
  const lines = text.split('\n')
  let before: string | null = null
  let headed = false
  lines.forEach((line, index) => {
    if (header.take(line)) headed ||= isNames(line)
    else if (isRow(line) && (!header.columns || header.columns.every(({ name }) => name !== 'pid'))) {
      if (index === lines.length - 1 && !lastIsWhole(line, before)) {
        state.reading.rows.skipped += 1
        noteCut(state.reading, line)
      } else readRow(state, header.columns, line)
      before = line
    }
  })
  if (!headed) return []
  finish(state)
  return [state.reading]
}

/** nvidia-smi dmon: any `-s` set, `-o D` and `-o T`, headers repeated, spaces or commas. */
export const smiDmon: FormatParser = {
  id: 'nvidia-smi-dmon',
  detect(head) {
    const lines = head.split('\n')
    const at = lines.findIndex(isNames)
    return at >= 0 && lines.slice(at, at + 3).some(isUnitLine) ? certain : notMine
  },
  keepsLine: (line) => line === '' || isProcessMark(line) || isRow(line) || isNameLine(line) || isUnitLine(line),
  parse: (text) => ofEachProcess(cleanText(text), parseOne),
}
