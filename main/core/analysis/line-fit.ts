import { median } from './summary'

/** One message size: bytes and time. */
export interface TimePoint {
  sizeBytes: number
  timeUs: number
}

/** t = A + B m. */
export interface Line {
  interceptUs: number
  usPerByte: number
}

export const lineTimeUs = (line: Line, sizeBytes: number): number => line.interceptUs + line.usPerByte * sizeBytes

/** Huber's k: 95 % of least squares' efficiency on normal residuals. */
const huberK = 1.345
/** No launch-to-launch spread below 0.1 % is believed, or exact data would make every residual an outlier. */
export const leastSpread = 1e-3

/** Residuals relative to the measured time, so that every size counts alike (weights 1/t²). */
export const relativeResiduals = (line: Line, points: readonly TimePoint[]): number[] =>
  points.map(({ sizeBytes, timeUs }) => (timeUs - lineTimeUs(line, sizeBytes)) / timeUs)

/** Weighted least squares with A, B >= 0: the free optimum, else the better of the two edges. */
const nonNegativeLine = (points: readonly TimePoint[], weights: readonly number[]): Line => {
  let [s1, sx, sxx, sy, sxy] = [0, 0, 0, 0, 0]
  for (const [index, { sizeBytes, timeUs }] of points.entries()) {
    const weight = (weights[index] as number) / timeUs ** 2
    s1 += weight
    sx += weight * sizeBytes
    sxx += weight * sizeBytes ** 2
    sy += weight * timeUs
    sxy += weight * sizeBytes * timeUs
  }
  const determinant = s1 * sxx - sx ** 2
  if (determinant > 1e-12 * s1 * sxx) {
    const free = { interceptUs: (sxx * sy - sx * sxy) / determinant, usPerByte: (s1 * sxy - sx * sy) / determinant }
    if (free.interceptUs >= 0 && free.usPerByte >= 0) return free
  }
  const flat = { interceptUs: s1 > 0 ? sy / s1 : 0, usPerByte: 0 }
  const throughZero = { interceptUs: 0, usPerByte: sxx > 0 ? sxy / sxx : 0 }
  const lossOf = (line: Line): number =>
    relativeResiduals(line, points).reduce((sum, residual, index) => sum + (weights[index] as number) * residual ** 2, 0)
  return lossOf(flat) <= lossOf(throughZero) ? flat : throughZero
}

/** Start that one wild point cannot move: each line through two points, judged by its median absolute residual. */
const resistantLine = (points: readonly TimePoint[]): Line => {
  const unit = points.map(() => 1)
  let best = nonNegativeLine(points, unit)
  let bestLoss = Infinity
  for (let first = 0; first < points.length; first += 1) {
    for (let second = first + 1; second < points.length; second += 1) {
      const line = nonNegativeLine([points[first] as TimePoint, points[second] as TimePoint], unit)
      const loss = median(relativeResiduals(line, points).map(Math.abs))
      if (loss < bestLoss) [best, bestLoss] = [line, loss]
    }
  }
  return best
}

/** Robust t = A + B m with A, B >= 0 and weights 1/t²: from `start`, or a resistant one, Huber's reweighting of the relative residuals. */
export const fitLine = (points: readonly TimePoint[], start?: Line): Line => {
  let line = start ?? resistantLine(points)
  for (let round = 0; round < 20; round += 1) {
    const residuals = relativeResiduals(line, points).map(Math.abs)
    const limit = huberK * Math.max(leastSpread, 1.4826 * median(residuals))
    const next = nonNegativeLine(
      points,
      residuals.map((residual) => (residual <= limit ? 1 : limit / residual)),
    )
    const settled = points.every(
      ({ sizeBytes, timeUs }) => Math.abs(lineTimeUs(next, sizeBytes) - lineTimeUs(line, sizeBytes)) < 1e-6 * timeUs,
    )
    line = next
    if (settled) break
  }
  return line
}

/** Huber's loss of a line with a given scale, in units of squared scale. */
export const huberLoss = (residuals: readonly number[], scale: number): number =>
  residuals.reduce((sum, residual) => {
    const size = Math.abs(residual) / scale
    return sum + (size <= huberK ? size ** 2 : 2 * huberK * size - huberK ** 2)
  }, 0)
