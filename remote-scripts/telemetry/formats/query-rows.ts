import type { Dimensions } from '../../../preload/contract'
import { parseCount } from '../../_kit/numbers'
import { saidOf, type CsvColumn } from '../../_kit/nvidia'
import { add, newReading, skipRow, type Reading } from '../../_kit/reading'
import { gpuNames, queryFields, type QueryField } from '../query-fields'
import { readCell, type CellReading } from './query-cells'
import { Tally } from './rows'

const slowdown = /^clocks_(?:event|throttle)_reasons\.(hw_slowdown|hw_thermal_slowdown|hw_power_brake_slowdown|sw_thermal_slowdown)$/

/** A row prints the units that its header names beside all of its values or beside none: else one of them is cut. */
const isMixed = (read: readonly ({ column: CsvColumn; said: CellReading } | null)[]): boolean => {
  const prints = read.flatMap((one) => (one && one.column.unit !== null && typeof one.said !== 'string' ? one.said.printsUnit : []))
  return prints.includes(true) && prints.includes(false)
}

/** One table of a query: its columns, and what its rows have said so far. */
export class QueryTable {
  readonly reading: Reading = newReading('telemetry', 'nvidia-smi')
  readonly samples = new Tally()
  readonly unitless = new Set<string>()
  readonly stamps = new Set<string>()
  readonly names = new Set<string>()
  highestPowerW: number | null = null
  reduced: string | null = null
  /** Reasons of heat or hardware that some row calls active, by GPU. */
  readonly heldDown = new Set<string>()
  firstTime: string | null = null
  lastTime: string | null = null
  /** Cells of the last row that was understood. */
  last: string[] | null = null
  readonly gpuColumn: number
  private readonly measured: (QueryField | undefined)[]
  /** Whether values carry their units, by column; a table does one or the other. */
  private readonly printsUnit = new Map<string, boolean>()
  private readonly places: ReadonlyMap<string, number>

  constructor(
    readonly header: string,
    readonly columns: readonly CsvColumn[],
  ) {
    this.places = new Map(columns.map(({ name }, index) => [name, index]))
    this.measured = columns.map(({ name }) => queryFields.get(name))
    this.gpuColumn = columns.findIndex(({ name }) => name === gpuNames.find((one) => this.places.has(one)))
  }

  cell(cells: readonly string[], ...names: string[]): string | null {
    const place = names.map((name) => this.places.get(name)).find((found) => found !== undefined)
    return place === undefined ? null : saidOf(cells[place])
  }

  has(name: string): boolean {
    return this.places.has(name)
  }

  /** The GPU of a row; null when its cell is none, undefined when the table does not say. */
  private gpuOf(cells: readonly string[]): string | number | null | undefined {
    if (this.gpuColumn < 0) return undefined
    const cell = cells[this.gpuColumn]
    return this.columns[this.gpuColumn]?.name === 'index' ? parseCount(cell) : saidOf(cell)
  }

  /** `known` cells of the row are read; a last cell that may be cut is not. */
  row(line: string, cells: readonly string[], known = cells.length): void {
    const { reading } = this
    const gpu = this.gpuOf(cells)
    const pid = parseCount(this.cell(cells, 'pid') ?? undefined)
    if (gpu === null || (this.has('pid') && pid === null)) return skipRow(reading, line, 'it does not say which GPU or process it is of')
    const read = cells.map((cell, index) => {
      const field = index < known ? this.measured[index] : undefined
      const column = this.columns[index]
      return field && column ? { field, column, said: readCell(cell, field, column) } : null
    })
    if (isMixed(read) || read.some((one) => one && (one.said === 'strange' || this.differs(one.column.name, one.said))))
      return skipRow(reading, line, 'a cell is no value of its column')
    reading.rows.understood += 1
    this.last = [...cells]
    const key = pid === null ? (gpu ?? '') : `${gpu ?? ''} ${pid}`
    const process = this.cell(cells, 'process_name')
    const dimensions: Dimensions = {
      ...(gpu === undefined ? {} : { gpu }),
      ...(pid === null ? {} : { pid, ...(process === null ? {} : { process }) }),
      sample: this.samples.next(key),
    }
    for (const one of read) if (one) this.measure(one.field, one.column, one.said, dimensions)
    this.note(cells)
  }

  /** A number without the unit that the rows before it have is cut. */
  private differs(column: string, said: CellReading): boolean {
    if (typeof said === 'string') return false
    const before = this.printsUnit.get(column) ?? said.printsUnit
    this.printsUnit.set(column, before)
    return before !== said.printsUnit
  }

  private measure(field: QueryField, column: CsvColumn, said: CellReading, dimensions: Dimensions): void {
    if (said === 'unitless') this.unitless.add(column.name)
    if (typeof said === 'string') return
    add(this.reading, field.metric, field.unit, said.value, { ...dimensions, ...(field.kind ? { kind: field.kind } : {}) })
    if (field.metric === 'gpu.power') this.highestPowerW = Math.max(this.highestPowerW ?? said.value, said.value)
  }

  private nameOf(cells: readonly string[], reason: string): string {
    const gpu = this.gpuOf(cells)
    return gpu === undefined || gpu === null ? reason : `GPU ${gpu} ${reason}`
  }

  private note(cells: readonly string[]): void {
    const time = this.cell(cells, 'timestamp')
    if (time !== null) {
      this.stamps.add(time)
      this.firstTime ??= time
      this.lastTime = time
    }
    const name = this.cell(cells, 'name', 'gpu_name')
    if (name !== null && this.names.size < 1000) this.names.add(name)
    this.columns.forEach((column, index) => {
      const reason = slowdown.exec(column.name)?.[1]
      if (reason !== undefined && cells[index] === 'Active' && this.heldDown.size < 1000) this.heldDown.add(this.nameOf(cells, reason))
    })
    const width = parseCount(this.cell(cells, 'pcie.link.width.current') ?? undefined)
    const most = parseCount(this.cell(cells, 'pcie.link.width.max') ?? undefined)
    if (width !== null && most !== null && width < most) this.reduced ??= `${width}x of ${most}x`
  }
}
