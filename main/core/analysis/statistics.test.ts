import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededPrng } from '../random/prng'
import { launchesForEffect, minimumDetectableEffect } from './detectable'
import { hodgesLehmannRatio } from './hodges-lehmann'
import { launchesForAlpha, mannWhitneyP, rankLimits, smallestReachableP } from './mann-whitney'
import { holm } from './multiplicity'
import { normalUpperQuantile, normalUpperTail } from './normal'
import { coefficientOfVariation, median, quantile } from './summary'
import { monotoneTrend } from './trend'

const positive = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 12 })

describe('Hodges-Lehmann ratio', () => {
  it('is the median of all pairwise ratios', () => {
    fc.assert(
      fc.property(positive, positive, (base, level) => {
        const logs = base.flatMap((from) => level.map((to) => Math.log(to) - Math.log(from)))
        expect(Math.log(hodgesLehmannRatio(base, level)?.estimate ?? Number.NaN)).toBeCloseTo(median(logs), 9)
      }),
    )
  })

  it('inverts when the arms are turned round', () => {
    fc.assert(
      fc.property(positive, positive, (base, level) => {
        const [there, back] = [hodgesLehmannRatio(base, level), hodgesLehmannRatio(level, base)]
        expect(Math.log(there?.estimate ?? 1)).toBeCloseTo(-Math.log(back?.estimate ?? 1), 9)
        expect(Math.log(there?.low ?? 1)).toBeCloseTo(-Math.log(back?.high ?? 1), 9)
      }),
    )
  })

  it('bounds by the third of 25 ratios at 5 v 5, and says what it covers', () => {
    const ratio = hodgesLehmannRatio([1, 1, 1, 1, 1], [2, 3, 5, 7, 11])
    expect(ratio).toMatchObject({ low: expect.closeTo(2, 12), estimate: expect.closeTo(5, 12), high: expect.closeTo(11, 12) })
    expect(ratio?.coverage).toBeCloseTo(1 - 8 / 252, 12)
    expect(hodgesLehmannRatio([1, 2, 3], [4, 5, 6])?.method).toContain('90 %')
  })

  it('has no meaning for zero, negative or missing values', () => {
    expect(hodgesLehmannRatio([0, 1], [1, 2])).toBeNull()
    expect(hodgesLehmannRatio([1], [-1])).toBeNull()
    expect(hodgesLehmannRatio([], [1])).toBeNull()
    expect(hodgesLehmannRatio([1], [Number.NaN])).toBeNull()
  })

  it('takes milliseconds, not seconds, for 5,000 against 5,000 values', () => {
    const random = seededPrng(5)
    const draw = (truth: number): number[] => Array.from({ length: 5000 }, () => truth * (0.9 + 0.2 * random.unit()))
    const [base, level] = [draw(1), draw(1.25)]
    const began = performance.now()
    const ratio = hodgesLehmannRatio(base, level)
    expect(performance.now() - began).toBeLessThan(400)
    expect(Math.abs((ratio?.estimate ?? 0) - 1.25)).toBeLessThan(0.005)
  })
})

/** Every way to give the first group its ranks, counted one by one. */
const bruteP = (left: number[], right: number[]): number => {
  const all = [...left, ...right]
  const u = (group: number[], rest: number[]): number =>
    group.reduce((sum, value) => sum + rest.reduce((count, other) => count + (value > other ? 1 : value === other ? 0.5 : 0), 0), 0)
  const centre = (left.length * right.length) / 2
  const observed = Math.abs(u(left, right) - centre)
  let [extreme, total] = [0, 0]
  for (let mask = 0; mask < 2 ** all.length; mask += 1) {
    const group = all.filter((_, index) => (mask >> index) & 1)
    if (group.length !== left.length) continue
    total += 1
    if (
      Math.abs(
        u(
          group,
          all.filter((_, index) => !((mask >> index) & 1)),
        ) - centre,
      ) >=
      observed - 1e-9
    )
      extreme += 1
  }
  return extreme / total
}

describe('Mann-Whitney', () => {
  it.each([
    [3, 0.1],
    [4, 2 / 70],
    [5, 2 / 252],
  ])('%i v %i reach %d at best', (n, p) => {
    const [low, high] = [Array.from({ length: n }, (_, i) => i), Array.from({ length: n }, (_, i) => i + n)]
    expect(mannWhitneyP(low, high)).toBeCloseTo(p, 12)
    expect(smallestReachableP(n, n)).toBeCloseTo(p, 12)
  })

  it('equals the count of all permutations, with ties too', () => {
    const few = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(few, few, (left, right) => {
        expect(mannWhitneyP(left, right)).toBeCloseTo(bruteP(left, right), 10)
      }),
      { numRuns: 60 },
    )
  })

  it('joins its normal approximation without a step', () => {
    const shifted = (n: number): number =>
      mannWhitneyP(
        Array.from({ length: n }, (_, i) => i),
        Array.from({ length: n }, (_, i) => i + 0.3 * n + 0.5),
      )
    expect(Math.abs(shifted(20) - shifted(21))).toBeLessThan(0.02)
    expect(mannWhitneyP(new Array<number>(50).fill(1), new Array<number>(50).fill(1))).toBe(1)
  })

  it('gives the tables’ critical values', () => {
    // Critical U at 5 % two-sided: 0, 2, 5, 13, 23, 317 for n = 4, 5, 6, 8, 10, 30.
    for (const [n, u] of [
      [4, 0],
      [5, 2],
      [6, 5],
      [8, 13],
      [10, 23],
      [20, 127],
    ] as const)
      expect(rankLimits(n, n, 0.95).k).toBe(u + 1)
    expect(Math.abs(rankLimits(30, 30, 0.95).k - 318)).toBeLessThanOrEqual(1)
  })

  it('needs four launches at 5 %, and more for several verdicts', () => {
    expect([0.05, 0.01, 0.05 / 6].map(launchesForAlpha)).toEqual([4, 5, 5])
  })
})

describe('small statistics', () => {
  it('corrects by Holm', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([expect.closeTo(0.03, 12), expect.closeTo(0.06, 12), expect.closeTo(0.06, 12)])
    expect(holm([0.6, 0.7])).toEqual([1, 1])
  })

  it('detects what methods.md says: 2.8 CV sqrt(2 / n)', () => {
    expect(minimumDetectableEffect(0.02, 5)).toBeCloseTo(0.0354, 4)
    expect(launchesForEffect(0.02, 0.03)).toBe(7)
    for (const cv of [0.005, 0.02, 0.1]) expect(minimumDetectableEffect(cv, launchesForEffect(cv, 0.03))).toBeLessThanOrEqual(0.03 + 1e-12)
  })

  it('summarises', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
    expect(coefficientOfVariation([2, 4])).toBeCloseTo(Math.SQRT2 / 3, 12)
    expect(coefficientOfVariation([2])).toBeNull()
  })

  it('knows the normal distribution', () => {
    expect(normalUpperTail(1.959964)).toBeCloseTo(0.025, 7)
    expect(normalUpperTail(-1)).toBeCloseTo(0.8413447, 6)
    expect(normalUpperQuantile(0.025)).toBeCloseTo(1.959964, 5)
  })
})

describe('trend', () => {
  const of = (values: number[]) => monotoneTrend(values.map((y, x) => ({ x, y })))

  it('is exact: five rising blocks happen by chance once in sixty, four once in twelve', () => {
    expect(of([1, 2, 3, 4, 5])?.p).toBeCloseTo(2 / 120, 12)
    expect(of([1, 2, 3, 4])?.p).toBeCloseTo(2 / 24, 12)
    expect(of([3, 1, 2])?.p).toBe(1)
  })

  it('has a slope that one wild block cannot turn', () => {
    expect(of([0, 2, 4, 100, 8, 10])?.slope).toBeCloseTo(2, 12)
  })

  it('counts ties as neither up nor down', () => {
    expect(of([1, 1, 1, 1])?.p).toBe(1)
    expect(of([1, 1, 2, 2])?.p).toBeGreaterThan(2 / 24)
  })
})
