import { scaleByTen } from '../../_kit/numbers'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import type { Dimensions } from '../../../preload/contract'
import { canonicalMetric } from '../canonical'
import { LaunchStore, stateOf } from '../launch-store'
import { Marks, noMark, readFigure } from './figures'
import { reportNumbers } from './report-numbers'
import { counterUnit, isWholeCounter, type CounterUnit } from './units'

/** One counter of one launch, as printed. */
export interface PrintedCounter {
  section: string | null
  name: string
  unit: string
  /** By statistic; `''`: the value itself. */
  values: readonly (readonly [stat: string, text: string])[]
}

interface Known {
  unit: CounterUnit
  isWhole: boolean
  column: number
}

/** Sections whose counters carry their full names anyway. */
const plainSection = 'Command line profiler metrics'

/** More groups of a summary than any program has kernels. */
const mostPlaces = 20_000
const longestName = 8000

/** `1,024 (1: 512; 2: 512)`, of --print-metric-instances: the figure of all instances together. */
const totalOf = (text: string): string => /^(\S{1,64}) \(.*\)$/.exec(text)?.[1] ?? text

/** What tells rows of one kernel apart in a summary, as printed. */
export interface Place {
  grid: string | null
  block: string | null
  device: string | null
}

/** Counters that come one by one: the details page as CSV, and the console. */
export class CounterTable {
  readonly reading = newReading('kernel', 'ncu')
  readonly store: LaunchStore
  private readonly known = new Map<string, Known | null>()
  private metricRows = 0
  private numericRows = 0
  private readonly placesOf = new Map<string, Set<string>>()
  private readonly placeOfKey = new Map<string, { kernel: string; place: Place }>()

  /** `numbered`: a row group is one launch; else it stands for all launches of its kernel. */
  constructor(private readonly numbered = true) {
    const dimensionsOf = (key: string): Dimensions => this.dimensionsOf(key)
    this.store = new LaunchStore(new Marks(), { name: 'kernel', index: numbered ? 'launch' : null, ...(numbered ? {} : { dimensionsOf }) })
  }

  /** An empty table for launches summed up, in place of this one, which has none yet. */
  asSummary(): CounterTable {
    const table = new CounterTable(false)
    Object.assign(table.reading, { rows: this.reading.rows, warnings: this.reading.warnings })
    return table
  }

  /** A summary has a row group for each of a kernel's sizes and devices. */
  begin(kernel: string, place: Place): void {
    if (this.numbered) {
      this.store.begin(this.store.nameIndex(kernel))
      return
    }
    if (this.placeOfKey.size >= mostPlaces || kernel.length > longestName) {
      this.store.begin(this.store.nameIndex(kernel))
      return
    }
    const key = JSON.stringify([kernel, place])
    this.placesOf.set(kernel, (this.placesOf.get(kernel) ?? new Set()).add(key))
    this.placeOfKey.set(key, { kernel, place })
    this.store.begin(this.store.nameIndex(key))
  }

  /** A kernel's sizes and device are dimensions where it has several of them. */
  private dimensionsOf(key: string): Dimensions {
    const { kernel, place } = this.placeOfKey.get(key) ?? { kernel: key, place: null }
    if (place === null || (this.placesOf.get(kernel)?.size ?? 0) < 2) return { kernel }
    const told = Object.entries(place).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
    return { kernel, ...Object.fromEntries(told) }
  }

  private columnOf(counter: PrintedCounter, stat: string): Known | null {
    const key = JSON.stringify([counter.section, counter.name, counter.unit, stat])
    const found = this.known.get(key)
    if (found !== undefined) return found
    const unit = counterUnit(counter.unit)
    const more: Dimensions = {
      ...(counter.section === null || counter.section === plainSection ? {} : { section: counter.section }),
      ...(stat === '' ? {} : { stat }),
    }
    const column = unit
      ? this.store.addColumn({
          counter: counter.name,
          metric: canonicalMetric(counter.name, unit.unit),
          unit: unit.unit,
          power: unit.power,
          more,
        })
      : -1
    const known = unit ? { unit, isWhole: stat !== 'avg' && isWholeCounter(counter.name, unit), column } : null
    this.known.set(key, known)
    return known
  }

  /** A row of the launch that began last. */
  add(counter: PrintedCounter, line: string): void {
    let isNumeric = false
    for (const [stat, text] of counter.values) {
      const figure = readFigure(totalOf(text), this.store.marks, counter.unit !== '')
      if (!figure) continue
      isNumeric = true
      const known = this.columnOf(counter, stat)
      if (!known) {
        warn(this.reading, 'unit_unknown', `The unit of counter ${counter.name} is not known: [${counter.unit}].`)
        skipRow(this.reading, line, 'its unit is not known')
        return
      }
      if (figure.mark !== noMark && known.unit.isPercent) this.store.marks.sawDecimal(figure.mark)
      if (figure.mark !== noMark && known.isWhole) this.store.marks.sawThousands(figure.mark)
      const value = figure.mark === noMark ? scaleByTen(figure.token, known.unit.power) : Number(figure.token)
      if (value !== null) this.store.put(known.column, value, stateOf(figure.mark))
    }
    this.metricRows += 1
    this.numericRows += Number(isNumeric)
    this.reading.rows.understood += 1
  }

  /** Writes what was gathered into the reading. */
  finish(): void {
    const { reading, store } = this
    store.giveTo(reading)
    const rows = Math.min(store.refused, reading.rows.understood)
    reading.rows.understood -= rows
    reading.rows.skipped += rows
    setFacts(reading, {
      kernels: store.launches,
      distinct_kernels: this.numbered
        ? store.names.length
        : new Set(store.names.map((key) => this.placeOfKey.get(key)?.kernel ?? key)).size,
      metric_rows: this.metricRows,
      numeric_metric_rows: this.numericRows,
    })
    const units = reading.warnings.some(({ code }) => code === 'unit_unknown')
    if (units && reading.measurements.length === 0) fail(reading, 'parse.unit_unknown', 'No counter has a unit that is known.')
    reportNumbers(reading, store)
  }
}
