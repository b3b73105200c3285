import type { Dimensions, Unit } from '../../../preload/contract'
import { newReading, type Reading } from '../../_kit/reading'

/** Values of one figure that a result holds at most twice of; a longer log is thinned evenly, and says so. */
const keptPerFigure = 10_000
const maxFigures = 2_000

interface Figure {
  metric: string
  unit: Unit
  stride: number
  seen: number
  latest: number
  kept: { value: number; dimensions: Dimensions }[]
}

const keyOf = (metric: string, { field, rank, op, message_size: size }: Dimensions): string =>
  `${metric}\n${String(field)}\n${String(rank)}\n${String(op)}\n${String(size)}`

/** The values of a log in order, bounded: of a figure printed millions of times every n-th is kept. */
export class Values {
  private readonly figures = new Map<string, Figure>()
  dropped = 0

  /** Adds a value in the canonical unit; null and what is not finite are not values. */
  add(metric: string, unit: Unit, value: number | null, dimensions: Dimensions): boolean {
    if (value === null || !Number.isFinite(value)) return false
    const key = keyOf(metric, dimensions)
    let figure = this.figures.get(key)
    if (!figure) {
      if (this.figures.size >= maxFigures) {
        this.dropped += 1
        return true
      }
      figure = { metric, unit, stride: 1, seen: 0, latest: value, kept: [] }
      this.figures.set(key, figure)
    }
    if (figure.seen % figure.stride === 0) figure.kept.push({ value, dimensions })
    else this.dropped += 1
    figure.seen += 1
    figure.latest = value
    if (figure.kept.length < 2 * keptPerFigure) return true
    figure.kept = figure.kept.filter((_, index) => index % 2 === 0)
    figure.stride *= 2
    this.dropped += keptPerFigure
    return true
  }

  /** The last value of a metric's field; null without one. */
  last(metric: string, field: string): number | null {
    return this.figures.get(keyOf(metric, { field }))?.latest ?? null
  }

  count(): number {
    return [...this.figures.values()].reduce((sum, figure) => sum + figure.kept.length, 0)
  }

  into(reading: Reading): void {
    for (const { metric, unit, kept } of this.figures.values())
      for (const { value, dimensions } of kept) reading.measurements.push({ metric, unit, value, dimensions })
  }
}

/** One attempt at training in a log, while its lines are read. */
export interface Run {
  reading: Reading
  values: Values
  /** Tools whose lines were seen. */
  tools: Set<'DeepSpeed' | 'Megatron-LM' | 'Hugging Face Trainer' | 'torchtitan' | 'NeMo'>
  /** Settings by name: what Megatron's arguments say, and what DeepSpeed's configuration says. */
  args: Map<string, string>
  config: Map<string, string>
  counts: {
    iterationLines: number
    skipped: number
    /** Iterations that the lines behind the first cover and that were not skipped. */
    trained: number
    nanIterations: number
    timerLines: number
    overflows: number
    summaries: number
    duplicates: number
    notNumbers: number
  }
  iterations: Set<number>
  /** The iteration that the lines now belong to; null before the first. */
  iteration: number | null
  /** What the first iteration line says was skipped, and how many iterations the next line covers; a line covers those since the one before. */
  opening: { iteration: number; skipped: number; covers: number | null } | null
  losses: { field: string; first: number; last: number } | null
  /** Where see_memory_usage says it is. */
  memoryLabel: string | null
  /** Text of the last figures dictionary, to tell ranks that repeat it. */
  lastDictionary: string | null
  /** Steps with their loss that a rank has printed, to tell the other ranks' lines of them. */
  printedSteps: Set<string>
  epoch: number | null
  /** Parameters by the rank that holds them. */
  parameters: Map<string, number>
  started: boolean
  finished: boolean
  killed: boolean
  /** The most telling reason for an end so far, and how many rows had been read by then. */
  cause: { rank: number; line: string; rows: number } | null
  /** An error after which the run went on. */
  survived: string | null
  endedAfterAll: string | null
}

export const newRun = (): Run => ({
  reading: newReading('zero', 'training log'),
  values: new Values(),
  tools: new Set(),
  args: new Map(),
  config: new Map(),
  counts: {
    iterationLines: 0,
    skipped: 0,
    trained: 0,
    nanIterations: 0,
    timerLines: 0,
    overflows: 0,
    summaries: 0,
    duplicates: 0,
    notNumbers: 0,
  },
  iterations: new Set(),
  iteration: null,
  opening: null,
  losses: null,
  memoryLabel: null,
  lastDictionary: null,
  printedSteps: new Set(),
  epoch: null,
  parameters: new Map(),
  started: false,
  finished: false,
  killed: false,
  cause: null,
  survived: null,
  endedAfterAll: null,
})

/** Reads a line that is its own; true: it was a data row. */
export type LineReader = (run: Run, line: string) => boolean

const rememberedSteps = 100_000

/** True where another rank has printed this step with the same loss before: its line is a row, and the first one counts. */
export const isRepeated = (run: Run, step: string): boolean => {
  if (run.printedSteps.has(step)) {
    run.counts.duplicates += 1
    run.reading.rows.understood += 1
    return true
  }
  if (run.printedSteps.size >= rememberedSteps) run.printedSteps.clear()
  run.printedSteps.add(step)
  return false
}

/** Terms that a mixture of experts adds to its loss: they are no measure of what was learned. */
const auxiliary = /balanc|aux|\bz[ _]loss/

/** Remembers the training loss (the first field that is one), so that a rising one is told. */
export const noteLoss = (run: Run, field: string, value: number | null): void => {
  if (value === null || auxiliary.test(field) || (run.losses !== null && run.losses.field !== field)) return
  run.losses = { field, first: run.losses?.first ?? value, last: value }
}
