import { seededPrng } from '../random/prng'
import { percentileInterval, resampleIndices } from './bootstrap'
import { fitLine, lineTimeUs, type Line, type TimePoint } from './line-fit'
import { fitSegments, type Segment } from './segments'
import { median } from './summary'

/** Times of one launch: message size in bytes -> microseconds. */
export type LaunchTimes = ReadonlyMap<number, number>

export interface AlphaBetaSegment {
  fromBytes: number
  toBytes: number
  interceptUs: number
  interceptLowUs: number
  interceptHighUs: number
  usPerByte: number
  usPerByteLow: number
  usPerByteHigh: number
}

export interface AlphaBeta {
  segments: AlphaBetaSegment[]
  /** A/B of the segment of the largest sizes; null when its A or B is 0. */
  halfBandwidthBytes: number | null
  /** (measured - fitted) / fitted of the median launch, by size. */
  residuals: { sizeBytes: number; relative: number }[]
  method: string
}

const resamples = 400
const leastLaunches = 3
const leastSizes = 4

/** Median over launches at every size that all launches measured, ascending; only positive sizes and times count. */
const medianPoints = (launches: readonly LaunchTimes[], sizes: readonly number[]): TimePoint[] =>
  sizes.map((sizeBytes) => ({ sizeBytes, timeUs: median(launches.map((launch) => launch.get(sizeBytes) as number)) }))

const commonSizes = (launches: readonly LaunchTimes[]): number[] =>
  [...(launches[0]?.keys() ?? [])]
    .filter((size) => size > 0 && launches.every((launch) => (launch.get(size) ?? 0) > 0 && Number.isFinite(launch.get(size))))
    .sort((left, right) => left - right)

const withIntervals = (
  segment: Segment,
  index: number,
  points: readonly TimePoint[],
  drawn: readonly Line[][],
  n: number,
): AlphaBetaSegment => {
  const lines = drawn.map((draw) => draw[index] as Line)
  const intercept = percentileInterval(
    lines.map((line) => line.interceptUs),
    n,
  )
  const slope = percentileInterval(
    lines.map((line) => line.usPerByte),
    n,
  )
  const { interceptUs, usPerByte } = segment.line
  return {
    fromBytes: (points[segment.first] as TimePoint).sizeBytes,
    toBytes: (points[segment.last] as TimePoint).sizeBytes,
    interceptUs,
    interceptLowUs: Math.min(intercept.low, interceptUs),
    interceptHighUs: Math.max(intercept.high, interceptUs),
    usPerByte,
    usPerByteLow: Math.min(slope.low, usPerByte),
    usPerByteHigh: Math.max(slope.high, usPerByte),
  }
}

/**
 * t(m) = A + B m per protocol segment, fitted to the median over launches; intervals by a seeded bootstrap that resamples launches (never rows) and keeps
 * the breaks. Null with fewer than 3 launches or 4 sizes common to all of them: then there is nothing to say how sure A and B are.
 */
export const fitAlphaBeta = (launches: readonly LaunchTimes[], seed: number): AlphaBeta | null => {
  const sizes = commonSizes(launches)
  if (launches.length < leastLaunches || sizes.length < leastSizes) return null
  const points = medianPoints(launches, sizes)
  const segments = fitSegments(points)
  const last = segments.at(-1)
  if (!last) return null
  const random = seededPrng(seed)
  const drawn = Array.from({ length: resamples }, () => {
    const chosen = resampleIndices(launches.length, random).map((index) => launches[index] as LaunchTimes)
    const drawnPoints = medianPoints(chosen, sizes)
    return segments.map((segment) => fitLine(drawnPoints.slice(segment.first, segment.last + 1), segment.line))
  })
  const residuals = segments.flatMap((segment) =>
    points
      .slice(segment.first, segment.last + 1)
      .map(({ sizeBytes, timeUs }) => ({ sizeBytes, relative: timeUs / lineTimeUs(segment.line, sizeBytes) - 1 })),
  )
  const half = last.line.interceptUs > 0 && last.line.usPerByte > 0 ? last.line.interceptUs / last.line.usPerByte : null
  return {
    segments: segments.map((segment, index) => withIntervals(segment, index, points, drawn, launches.length)),
    halfBandwidthBytes: half,
    residuals,
    method: `t = A + B m on launch medians, A and B >= 0, weights 1/t², Huber; ${segments.length} segment${segments.length === 1 ? '' : 's'} by BIC; intervals by ${resamples} resamples of ${launches.length} launches, expanded for small n`,
  }
}
