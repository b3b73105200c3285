import { median, sorted } from '../analysis/summary'

export interface MedianInterval {
  low: number
  high: number
  /** Coverage by design: exact, whatever the distribution. */
  coverage: number
  /** What it is made by. */
  kind: 'exact' | 'large' | 'wilson'
}

/** z of a two-sided 95 % interval. */
const z = 1.96

/** P(at most `most` heads in n tosses). */
const tossesUpTo = (most: number, n: number): number => {
  let [term, sum] = [0.5 ** n, 0]
  for (let heads = 0; heads <= most; heads += 1) {
    sum += term
    term *= (n - heads) / (heads + 1)
  }
  return sum
}

/**
 * Interval of the median of n launches from order statistics, the inverted sign test (Conover, Practical Nonparametric Statistics, 3.2): the k-th smallest and
 * k-th largest cover it with 1 - 2 P(Bin(n, 1/2) < k), whatever the distribution. The largest k that still covers 95 %; fewer than 6 launches cannot,
 * and their whole range stands with the coverage it has (5: 93.8 %, 4: 87.5 %). Null for one launch. Beyond 1,000 launches k by the normal approximation.
 */
export const medianInterval = (values: readonly number[], confidence = 0.95): MedianInterval | null => {
  const n = values.length
  if (n < 2) return null
  const ascending = sorted(values)
  const exact = n <= 1000
  const coverageOf = (k: number): number => 1 - 2 * tossesUpTo(k - 1, n)
  let k = exact ? 1 : Math.floor((n - z * Math.sqrt(n)) / 2)
  while (exact && k + 1 <= n / 2 && coverageOf(k + 1) >= confidence) k += 1
  const coverage = exact ? coverageOf(k) : confidence
  return {
    low: ascending[k - 1] as number,
    high: ascending[n - k] as number,
    coverage,
    kind: exact ? 'exact' : 'large',
  }
}

/** Wilson's interval of a share that was counted over `of` cases (Wilson 1927): how far another draw of so many cases could lie. */
export const shareInterval = (share: number, of: number): MedianInterval => {
  const centre = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), coverage: 0.95, kind: 'wilson' }
}

/** Prompts are the cases of an accuracy, and launches that disagree widen what they say. */
export const accuracyInterval = (values: readonly number[], prompts: number): MedianInterval => {
  const counted = shareInterval(median(values), prompts)
  return { ...counted, low: Math.min(counted.low, ...values), high: Math.max(counted.high, ...values) }
}
