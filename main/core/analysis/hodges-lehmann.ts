import { sorted } from './summary'
import { isExact, rankLimits } from './mann-whitney'

export interface RatioInterval {
  estimate: number
  low: number
  high: number
  /** Coverage of the rank interval by design (exact for small arms). */
  coverage: number
  method: string
}

interface Pass {
  count: number
  /** Largest difference <= limit, smallest difference > limit. */
  below: number
  above: number
}

/** How many differences b - a are <= limit, and its neighbours; one walk along the staircase of two sorted lists, O(n + m). */
const countUpTo = (base: Float64Array, level: Float64Array, limit: number): Pass => {
  const pass: Pass = { count: 0, below: -Infinity, above: Infinity }
  let end = 0
  for (const subtrahend of base) {
    while (end < level.length && (level[end] as number) - subtrahend <= limit) end += 1
    pass.count += end
    if (end > 0) pass.below = Math.max(pass.below, (level[end - 1] as number) - subtrahend)
    if (end < level.length) pass.above = Math.min(pass.above, (level[end] as number) - subtrahend)
  }
  return pass
}

/** The k-th smallest (1-based) of all differences b - a without forming them: bisection that snaps to differences that occur, so it ends exactly. */
export const kthDifference = (base: Float64Array, level: Float64Array, k: number): number => {
  let low = (level[0] as number) - (base.at(-1) as number)
  let high = (level.at(-1) as number) - (base[0] as number)
  while (low < high) {
    const middle = low + (high - low) / 2
    // When no number lies strictly between, the middle is one of the ends; the lower one decides.
    const pass = countUpTo(base, level, middle < high ? middle : low)
    if (pass.count >= k) high = Math.min(high, pass.below)
    else low = Math.max(low, pass.above)
  }
  return high
}

const logs = (values: readonly number[]): Float64Array => Float64Array.from(sorted(values), Math.log)

const percent = (share: number): string => String(Number((share * 100).toFixed(1)))

/**
 * Ratio level/base: the median of all pairwise ratios (taken on logarithms, so that turning the arms round inverts it exactly), with
 * Moses' interval from the inverted exact Mann-Whitney test. Both arms: at least one positive finite value each, else null.
 *
 * Why not BCa: simulated coverage of a nominal 95 % interval at n launches per arm (spread 1.5 %, one launch in twelve up to 6 % slower), rank interval
 * over 4,000 experiments, BCa over 1,000 with 400 resamples: n = 4 0.973 against 0.895, n = 5 0.967 against 0.897, n = 6 0.962 against 0.922,
 * n = 8 0.955 against 0.921, n = 10 0.959 against 0.932, n = 15 0.959 against 0.944, n = 30 0.954 against 0.940. The test beside this file repeats it.
 * At n = 3 no rank interval reaches 95 %: it is then the whole range of ratios, and `coverage` and `method` say 90 %.
 */
export const hodgesLehmannRatio = (base: readonly number[], level: readonly number[], confidence = 0.95): RatioInterval | null => {
  const usable = (values: readonly number[]): boolean => values.length > 0 && values.every((value) => value > 0 && Number.isFinite(value))
  if (!usable(base) || !usable(level)) return null
  const [from, to] = [logs(base), logs(level)]
  const pairs = from.length * to.length
  const lower = kthDifference(from, to, Math.floor((pairs + 1) / 2))
  const upper = pairs % 2 === 1 ? lower : kthDifference(from, to, pairs / 2 + 1)
  const { k, coverage } = rankLimits(from.length, to.length, confidence)
  return {
    estimate: Math.exp((lower + upper) / 2),
    low: Math.exp(kthDifference(from, to, k)),
    high: Math.exp(kthDifference(from, to, pairs + 1 - k)),
    coverage,
    method: `Hodges-Lehmann, ${isExact(from.length, to.length) ? 'exact' : 'large-sample'} rank interval (Moses), ${percent(coverage)} %`,
  }
}
