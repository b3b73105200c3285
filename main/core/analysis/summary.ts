/** A sorted copy, ascending. */
export const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right)

/** Quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan, as R and NumPy); NaN without values. */
export const quantileSorted = (values: readonly number[], share: number): number => {
  if (values.length === 0) return Number.NaN
  const place = Math.min(Math.max(share, 0), 1) * (values.length - 1)
  const below = Math.floor(place)
  const low = values[below] as number
  const high = values[Math.min(below + 1, values.length - 1)] as number
  return low + (high - low) * (place - below)
}

export const quantile = (values: readonly number[], share: number): number => quantileSorted(sorted(values), share)

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Sample standard deviation over mean; null for n < 2 or mean 0. */
export const coefficientOfVariation = (values: readonly number[]): number | null => {
  const centre = mean(values)
  if (values.length < 2 || centre === 0) return null
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1)) / Math.abs(centre)
}
