import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { scaleByTen, timeScale } from '../../_kit/numbers'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { maxLineLength } from '../../_kit/text'
import { type Column } from './columns'
import { DeviceTimes, isNccl } from './device-times'
import { cellsOf, headerAbove, isDashes, looksLikeRow, printedTable, separatedTable, type Layout } from './layout'
import { NamedSums } from './named-sums'
import { isGpuTrace } from './reports'
import { titleOf } from './tables'

const maxDevices = 1024
const maxTraces = 256
/** Kernel names run to kilobytes; a line beyond this is no row. */
const maxRow = 8 * maxLineLength

interface Table {
  layout: Layout
  columns: Column[]
  start: number
  duration: number
  name: number
  device: number
}

const tableOf = ({ layout, columns }: { layout: Layout; columns: Column[] }): Table => {
  const at = (title: string): number => columns.findIndex((column) => column.title.toLowerCase() === title)
  return { layout, columns, start: at('start'), duration: at('duration'), name: at('name'), device: at('device') }
}

const headerOf = (line: string, before: string): { layout: Layout; columns: Column[] } | null =>
  isDashes(line) ? printedTable(before, line) : separatedTable(line)

/** A time in whole nanoseconds as digits; null when the cell is none or its column names no unit. */
const nanoseconds = (cell: string, column: Column | undefined): string | null => {
  const scale = column?.unit ? timeScale(column.unit) : null
  if (!scale) return null
  const plain = scale.power === -3 && /^\d{1,3}(?:,\d{3})+$/.test(cell) ? cell.replaceAll(',', '') : cell
  if (scale.power === -3) return /^\d{1,19}$/.test(plain) ? plain : null
  const value = scaleByTen(plain, scale.power + 3)
  return value !== null && value >= 0 && Number.isSafeInteger(Math.round(value)) ? String(Math.round(value)) : null
}

/** `NVIDIA A100-SXM4-40GB (0)` is device 0. */
const deviceOf = (cell: string): number | string => {
  const index = /\((\d{1,6})\)$/.exec(cell)?.[1]
  return index === undefined ? cell.slice(0, 120) : Number(index)
}

/** One trace, added up as its rows come. */
class TraceSums {
  readonly reading = newReading('timeline', 'nsys')
  isOpen = false
  readonly #kernels = new NamedSums()
  readonly #memops = new NamedSums()
  readonly #devices = new Map<number | string, DeviceTimes>()
  readonly #unordered = new Set<number | string>()
  #counts = { kernels: 0, nccl: 0, memops: 0, kernelNs: 0 }
  #base: bigint | null = null

  get hasRows(): boolean {
    return this.reading.rows.understood + this.reading.rows.skipped > 0
  }

  add(name: string, start: string, ns: number, device: number | string | null): void {
    this.reading.rows.understood += 1
    this.#count(name, ns)
    if (device !== null) this.#place(device, name, start, ns)
  }

  results(): ParseResult[] {
    const { reading } = this
    if (!this.isOpen && !this.hasRows) return []
    const { kernels, nccl, memops, kernelNs } = this.#counts
    setFacts(reading, {
      tool: 'nsys',
      report: 'cuda_gpu_trace',
      kernels,
      kernel_total_ns: kernelNs,
      memop_rows: memops,
      nccl_kernels: nccl,
    })
    if (this.#devices.size > 0) setFacts(reading, { devices: this.#devices.size })
    this.#kernels.measure(reading, 'kernel', (kernel) => ({ kernel }))
    this.#memops.measure(reading, 'memop', (op) => ({ op }))
    for (const [device, times] of this.#devices) if (!this.#unordered.has(device)) times.measure(reading, device)
    if (this.#unordered.size > 0)
      warn(reading, 'trace_out_of_order', 'Rows are not in order of their starts: busy and idle time are left out.')
    if (kernels + memops === 0) fail(reading, 'parse.no_rows', 'The trace has no row that could be read.')
    return [reading]
  }

  #count(name: string, ns: number): void {
    if (name.startsWith('[')) {
      this.#counts.memops += 1
      this.#memops.addOne(name, ns)
      return
    }
    this.#counts.kernels += 1
    this.#counts.kernelNs += ns
    if (isNccl(name)) this.#counts.nccl += 1
    this.#kernels.addOne(name, ns)
  }

  /** Starts since 1970 in ns do not fit a number: they are counted from the first row. */
  #place(device: number | string, name: string, start: string, ns: number): void {
    if (device === '') return
    this.#base ??= start.length > 15 ? BigInt(start) : 0n
    const begins = start.length > 15 || this.#base !== 0n ? Number(BigInt(start) - this.#base) : Number(start)
    const times = this.#devices.get(device) ?? new DeviceTimes()
    if (!this.#devices.has(device)) {
      if (this.#devices.size >= maxDevices) return
      this.#devices.set(device, times)
    }
    const activity = name.startsWith('[') ? 'memory' : isNccl(name) ? 'communication' : 'compute'
    if (!times.add(activity, begins, begins + ns)) this.#unordered.add(device)
  }
}

/** Reads the trace line by line; nothing is kept but sums. A second trace in the file is a result of its own. */
class TraceReader implements StreamReader {
  readonly #decoder = new TextDecoder()
  readonly #done: ParseResult[] = []
  #trace = new TraceSums()
  #table: Table | null = null
  #rest = ''
  #before = ''
  #isTooLong = false

  push(piece: Uint8Array): void {
    this.#take(this.#decoder.decode(piece, { stream: true }))
  }

  end(): ParseResult[] {
    this.#take(this.#decoder.decode())
    if (this.#rest !== '' || this.#isTooLong) this.#endLine(this.#rest, true)
    return [...this.#done, ...this.#trace.results()]
  }

  #take(text: string): void {
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#endLine(this.#rest + text.slice(from, at), false)
      this.#rest = ''
      from = at + 1
    }
    this.#rest += text.slice(from)
    if (this.#rest.length <= maxRow) return
    this.#rest = ''
    this.#isTooLong = true
  }

  #endLine(given: string, isLast: boolean): void {
    const isTooLong = this.#isTooLong || given.length > maxRow
    this.#isTooLong = false
    if (isTooLong) {
      if (this.#table) skipRow(this.#trace.reading, given.slice(0, 240), 'the line is too long')
      return
    }
    const line = given.endsWith('\r') ? given.slice(0, -1) : given
    const header = headerOf(line, this.#before)
    const isRepeated = line === this.#before
    if (line.trim() !== '') this.#before = line
    if (header) {
      this.#open(header)
      return
    }
    if (!this.#table || line.trim() === '') return
    if (titleOf(line) !== null) this.#table = null
    else if (isRepeated && looksLikeRow(line, this.#table.layout)) skipRow(this.#trace.reading, line, 'the same event stands twice')
    else if (!this.#row(this.#table, line, isLast) && looksLikeRow(line, this.#table.layout)) this.#refuse(line, isLast)
  }

  #open(header: { layout: Layout; columns: Column[] }): void {
    this.#table = isGpuTrace(header.columns) ? tableOf(header) : null
    if (!this.#table) return
    if (this.#trace.hasRows && this.#done.length < maxTraces) {
      this.#done.push(...this.#trace.results())
      this.#trace = new TraceSums()
    }
    this.#trace.isOpen = true
    const { start, duration } = this.#table
    for (const column of [header.columns[start], header.columns[duration]])
      if (column && (column.unit === null || !timeScale(column.unit)))
        fail(this.#trace.reading, 'parse.unit_unknown', `The column ${column.title} of the trace names no unit.`)
  }

  #refuse(line: string, isLast: boolean): void {
    skipRow(this.#trace.reading, line, 'it does not fit the columns')
    if (isLast) fail(this.#trace.reading, 'parse.truncated', 'The last row is cut.', line)
  }

  /** False: the line is no row of the trace. */
  #row(table: Table, line: string, isLast: boolean): boolean {
    const cells = cellsOf(line, table.layout, table.columns, true)
    if (!cells) return false
    const start = nanoseconds(cells[table.start] ?? '', table.columns[table.start])
    const duration = nanoseconds(cells[table.duration] ?? '', table.columns[table.duration])
    const name = (cells[table.name] ?? '').slice(0, maxLineLength)
    const isCut = isLast && (name.split('(').length !== name.split(')').length || name.split('[').length !== name.split(']').length)
    if (start === null || duration === null || name === '' || isCut) {
      if (looksLikeRow(line, table.layout)) this.#refuse(line, isLast)
      return true
    }
    this.#trace.add(name, start, Number(duration), table.device === -1 ? null : deviceOf(cells[table.device] ?? ''))
    return true
  }
}

/** `nsys stats -r cuda_gpu_trace` (formerly gputrace): every kernel, copy and fill; one row for each, added up here. */
export const nsysTrace: StreamFormat = {
  id: 'nsys-trace',
  detect(head) {
    // A column that every such table has: what has no such word need not be split up.
    if (!/duration/i.test(head)) return notMine
    const lines = head.split('\n')
    const isMine = lines.some((line, index) => isGpuTrace(headerOf(line, headerAbove(lines, index))?.columns ?? []))
    return isMine ? certain : notMine
  },
  open: () => new TraceReader(),
}
