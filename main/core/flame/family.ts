import { normalUpperQuantile } from '../analysis/normal'
import { seededPrng, shuffled } from '../random/prng'

/** Arrangements that are tried: all of them up to this many, else so many drawn at random. */
const mostArrangements = 1000

/** Shares of one frame, by launch: those before, then those after. */
export type Shares = Float64Array

export interface Samples {
  /** Launches before. */
  before: number
  /** Samples of every launch, in the order of the shares. */
  samples: readonly number[]
}

export interface Family {
  /** Per frame: after - before, mean over launches. */
  differences: Float64Array
  /** Per frame: half the width of its interval. */
  halfWidths: Float64Array
  arrangements: number
}

const binomial = (n: number, k: number): number => {
  let ways = 1
  for (let step = 1; step <= k; step += 1) ways = (ways * (n - k + step)) / step
  return Math.round(ways)
}

/** Every choice of k of n, the first k first. */
const choices = (n: number, k: number): number[][] => {
  const found: number[][] = []
  const take = (from: number, chosen: number[]): void => {
    if (chosen.length === k) {
      found.push(chosen)
      return
    }
    for (let next = from; next <= n - (k - chosen.length); next += 1) take(next + 1, [...chosen, next])
  }
  take(0, [])
  return found
}

const arrangementsOf = (n: number, k: number, seed: number): number[][] => {
  if (binomial(n, k) <= mostArrangements) return choices(n, k)
  const random = seededPrng(seed)
  const all = Array.from({ length: n }, (_, index) => index)
  return [all.slice(0, k), ...Array.from({ length: mostArrangements - 1 }, () => shuffled(all, random).slice(0, k))]
}

/** Frames with the largest statistic of an arrangement that may be as large as the observed one, at this error rate. */
const allowed = (arrangements: number, alpha: number): number => Math.floor(arrangements * alpha + 1e-9)

/** The smallest p that so many launches can reach: turned round, equal arms say the same. */
export const smallestP = (before: number, after: number): number => {
  if (before < 1 || after < 1) return 1
  const ways = binomial(before + after, before)
  return ways > mostArrangements ? 1 / mostArrangements : Math.min(1, (before === after ? 2 : 1) / ways)
}

/** Variance of the mean of n values from their sum and the sum of their squares. */
const meanVariance = (sum: number, squares: number, n: number): number => Math.max(0, (squares - (sum * sum) / n) / (n - 1)) / n

/** Variance of a difference of mean shares by sampling alone: p (1 - p) (1/N + 1/M) for N and M launches of so many samples each. */
const samplingFloor = (mean: number, n0: number, n1: number, perLaunch: number): number =>
  mean * (1 - mean) * (1 / (n0 * perLaunch) + 1 / (n1 * perLaunch))

/** Harmonic mean: every launch counts the same, so the short ones make the noise. */
const samplesPerLaunch = (samples: readonly number[]): number =>
  samples.length / samples.reduce((sum, one) => sum + 1 / Math.max(1, one), 0)

/**
 * Differences of many shares between two arms, with intervals that hold for all of them at once (error rate alpha for the whole family): the launches
 * are arranged in every way between the arms, each time the largest studentised difference of all frames is noted, and a frame's difference counts when
 * it exceeds all but an alpha of those (Westfall and Young 1993, maxT). Launches are the unit: samples within one are not independent. Frames hang together, which
 * this takes into account, and nothing is assumed normal; but no interval is narrower than one difference of its standard error, which is at least that of
 * sampling, has by itself. Null: so few launches can show nothing at this rate.
 */
export const familyOf = (rows: readonly Shares[], { before, samples }: Samples, alpha = 0.05, seed = 1): Family | null => {
  const n = samples.length
  const after = n - before
  if (before < 2 || after < 2 || smallestP(before, after) > alpha) return null
  const perLaunch = samplesPerLaunch(samples)
  const arrangements = arrangementsOf(n, before, seed)
  const largest = new Float64Array(arrangements.length)
  const differences = new Float64Array(rows.length)
  const errors = new Float64Array(rows.length)
  for (const [place, shares] of rows.entries()) {
    let [sum, squares] = [0, 0]
    for (const share of shares) {
      sum += share
      squares += share * share
    }
    const floor = samplingFloor(Math.min(1, sum / n), before, after, perLaunch)
    for (let index = 0; index < arrangements.length; index += 1) {
      let [firstSum, firstSquares] = [0, 0]
      for (const launch of arrangements[index] as number[]) {
        const share = shares[launch] as number
        firstSum += share
        firstSquares += share * share
      }
      const difference = (sum - firstSum) / after - firstSum / before
      const spread = meanVariance(firstSum, firstSquares, before) + meanVariance(sum - firstSum, squares - firstSquares, after)
      const error = Math.sqrt(Math.max(spread, floor))
      if (index === 0) {
        differences[place] = difference
        errors[place] = error
      }
      const size = error > 0 ? Math.abs(difference) / error : 0
      if (size > (largest[index] as number)) largest[index] = size
    }
  }
  const descending = largest.toSorted().reverse()
  const critical = Math.max(descending[allowed(arrangements.length, alpha)] ?? Infinity, normalUpperQuantile(alpha / 2))
  return { differences, halfWidths: errors.map((error) => error * critical), arrangements: arrangements.length }
}
