import { median } from './summary'
import { normalUpperTail } from './normal'

export interface TrendPoint {
  /** Time or position. */
  x: number
  y: number
}

export interface Trend {
  /** Two-sided Mann-Kendall p. */
  p: number
  /** Theil-Sen slope, y per x. */
  slope: number
}

/** Exact distributions up to so many points: without ties by counting inversions, with ties by all orders. */
const exactPoints = { withoutTies: 40, withTies: 8 }

const pairs = <T>(points: readonly TrendPoint[], of: (earlier: TrendPoint, later: TrendPoint) => T): T[] =>
  points.flatMap((earlier, index) => points.slice(index + 1).map((later) => of(earlier, later)))

/** Kendall's S: concordant minus discordant pairs. */
const kendallS = (points: readonly TrendPoint[]): number =>
  pairs(points, (earlier, later) => Math.sign(later.x - earlier.x) * Math.sign(later.y - earlier.y)).reduce((sum, sign) => sum + sign, 0)

const permutations = (values: readonly number[]): number[][] =>
  values.length <= 1
    ? [[...values]]
    : values.flatMap((value, index) => permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]))

/** S over every order of n distinct values: value -> count. Convolution of 0…i inversions, i = 0 … n - 1. */
const exactWithoutTies = (n: number, observed: number): number => {
  let counts = [1]
  for (let size = 2; size <= n; size += 1) {
    const next = new Array<number>(counts.length + size - 1).fill(0)
    for (const [inversions, count] of counts.entries()) {
      for (let more = 0; more < size; more += 1) next[inversions + more] = (next[inversions + more] as number) + count
    }
    counts = next
  }
  const all = (n * (n - 1)) / 2
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count, inversions) => (Math.abs(all - 2 * inversions) >= Math.abs(observed) ? sum + count : sum), 0) / total
}

const exactWithTies = (points: readonly TrendPoint[], observed: number): number => {
  const orders = permutations(points.map((point) => point.y))
  const extreme = orders.filter(
    (order) => Math.abs(kendallS(points.map(({ x }, index) => ({ x, y: order[index] as number })))) >= Math.abs(observed),
  )
  return extreme.length / orders.length
}

const tieTerm = (values: readonly number[]): number => {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum + count * (count - 1) * (2 * count + 5), 0)
}

const approximate = (points: readonly TrendPoint[], observed: number): number => {
  const n = points.length
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm(points.map(({ x }) => x)) - tieTerm(points.map(({ y }) => y))) / 18
  return variance <= 0 ? 1 : Math.min(1, 2 * normalUpperTail(Math.max(0, Math.abs(observed) - 1) / Math.sqrt(variance)))
}

/** Median of all pairwise slopes. */
const theilSen = (points: readonly TrendPoint[]): number => {
  const slopes = pairs(points, (earlier, later) => (later.y - earlier.y) / (later.x - earlier.x)).filter(Number.isFinite)
  return slopes.length === 0 ? 0 : median(slopes)
}

/** Mann-Kendall test and Theil-Sen slope. Exact for few points (40 without ties, 8 with); O(n²), so callers bin long series; null below 3 points. */
export const monotoneTrend = (points: readonly TrendPoint[]): Trend | null => {
  if (points.length < 3) return null
  const observed = kendallS(points)
  const tied = [points.map(({ x }) => x), points.map(({ y }) => y)].some((values) => new Set(values).size < values.length)
  if (!tied && points.length <= exactPoints.withoutTies) return { p: exactWithoutTies(points.length, observed), slope: theilSen(points) }
  return {
    p: points.length <= exactPoints.withTies ? exactWithTies(points, observed) : approximate(points, observed),
    slope: theilSen(points),
  }
}
