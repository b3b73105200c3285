import { add, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { canonicalMetric } from '../canonical'
import { LaunchStore } from '../launch-store'
import { Marks } from '../ncu/figures'
import type { Unit } from '../../../preload/contract'
import { bareUnit, deviceName, quantity, volume } from './cells'
import type { Header } from './header'
import type { Row } from './rows'

/** More than any host has: a column of other texts is no list of devices. */
const mostDevices = 256

interface Values {
  store: LaunchStore
  columns: Map<string, number>
}

const valuesOf = (name: string, index: string): Values => ({ store: new LaunchStore(new Marks(), { name, index }), columns: new Map() })

const put = ({ store, columns }: Values, metric: string | null, counter: string | null, unit: Unit, value: number): void => {
  const key = counter ?? metric ?? ''
  const column = columns.get(key) ?? store.addColumn({ counter, metric, unit, power: 0, more: {} })
  columns.set(key, column)
  store.put(column, value, 1)
}

const begin = ({ store }: Values, name: string): void => store.begin(store.nameIndex(name))

const product = (row: Row, names: readonly string[]): number | null => {
  const parts = names.map((name) => Number(row.cell(name) || NaN))
  return parts.every((part) => Number.isInteger(part)) ? parts.reduce((all, part) => all * part, 1) : null
}

/** Columns whose figures are metrics of ours; the first name that the header has counts. */
const kernelColumns: readonly (readonly [metric: string, unit: Unit, names: readonly string[]])[] = [
  ['kernel.duration', 'us', ['Duration']],
  ['kernel.registers_per_thread', '1', ['Regs*', 'Registers Per Thread']],
  ['kernel.shared_mem_static', 'bytes', ['SSMem*', 'Static SMem']],
  ['kernel.shared_mem_dynamic', 'bytes', ['DSMem*', 'Dynamic SMem']],
]
const copyColumns: typeof kernelColumns = [
  ['kernel.copy_duration', 'us', ['Duration']],
  ['kernel.copy_bytes', 'bytes', ['Size']],
  ['kernel.copy_bandwidth', 'GB/s', ['Throughput']],
]

/** By the kernel's name as printed. */
export type IsWanted = (kernel: string) => boolean

/** nvprof's traces: a row per launch, copy and (with --print-api-trace) call. */
export class TraceRows {
  private readonly kernels = valuesOf('kernel', 'launch')
  private readonly copies = valuesOf('op', 'copy')
  private readonly calls = valuesOf('api', 'call')
  private rows = 0
  private memcpyRows = 0
  private readonly gpus = new Set<string>()
  /** With their numbers: two of one type are two. */
  private readonly devices = new Set<string>()

  private leftOut = 0

  constructor(
    private readonly reading: Reading,
    private readonly isWanted: IsWanted,
  ) {}

  read(row: Row, header: Header): void {
    const name = (row.cell('Name') ?? row.cell('Kernel') ?? '').replace(/ \[\d{1,12}\]$/, '')
    const device = row.cell('Device')
    if (name === '' || (header.names.includes('Duration') && quantity(row.cell('Duration'), row.unit('Duration'))?.unit !== 'us')) {
      const hasUnits = !header.isCsv || header.units.length > 0
      skipRow(this.reading, row.line, hasUnits ? 'its duration is no time' : 'there is no row of units above it')
      return
    }
    this.rows += 1
    this.reading.rows.understood += 1
    if (device && device !== '-') this.seen(device)
    if (name.startsWith('[')) this.copy(name, row)
    else if (device === undefined || device === '' || device === '-') this.call(name, row)
    else if (this.isWanted(name)) this.kernel(name, row, header)
    else this.leftOut += 1
  }

  private seen(device: string): void {
    if (this.devices.size < mostDevices) this.devices.add(device)
    if (this.gpus.size < mostDevices) this.gpus.add(deviceName(device))
  }

  private figures(values: Values, columns: typeof kernelColumns, row: Row): void {
    for (const [metric, unit, names] of columns) {
      const name = names.find((one) => row.cell(one) !== undefined)
      const found = name === undefined ? null : quantity(row.cell(name), row.unit(name))
      if (found?.unit !== unit) continue
      if (found.isRate) warnOfRates(this.reading)
      put(values, metric, null, unit, found.value)
    }
  }

  private kernel(name: string, row: Row, header: Header): void {
    begin(this.kernels, name)
    this.figures(this.kernels, kernelColumns, row)
    const grid = volume(row.cell('Grid Size')) ?? product(row, ['Grid X', 'Grid Y', 'Grid Z'])
    const block = volume(row.cell('Block Size')) ?? product(row, ['Block X', 'Block Y', 'Block Z'])
    if (grid !== null) put(this.kernels, 'kernel.grid_size', null, '1', grid)
    if (block !== null) put(this.kernels, 'kernel.block_size', null, '1', block)
    // With --metrics each counter has a column of its own: `ipc (Executed IPC)`.
    for (const column of header.names) {
      const [, counter, description = ''] = /^([a-z][a-z0-9_]{1,80})(?: \((.{1,200})\))?$/.exec(column) ?? []
      if (counter === undefined) continue
      const found = quantity(row.cell(column), row.unit(column) || bareUnit(counter, description))
      if (!found) continue
      if (found.isRate) warnOfRates(this.reading)
      put(this.kernels, canonicalMetric(counter, found.unit), counter, found.unit, found.value)
    }
  }

  private copy(name: string, row: Row): void {
    if (name.startsWith('[CUDA memcpy')) this.memcpyRows += 1
    begin(this.copies, name)
    this.figures(this.copies, copyColumns, row)
  }

  private call(name: string, row: Row): void {
    // A launch names its kernel in brackets.
    begin(this.calls, name.replace(/ \(.*$/, ''))
    this.figures(this.calls, [['kernel.api_duration', 'us', ['Duration']]], row)
  }

  finish(): void {
    if (this.rows === 0) return
    const { reading } = this
    for (const { store } of [this.kernels, this.copies, this.calls]) {
      store.giveTo(reading)
      if (!store.isSummedUp) continue
      setFacts(reading, { summed_up: true })
      warn(reading, 'summed_up', `${store.launches} rows are too many to keep one by one: figures are given as mean, least and greatest.`)
    }
    if (this.leftOut > 0) {
      setFacts(reading, { launches_left_out: this.leftOut })
      const all = this.leftOut + this.kernels.store.launches
      warn(
        reading,
        'kernels_left_out',
        `nvprof traces every kernel; ${this.leftOut} of ${all} launches are of kernels that were not asked for.`,
      )
    }
    const gpus = [...this.gpus]
    if (this.devices.size > 1) {
      setFacts(reading, { devices: this.devices.size })
      warn(reading, 'several_devices', `The rows are of ${this.devices.size} GPUs; a figure does not say of which.`)
    }
    setFacts(reading, {
      rows: this.rows,
      memcpy_rows: this.memcpyRows,
      launches: this.kernels.store.launches,
      distinct_kernels: this.kernels.store.names.length,
      ...(gpus.length === 0 ? {} : { gpu: gpus.length === 1 ? (gpus[0] ?? null) : gpus }),
    })
  }
}

export const warnOfRates = (reading: Reading): void =>
  warn(reading, 'nvprof_gb_is_2_30', "nvprof's GB/s are 2^30 bytes per second; they are given here as 10^9 bytes per second.")

/** Adds `stat` figures of a summary's row: mean, least and greatest of a duration. */
export const addStatistics = (reading: Reading, metric: string, row: Row, dimensions: Record<string, string>): void => {
  for (const [stat, column] of [
    ['avg', 'Avg'],
    ['min', 'Min'],
    ['max', 'Max'],
  ] as const) {
    const found = quantity(row.cell(column), row.unit(column))
    if (found?.unit === 'us') add(reading, metric, 'us', found.value, { ...dimensions, stat })
  }
}
