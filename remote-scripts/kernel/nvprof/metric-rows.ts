import { parseCount } from '../../_kit/numbers'
import { add, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { canonicalMetric } from '../canonical'
import { bareUnit, deviceName, level, quantity } from './cells'
import type { Row } from './rows'
import { warnOfRates } from './trace-rows'

interface Counter {
  device: string
  kernel: string
  name: string
  description: string
  values: (readonly [stat: string, text: string])[]
}

const statistics = [
  ['avg', 'Avg'],
  ['min', 'Min'],
  ['max', 'Max'],
  ['total', 'Total'],
] as const

/** nvprof's metrics and events: a row per kernel and counter, with least, greatest and mean over the invocations. */
export class MetricRows {
  private readonly counters: Counter[] = []
  private readonly invocations = new Set<number>()
  private device = ''
  private kernel: string | null = null

  constructor(private readonly reading: Reading) {}

  /** In text the device and the kernel stand on lines of their own. */
  heading(line: string): boolean {
    const device = /^\s*Device "([^"]{1,200})"\s*$/.exec(line)?.[1]
    const kernel = /^ {2,8}Kernel: (.{1,8000})$/.exec(line)?.[1]
    if (device !== undefined) this.device = device
    if (kernel !== undefined) this.kernel = kernel.trim()
    return device !== undefined || kernel !== undefined
  }

  read(row: Row): void {
    const name = row.cell('Metric Name') ?? row.cell('Event Name') ?? ''
    const kernel = row.cell('Kernel') ?? this.kernel
    const count = parseCount(row.cell('Invocations'))
    const values = statistics.flatMap(([stat, column]) => {
      const text = row.cell(column)
      return text === undefined ? [] : [[stat, text] as const]
    })
    const isKnown =
      values.length > 0 && values.every(([, text]) => quantity(text) !== null || level(text) !== null || /^[A-Za-z<]/.test(text))
    if (name === '' || kernel === null || count === null || !isKnown) {
      skipRow(this.reading, row.line, kernel === null ? 'no kernel is named above it' : 'a figure is not understood')
      return
    }
    this.reading.rows.understood += 1
    this.invocations.add(count)
    if (values.some(([, text]) => text === '<OVERFLOW>'))
      warn(this.reading, 'counter_overflow', `A counter ran over, and nvprof gives no figure: ${name}.`)
    const description = row.cell('Metric Description') ?? ''
    this.counters.push({ device: row.cell('Device') ?? this.device, kernel, name, description, values })
  }

  private give(counter: Counter, several: boolean): boolean {
    let isLevel = false
    for (const [stat, text] of counter.values) {
      const dimensions = { kernel: counter.kernel, stat, ...(several ? { device: counter.device } : {}) }
      const step = level(text)
      if (step !== null) {
        isLevel = true
        add(this.reading, 'kernel.level', '1', step, { counter: counter.name, ...dimensions })
        continue
      }
      const found = quantity(text, bareUnit(counter.name, counter.description))
      if (!found) continue
      if (found.isRate) warnOfRates(this.reading)
      const metric = canonicalMetric(counter.name, found.unit)
      if (metric !== null) add(this.reading, metric, found.unit, found.value, dimensions)
      add(this.reading, 'kernel.counter', found.unit, found.value, { counter: counter.name, ...dimensions })
    }
    return isLevel
  }

  finish(): void {
    if (this.counters.length === 0) return
    const devices = new Set(this.counters.map(({ device }) => device))
    const levels = this.counters.filter((counter) => this.give(counter, devices.size > 1)).length
    const gpus = [...new Set([...devices].filter((name) => name !== '').map(deviceName))]
    const [invocations] = this.invocations.size === 1 ? this.invocations : []
    setFacts(this.reading, {
      kernels: new Set(this.counters.map(({ kernel }) => kernel)).size,
      counter_rows: this.counters.length,
      enum_rows: levels,
      ...(invocations === undefined ? {} : { invocations }),
      ...(gpus.length === 0 ? {} : { gpu: gpus.length === 1 ? (gpus[0] ?? null) : gpus }),
    })
  }
}
