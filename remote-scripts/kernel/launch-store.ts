import type { Dimensions, Unit } from '../../preload/contract'
import { scaleByTen } from '../_kit/numbers'
import { add, type Reading } from '../_kit/reading'
import { Marks, type Mark } from './ncu/figures'
import { Tallies } from './tallies'

/** So many values are kept one by one; of more, each kernel's mean, least and greatest. */
export const maxValues = 200_000
/** So many launches keep their duration when the other values are summed up. */
const maxLaunches = 100_000
const maxNameLength = 8192
const otherNames = '(other kernels)'

/** What one column of values is; `counter` null: only the metric is given. */
export interface ValueColumn {
  counter: string | null
  metric: string | null
  unit: Unit
  /** Values put with an open mark are x 10^power in this unit; the others are in the unit already. */
  power: number
  /** Dimensions beside the name and the number: section, statistic. */
  more: Dimensions
}

/** State of a value: 0 none, 1 a number, 2 and 3 digits whose one mark (comma, dot) is not decided yet. */
export const stateOf = (mark: Mark): number => 1 + mark

const grow = <T extends Float64Array | Int32Array | Uint8Array>(old: T, make: (length: number) => T): T => {
  const next = make(Math.max(1024, old.length * 2))
  next.set(old)
  return next
}

/** Values of launches in file order: each for itself while they are few, summed up by kernel beyond; memory has a bound. */
export class LaunchStore {
  readonly columns: ValueColumn[] = []
  readonly names: string[] = []
  launches = 0
  refused = 0
  /** A figure whose mark nothing decides, as printed. */
  refusedExample: { counter: string; figure: string } | null = null
  private readonly indexOf = new Map<string, number>()
  private nameOfLaunch = new Int32Array(0)
  private logged = 0
  private values = new Float64Array(0)
  private states = new Uint8Array(0)
  private columnOf = new Int32Array(0)
  private launchOf = new Int32Array(0)
  /** By state less one, then by name; null: every value is still in the log. */
  private tallies: Tallies[][] | null = null
  private durations = new Float64Array(0)
  private durationStates = new Uint8Array(0)
  private durationColumn = -1
  private current = 0

  constructor(
    readonly marks: Marks,
    private readonly dimensionNames: { name: string; index: string | null; dimensionsOf?: (name: string) => Dimensions },
  ) {}

  get isSummedUp(): boolean {
    return this.tallies !== null
  }

  addColumn(column: ValueColumn): number {
    const at = this.columns.push(column) - 1
    if (this.durationColumn < 0 && column.metric?.endsWith('duration') === true) this.durationColumn = at
    return at
  }

  nameIndex(name: string): number {
    const key = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name
    const known = this.indexOf.get(key)
    if (known !== undefined) return known
    const limit = this.tallies === null ? Infinity : Math.max(16, Math.floor(maxValues / 3 / Math.max(1, this.columns.length)))
    if (this.names.length >= limit && key !== otherNames) return this.nameIndex(otherNames)
    this.indexOf.set(key, this.names.length)
    return this.names.push(key) - 1
  }

  /** Begins the next launch. */
  begin(name: number): void {
    if (this.tallies === null && this.launches >= maxLaunches) this.sumUp()
    this.current = name
    if (this.launches < maxLaunches) {
      if (this.launches >= this.nameOfLaunch.length) this.nameOfLaunch = grow(this.nameOfLaunch, (length) => new Int32Array(length))
      this.nameOfLaunch[this.launches] = name
    }
    this.launches += 1
  }

  /** One value of the launch that began last. */
  put(column: number, value: number, state: number): void {
    if (this.tallies === null && this.logged >= maxValues) this.sumUp()
    if (this.tallies !== null) this.tally(this.launches - 1, this.current, column, value, state)
    else this.log(column, value, state)
  }

  /** All columns of the launch that began last, by column; `hasOpen`: some have a state above 1. */
  putRow(values: Float64Array, states: Uint8Array, hasOpen: boolean): void {
    if (this.tallies === null && this.logged + values.length > maxValues) this.sumUp()
    if (this.tallies === null) {
      for (let column = 0; column < values.length; column += 1)
        if (states[column] !== 0) this.log(column, values[column] as number, states[column] as number)
      return
    }
    if (this.durationColumn >= 0)
      this.keepDuration(this.launches - 1, values[this.durationColumn] as number, states[this.durationColumn] as number)
    this.tallyOf(0, this.current).addRow(values, states)
    if (!hasOpen) return
    for (let column = 0; column < values.length; column += 1) {
      const state = states[column] as number
      if (state > 1) this.tallyOf(state - 1, this.current).add(column, values[column] as number)
    }
  }

  private log(column: number, value: number, state: number): void {
    if (this.logged >= this.values.length) {
      this.values = grow(this.values, (length) => new Float64Array(length))
      this.states = grow(this.states, (length) => new Uint8Array(length))
      this.columnOf = grow(this.columnOf, (length) => new Int32Array(length))
      this.launchOf = grow(this.launchOf, (length) => new Int32Array(length))
    }
    this.values[this.logged] = value
    this.states[this.logged] = state
    this.columnOf[this.logged] = column
    this.launchOf[this.logged] = this.launches - 1
    this.logged += 1
  }

  private tallyOf(index: number, name: number): Tallies {
    const byName = ((this.tallies ??= [])[index] ??= [])
    const tallies = (byName[name] ??= new Tallies())
    if (tallies.count.length < this.columns.length) tallies.hold(this.columns.length)
    return tallies
  }

  private keepDuration(launch: number, value: number, state: number): void {
    if (launch >= maxLaunches) return
    while (launch >= this.durations.length) {
      this.durations = grow(this.durations, (length) => new Float64Array(length))
      this.durationStates = grow(this.durationStates, (length) => new Uint8Array(length))
    }
    this.durations[launch] = value
    this.durationStates[launch] = state
  }

  private tally(launch: number, name: number, column: number, value: number, state: number): void {
    if (column === this.durationColumn) this.keepDuration(launch, value, state)
    this.tallyOf(state - 1, name).add(column, value)
  }

  private sumUp(): void {
    this.tallies = []
    for (let at = 0; at < this.logged; at += 1) {
      const launch = this.launchOf[at] as number
      this.tally(
        launch,
        this.nameOfLaunch[launch] as number,
        this.columnOf[at] as number,
        this.values[at] as number,
        this.states[at] as number,
      )
    }
    this.values = new Float64Array(0)
    this.states = new Uint8Array(0)
    this.columnOf = new Int32Array(0)
    this.launchOf = new Int32Array(0)
  }

  /** The value in its unit; null: nothing tells what its mark means. */
  private resolve(column: ValueColumn, value: number, state: number): number | null {
    if (state <= 1) return value
    const meaning = this.marks.meaningOf((state - 1) as Mark)
    return meaning === null ? null : scaleByTen(String(value), column.power - (meaning === 'decimal' ? 3 : 0))
  }

  private refuse(column: ValueColumn, value: number, state: number, times: number): void {
    const digits = String(value)
    this.refusedExample ??= { counter: column.counter ?? '', figure: `${digits.slice(0, -3)}${state === 2 ? ',' : '.'}${digits.slice(-3)}` }
    this.refused += times
  }

  private give(reading: Reading, column: ValueColumn, value: number, dimensions: Dimensions, asMetric: boolean): void {
    const { stat } = column.more
    if (column.metric !== null && asMetric)
      add(reading, column.metric, column.unit, value, stat === undefined ? dimensions : { ...dimensions, stat })
    if (column.counter !== null)
      add(reading, 'kernel.counter', column.unit, value, { counter: column.counter, ...dimensions, ...column.more })
  }

  private nameDimensions(name: number): Dimensions {
    const text = this.names[name] ?? ''
    return this.dimensionNames.dimensionsOf?.(text) ?? { [this.dimensionNames.name]: text }
  }

  private dimensionsOf(launch: number): Dimensions {
    const { index } = this.dimensionNames
    const dimensions = this.nameDimensions(this.nameOfLaunch[launch] as number)
    return index === null ? dimensions : { ...dimensions, [index]: launch }
  }

  private giveEach(reading: Reading): void {
    const given = new Map<string, number>()
    for (let at = 0; at < this.logged; at += 1) {
      const launch = this.launchOf[at] as number
      const column = this.columns[this.columnOf[at] as number] as ValueColumn
      const value = this.resolve(column, this.values[at] as number, this.states[at] as number)
      if (value === null) {
        this.refuse(column, this.values[at] as number, this.states[at] as number, 1)
        continue
      }
      // Two counters of one launch may be the same metric (a sum and a mean over one unit).
      const metric = `${column.metric ?? ''} ${String(column.more['stat'] ?? '')}`
      const isFirst = column.metric === null || given.get(metric) !== launch
      given.set(metric, launch)
      this.give(reading, column, value, this.dimensionsOf(launch), isFirst)
    }
  }

  private giveDurations(reading: Reading): void {
    const column = this.columns[this.durationColumn]
    if (!column) return
    for (let launch = 0; launch < this.launches; launch += 1) {
      const state = this.durationStates[launch] ?? 0
      const value = state === 0 ? null : this.resolve(column, this.durations[launch] ?? 0, state)
      if (value === null) continue
      this.give(reading, { ...column, counter: null }, value, this.dimensionsOf(launch), true)
    }
  }

  private giveTallies(reading: Reading, name: number, durationsGiven: boolean): void {
    const given = new Set<string>()
    this.columns.forEach((column, at) => {
      let [count, sum, least, greatest] = [0, 0, Infinity, -Infinity]
      for (const [index, byName] of (this.tallies ?? []).entries()) {
        const tallies = byName?.[name]
        const times = tallies?.count[at] ?? 0
        if (!tallies || times === 0) continue
        const parts = [tallies.sum[at], tallies.least[at], tallies.greatest[at]].map((part) => this.resolve(column, part ?? 0, index + 1))
        const [total, low, high] = parts
        if (total === null || total === undefined) {
          this.refuse(column, tallies.least[at] ?? 0, index + 1, times)
          continue
        }
        count += times
        sum += total
        least = Math.min(least, low ?? Infinity)
        greatest = Math.max(greatest, high ?? -Infinity)
      }
      if (count === 0) return
      const asMetric = column.metric !== null && !given.has(column.metric) && !(durationsGiven && at === this.durationColumn)
      if (column.metric !== null) given.add(column.metric)
      const dimensions = this.nameDimensions(name)
      this.give(reading, column, sum / count, { ...dimensions, stat: 'avg' }, asMetric)
      this.give(reading, column, least, { ...dimensions, stat: 'min' }, asMetric)
      this.give(reading, column, greatest, { ...dimensions, stat: 'max' }, asMetric)
    })
  }

  /** Adds every value as a measurement; figures that stay ambiguous are counted in `refused`. */
  giveTo(reading: Reading): void {
    if (this.tallies === null) {
      this.giveEach(reading)
      return
    }
    const keepsDurations = this.launches <= maxLaunches
    if (keepsDurations) this.giveDurations(reading)
    this.names.forEach((_, name) => this.giveTallies(reading, name, keepsDurations))
  }
}
