import type { Prng } from '../random/prng'
import { normalUpperTail } from './normal'
import { quantileSorted, sorted } from './summary'

/** Upper 2.5 % points of Student's t for 1 to 10 degrees of freedom. */
const studentT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

/** 97.5 % point of Student's t; within 0.003 beyond the table. */
const studentPoint = (freedom: number): number => studentT[freedom - 1] ?? 1.96 + 2.37 / freedom + 2.8 / freedom ** 2

/**
 * Share left out at each end of a 95 % percentile interval of n units, expanded for small n (Hesterberg, What Teachers Should Know
 * About the Bootstrap, 2015): plain percentiles of 5 units cover about 85 %, since resampling n units shrinks the spread by sqrt((n - 1) / n).
 */
export const expandedTail = (n: number): number => normalUpperTail(Math.sqrt(n / (n - 1)) * studentPoint(n - 1))

/** n indices drawn with replacement. */
export const resampleIndices = (n: number, random: Prng): number[] => Array.from({ length: n }, () => random.below(n))

/** Expanded 95 % percentile interval of bootstrap estimates from n units (n >= 2). */
export const percentileInterval = (estimates: readonly number[], n: number): { low: number; high: number } => {
  const ascending = sorted(estimates)
  const tail = expandedTail(n)
  return { low: quantileSorted(ascending, tail), high: quantileSorted(ascending, 1 - tail) }
}
