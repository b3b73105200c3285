import { fill, type SharedMessages } from '../../../preload/contract/messages'
import type { Confounder } from '../../../preload/contract'
import type { Launch } from './launches'
import { holm } from './multiplicity'
import { mean, median } from './summary'
import { monotoneTrend, type TrendPoint } from './trend'

/** The launches of one headline row: the baseline's and another level's. */
export interface DriftSubject {
  metric: string
  probe: string
  launches: readonly [readonly Launch[], readonly Launch[]]
}

export interface Drift {
  probe: string
  metric: string
  /** Relative change from the first to the last block. */
  change: number
  p: number
  /** The arms ran one after the other, so the drift cannot be told from the factor. */
  blocking: boolean
}

interface Residual {
  block: number
  position: number
  /** Logarithm of the value over its arm's median. */
  value: number
}

const residualsOf = (launches: readonly Launch[]): Residual[] => {
  if (launches.length === 0 || launches.some(({ value }) => !(value > 0))) return []
  const centre = Math.log(median(launches.map(({ value }) => value)))
  return launches.map(({ run, value }) => ({ block: run.block, position: run.position, value: Math.log(value) - centre }))
}

/** First and last position of an arm's launches. */
const span = (launches: readonly Launch[]): [number, number] =>
  launches.reduce<[number, number]>(
    ([first, last], { run }) => [Math.min(first, run.position), Math.max(last, run.position)],
    [Infinity, -Infinity],
  )

/** True when every launch of one arm came before every launch of the other. */
export const ranOneAfterTheOther = ([left, right]: DriftSubject['launches']): boolean => {
  if (left.length < 2 || right.length < 2) return false
  const [[leftFirst, leftLast], [rightFirst, rightLast]] = [span(left), span(right)]
  return leftLast < rightFirst || rightLast < leftFirst
}

/** A trend is as plain in 40 points as in thousands, and its test is quadratic. */
const mostPoints = 40

/** Means of equal runs of consecutive points. */
const binned = (points: readonly TrendPoint[]): TrendPoint[] => {
  const width = Math.ceil(points.length / mostPoints)
  return Array.from({ length: Math.ceil(points.length / width) }, (_, index) => {
    const bin = points.slice(index * width, (index + 1) * width)
    return { x: mean(bin.map(({ x }) => x)), y: mean(bin.map(({ y }) => y)) }
  })
}

const blockMeans = (residuals: readonly Residual[]): TrendPoint[] => {
  const blocks = new Map<number, number[]>()
  for (const { block, value } of residuals) blocks.set(block, [...(blocks.get(block) ?? []), value])
  return [...blocks].map(([x, values]) => ({ x, y: mean(values) })).sort((left, right) => left.x - right.x)
}

/** Interleaved arms: one series of block means with the arms' own medians taken out. Separated arms: one series each, by position. */
const seriesOf = (subject: DriftSubject, separated: boolean): TrendPoint[][] => {
  const [left, right] = subject.launches.map(residualsOf) as [Residual[], Residual[]]
  if (!separated) return [binned(blockMeans([...left, ...right]))]
  return [left, right].map((residuals) => binned(residuals.map(({ position, value }) => ({ x: position, y: value }))))
}

const changeOf = (points: readonly TrendPoint[], slope: number): number => {
  const places = points.map(({ x }) => x)
  return Math.exp(slope * (Math.max(...places) - Math.min(...places))) - 1
}

/**
 * Trend of block means against time (exact Mann-Kendall, size by Theil-Sen), Holm-corrected over all subjects.
 * Five blocks are the fewest in which a drift can show at 5 % (p = 2/120).
 */
export const findDrift = (subjects: readonly DriftSubject[], alpha: number): Drift[] => {
  const tests = subjects.flatMap((subject) => {
    const separated = ranOneAfterTheOther(subject.launches)
    return seriesOf(subject, separated).flatMap((points) => {
      const trend = monotoneTrend(points)
      if (!trend) return []
      return [{ probe: subject.probe, metric: subject.metric, change: changeOf(points, trend.slope), p: trend.p, blocking: separated }]
    })
  })
  const adjusted = holm(tests.map(({ p }) => p))
  return tests.flatMap((test, index) => ((adjusted[index] as number) <= alpha ? [{ ...test, p: adjusted[index] as number }] : []))
}

export const driftConfounder = (drift: Drift, levels: readonly string[], { notes }: SharedMessages): Confounder => {
  const percent = Number((drift.change * 100).toPrecision(2))
  const how = drift.blocking ? notes.drift_confounded : notes.drift_interleaved
  return {
    what: `${drift.probe}: drift`,
    values: Object.fromEntries(levels.map((level) => [level, `${percent} %`])),
    blocking: drift.blocking,
    message: fill(notes.drift, { metric: drift.metric, percent, p: Number(drift.p.toPrecision(2)), how }),
  }
}
