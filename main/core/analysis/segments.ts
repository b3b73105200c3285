import { fitLine, huberLoss, leastSpread, relativeResiduals, type Line, type TimePoint } from './line-fit'
import { median } from './summary'

export interface Segment {
  /** Indices into the sorted sizes, both included. */
  first: number
  last: number
  line: Line
}

/** A segment needs one size more than a line has parameters. */
const leastSizes = 3
const mostSegments = 3

/** All ways to cut 0 … count - 1 into `parts` runs of at least leastSizes. */
const cuts = (count: number, parts: number, first = 0): { first: number; last: number }[][] => {
  if (parts === 1) return count - first >= leastSizes ? [[{ first, last: count - 1 }]] : []
  const found: { first: number; last: number }[][] = []
  for (let last = first + leastSizes - 1; last < count - leastSizes; last += 1) {
    for (const rest of cuts(count, parts - 1, last + 1)) found.push([{ first, last }, ...rest])
  }
  return found
}

const residualsOf = (segments: readonly Segment[], points: readonly TimePoint[]): number[] =>
  segments.flatMap(({ first, last, line }) => relativeResiduals(line, points.slice(first, last + 1)))

/**
 * One to three lines over sizes in ascending order; their number and breaks by BIC, 2 parameters per line and 3 per break
 * (a break is searched for, so it costs more than one parameter; with one, 23 % of straight sweeps were split, with three 1 to 4 %). The loss is Huber's, with
 * one scale for all candidates (the median residual of the best three-part cut), so that a single wild size does not buy a segment of its own.
 */
export const fitSegments = (points: readonly TimePoint[]): Segment[] => {
  const fitted = new Map<string, Line>()
  const lineOf = (first: number, last: number): Line => {
    const key = `${first}:${last}`
    const known = fitted.get(key) ?? fitLine(points.slice(first, last + 1))
    fitted.set(key, known)
    return known
  }
  const candidates = Array.from({ length: mostSegments }, (_, index) => index + 1).flatMap((parts) =>
    cuts(points.length, parts).map((cut): Segment[] => cut.map(({ first, last }) => ({ first, last, line: lineOf(first, last) }))),
  )
  const best = (scale: number, score: (loss: number, parts: number) => number): Segment[] | undefined => {
    let [winner, least]: [Segment[] | undefined, number] = [undefined, Infinity]
    for (const segments of candidates) {
      const value = score(huberLoss(residualsOf(segments, points), scale), segments.length)
      if (value < least) [winner, least] = [segments, value]
    }
    return winner
  }
  const finest = best(leastSpread, (loss) => loss)
  if (!finest) return []
  const freedom = Math.sqrt(points.length / Math.max(1, points.length - 3 * finest.length + 1))
  const scale = Math.max(leastSpread, 1.4826 * freedom * median(residualsOf(finest, points).map(Math.abs)))
  const n = points.length
  const bic = (loss: number, parts: number): number => n * Math.log(Math.max(loss / n, 1e-2)) + (5 * parts - 3) * Math.log(n)
  return best(scale, bic) ?? []
}
