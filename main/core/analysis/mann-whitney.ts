import { sorted } from './summary'
import { normalUpperQuantile, normalUpperTail } from './normal'

/** Distributions are exact up to 20 v 20 (or as many pairs, up to 120 values in all), and normal approximations beyond. */
export const isExact = (n: number, m: number): boolean => n * m <= 400 && n + m <= 120

/** Doubled mid-ranks of the pooled values (integers, so ties compare exactly), in the order of the input. */
const doubledMidRanks = (values: readonly number[]): number[] => {
  const ascending = sorted(values)
  const rankOf = new Map<number, number>()
  for (let first = 0; first < ascending.length;) {
    let last = first
    while (last + 1 < ascending.length && ascending[last + 1] === ascending[first]) last += 1
    rankOf.set(ascending[first] as number, first + last + 2)
    first = last + 1
  }
  return values.map((value) => rankOf.get(value) as number)
}

/** Number of ways to choose `size` of the ranks with each sum (exact permutation distribution, ties included). */
const sumDistribution = (ranks: readonly number[], size: number): Float64Array => {
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(total + 1))
  ;(ways[0] as Float64Array)[0] = 1
  for (const [used, rank] of ranks.entries()) {
    for (let count = Math.min(size, used + 1); count >= 1; count -= 1) {
      const into = ways[count] as Float64Array
      const of = ways[count - 1] as Float64Array
      for (let sum = rank; sum <= total; sum += 1) into[sum] = (into[sum] as number) + (of[sum - rank] as number)
    }
  }
  return ways[size] as Float64Array
}

const exactP = (ranks: readonly number[], size: number): number => {
  const ways = sumDistribution(ranks, size)
  const observed = ranks.slice(0, size).reduce((sum, rank) => sum + rank, 0)
  const expected = (size * ranks.reduce((sum, rank) => sum + rank, 0)) / ranks.length
  const distance = Math.abs(observed - expected)
  let extreme = 0
  let all = 0
  for (const [sum, count] of ways.entries()) {
    all += count
    // The tolerance only absorbs the division above; sums themselves are integers.
    if (Math.abs(sum - expected) >= distance - 1e-9) extreme += count
  }
  return Math.min(1, extreme / all)
}

const tieSum = (ranks: readonly number[]): number => {
  const counts = new Map<number, number>()
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0)
}

const approximateP = (ranks: readonly number[], size: number): number => {
  const all = ranks.length
  const rankSum = ranks.slice(0, size).reduce((sum, rank) => sum + rank, 0) / 2
  const variance = ((size * (all - size)) / 12) * (all + 1 - tieSum(ranks) / (all * (all - 1)))
  if (variance <= 0) return 1
  const distance = Math.max(0, Math.abs(rankSum - (size * (all + 1)) / 2) - 0.5)
  return Math.min(1, 2 * normalUpperTail(distance / Math.sqrt(variance)))
}

/** P(U <= u) without ties, by "n,m": few distinct pairs occur, and every row of a comparison asks for the same one. */
const cumulativeCache = new Map<string, readonly number[]>()

/** P(U <= u) for u = 0, 1, … n m of the Mann-Whitney statistic without ties. */
const cumulativeU = (n: number, m: number): readonly number[] => {
  const known = cumulativeCache.get(`${n},${m}`)
  if (known) return known
  const ranks = Array.from({ length: n + m }, (_, index) => index + 1)
  const ways = sumDistribution(ranks, Math.min(n, m))
  const first = (Math.min(n, m) * (Math.min(n, m) + 1)) / 2
  const counts = Array.from({ length: n * m + 1 }, (_, u) => ways[first + u] as number)
  const all = counts.reduce((sum, count) => sum + count, 0)
  let running = 0
  const cumulative = counts.map((count) => {
    running += count
    return running / all
  })
  cumulativeCache.set(`${n},${m}`, cumulative)
  return cumulative
}

const exactPWithoutTies = (ranks: readonly number[], size: number): number => {
  const rankSum = ranks.slice(0, size).reduce((sum, rank) => sum + rank, 0) / 2
  const u = rankSum - (size * (size + 1)) / 2
  const pairs = size * (ranks.length - size)
  return Math.min(1, 2 * (cumulativeU(size, ranks.length - size)[Math.min(u, pairs - u)] as number))
}

/** Two-sided Mann-Whitney p: exact permutation distribution, ties included, for small arms; else normal with tie and continuity corrections. */
export const mannWhitneyP = (left: readonly number[], right: readonly number[]): number => {
  if (left.length === 0 || right.length === 0) return 1
  const [small, large] = left.length <= right.length ? [left, right] : [right, left]
  const ranks = doubledMidRanks([...small, ...large])
  if (!isExact(small.length, large.length)) return approximateP(ranks, small.length)
  return new Set(ranks).size === ranks.length ? exactPWithoutTies(ranks, small.length) : exactP(ranks, small.length)
}

/** log of "n choose k". */
const logChoose = (n: number, k: number): number => {
  let sum = 0
  for (let index = 1; index <= k; index += 1) sum += Math.log((n - k + index) / index)
  return sum
}

/** The smallest two-sided p that so many launches can reach: 2 / C(n + m, n). */
export const smallestReachableP = (n: number, m: number): number => Math.min(1, 2 * Math.exp(-logChoose(n + m, Math.min(n, m))))

/** The smallest equal number of launches per arm whose best p is at most alpha. */
export const launchesForAlpha = (alpha: number): number => {
  let launches = 1
  while (smallestReachableP(launches, launches) > alpha) launches += 1
  return launches
}

export interface RankLimits {
  /** The k-th smallest and k-th largest of the n x m ordered pairwise differences bound the interval. */
  k: number
  /** Coverage that k really has, at least `confidence` unless the launches are too few for it. */
  coverage: number
}

/** Moses' interval: k from the inverted Mann-Whitney test. k is 1 at least; then `coverage` says how much (or little) that is. */
export const rankLimits = (n: number, m: number, confidence: number): RankLimits => {
  const tail = (1 - confidence) / 2
  if (!isExact(n, m)) {
    const spread = Math.sqrt((n * m * (n + m + 1)) / 12)
    return { k: Math.max(1, Math.floor((n * m) / 2 - normalUpperQuantile(tail) * spread)), coverage: confidence }
  }
  const cumulative = cumulativeU(n, m)
  // Two-sided p of u is 2 P(U <= u), and the interval of k leaves out what has U <= k - 1.
  const rejected = cumulative.findIndex((share) => share > tail + 1e-12)
  const k = Math.max(1, rejected)
  return { k, coverage: 1 - 2 * (cumulative[k - 1] as number) }
}
