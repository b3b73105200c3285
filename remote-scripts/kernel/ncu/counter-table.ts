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

/** `1,024 (1: 512; 2: 512)`, of --print-metric-instances: the figure of all instances together. */
const totalOf = (text: string): string => /^(\S{1,64}) \(.*\)$/.exec(text)?.[1] ?? text

/** Counters that come one by one: the details page as CSV, and the console. */
export class CounterTable {
  readonly reading = newReading('kernel', 'ncu')
  readonly store: LaunchStore
  private readonly known = new Map<string, Known | null>()
  private metricRows = 0
  private numericRows = 0

  /** `numbered`: a row group is one launch; else it stands for all launches of its kernel. */
  constructor(numbered = true) {
    this.store = new LaunchStore(new Marks(), { name: 'kernel', index: numbered ? 'launch' : null })
  }

  begin(kernel: string): void {
    this.store.begin(this.store.nameIndex(kernel))
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
    const known = unit ? { unit, isWhole: isWholeCounter(counter.name, unit), column } : null
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
      distinct_kernels: store.names.length,
      metric_rows: this.metricRows,
      numeric_metric_rows: this.numericRows,
    })
    const units = reading.warnings.some(({ code }) => code === 'unit_unknown')
    if (units && reading.measurements.length === 0) fail(reading, 'parse.unit_unknown', 'No counter has a unit that is known.')
    reportNumbers(reading, store)
  }
}
