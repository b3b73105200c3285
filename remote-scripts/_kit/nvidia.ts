import type { Unit } from '../../preload/contract'
import { convert, type Scale } from './numbers'
import type { Reading } from './reading'
import { fail } from './reading'
import { maxLineLength } from './text'

const mebi = 2 ** 20
const scale = (unit: Unit, power: number, factor = 1): Scale => ({ unit, power, factor })

/** Units as nvidia-smi and dcgmi print them. Their MB are 2^20 bytes: newer versions print the same figure as MiB. */
const scales = new Map<string, Scale>([
  ['W', scale('W', 0)],
  ['mW', scale('W', -3)],
  ['C', scale('degC', 0)],
  ['%', scale('1', -2)],
  ['MHz', scale('MHz', 0)],
  ['MiB', scale('bytes', 0, mebi)],
  ['MB', scale('bytes', 0, mebi)],
  ['KiB', scale('bytes', 0, 1024)],
  ['GiB', scale('bytes', 0, 2 ** 30)],
  ['KB/s', scale('GB/s', -6)],
  ['MB/s', scale('GB/s', -3)],
  ['errs', scale('1', 0)],
  ['bool', scale('1', 0)],
])

/** How a printed unit of NVIDIA's tools converts; null when it is none of theirs. */
export const nvidiaScale = (printed: string): Scale | null => scales.get(printed) ?? null

/** `[N/A]`, `[Not Supported]`, `ERR!`, `-` and their like: the tool says that there is no value. */
export const isMissing = (cell: string): boolean =>
  cell === '' ||
  cell === '-' ||
  /^\[.*\]$|^(?:N\/A|ERR!|nan|inf|None|Insufficient Permissions|GPU is lost|GPU requires reset|Unknown Error|Requested functionality has been deprecated)$/i.test(
    cell,
  )

/** What `isMissing` says, as null: the text of a cell that says something. */
export const saidOf = (cell: string | undefined): string | null => (cell === undefined || isMissing(cell.trim()) ? null : cell.trim())

const quantity = /^([+-]?\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z%][A-Za-z/%]{0,7})$/

/** `67.03 W` in `unit`; null without a unit, with one of another kind, and for every missing value. */
export const quantityOf = (text: string | undefined, unit: Unit): number | null => {
  const match = quantity.exec(text ?? '')
  const by = nvidiaScale(match?.[2] ?? '')
  return by?.unit === unit ? convert(match?.[1], by) : null
}

export interface CsvColumn {
  /** As nvidia-smi names it: `memory.used`. */
  name: string
  /** Out of its brackets: `MiB`; null: the header names none. */
  unit: string | null
}

/** Columns of `nvidia-smi --query-…=… --format=csv`: `index, memory.used [MiB]`. */
export const csvColumns = (line: string): CsvColumn[] =>
  csvCells(line).map((cell) => {
    const match = /^(\S{1,200}) \[([^\]]{1,20})\]$/.exec(cell)
    return match ? { name: match[1] ?? '', unit: match[2] ?? null } : { name: cell, unit: null }
  })

const unquoted = (cell: string): string => (/^"[^"]{0,400}"$/.test(cell) ? cell.slice(1, -1).trim() : cell)

/** Cells of a row. nvidia-smi quotes nothing, so a comma always separates; a table tool that saved the file again may have quoted cells. */
export const csvCells = (line: string): string[] =>
  line.length > 4 * maxLineLength ? [] : line.split(',').map((cell) => unquoted(cell.trim()))

/** What to do with a GPU that the driver has lost. */
export const lostAdvice = 'look for Xid messages in the kernel log and reset it.'

const errors: readonly { pattern: RegExp; code: 'remote.no_gpu' | 'remote.tool_failed' | 'parse.tool_reported_error'; advice: string }[] = [
  {
    pattern: /^NVIDIA-SMI has failed because/,
    code: 'remote.tool_failed',
    advice: 'nvidia-smi could not speak to the driver: load it (`modprobe nvidia`) or reboot after its update.',
  },
  {
    pattern: /^Failed to initialize NVML: /,
    code: 'remote.tool_failed',
    advice: 'The driver and its library disagree, or the GPU is not passed into the container: reboot, or start the container with GPUs.',
  },
  {
    pattern: /^No devices were found\s*$/,
    code: 'remote.no_gpu',
    advice: 'The driver runs but sees no GPU: check the bus, the driver’s log, or the job’s GPU request.',
  },
  {
    pattern: /^Unable to determine the device handle for GPU/,
    code: 'remote.tool_failed',
    advice: `A GPU has fallen off the bus: ${lostAdvice}`,
  },
  {
    pattern: /^NVIDIA-SMI couldn't find libnvidia-ml\.so/,
    code: 'remote.tool_failed',
    advice: 'nvidia-smi is there and the driver’s library is not: install the driver’s package, or start the container with GPUs.',
  },
  {
    pattern: /^Not supported on the device\(s\)/,
    code: 'remote.tool_failed',
    advice: 'This GPU or its driver does not support what nvidia-smi was asked for (dmon and pmon need a data centre or professional GPU).',
  },
  {
    pattern: /^Field "[^"\n]{1,200}" is not a valid field to query/,
    code: 'parse.tool_reported_error',
    advice: 'This driver does not know a field of the query: leave it out.',
  },
]

/** True for a line with which nvidia-smi says that it failed. */
export const isNvidiaError = (line: string): boolean => line.length < 1000 && errors.some(({ pattern }) => pattern.test(line))

/** The first error that nvidia-smi printed becomes the problem. */
export const noteNvidiaErrors = (reading: Reading, lines: readonly string[]): void => {
  for (const line of lines) {
    if (line.length >= 1000) continue
    const found = errors.find(({ pattern }) => pattern.test(line))
    if (found) return fail(reading, found.code, found.advice, line)
  }
}

/** The output of our own inventory script holds several tools' outputs; it has its own parser. */
export const isInventoryScript = (head: string): boolean => head.includes('=== hr section ')
