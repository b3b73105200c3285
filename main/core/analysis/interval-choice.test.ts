import { describe, expect, it } from 'vitest'
import { seededPrng, type Prng } from '../random/prng'
import { hodgesLehmannRatio } from './hodges-lehmann'
import { mannWhitneyP } from './mann-whitney'
import { normalUpperQuantile, normalUpperTail } from './normal'
import { quantileSorted } from './summary'

/** methods.md's lab: 1.5 % launch-to-launch spread, one launch in twelve up to 6 % slower. */
const launch = (random: Prng, truth: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())
  const slow = random.unit() < 1 / 12 ? 1 + 0.06 * random.unit() : 1
  return (truth * (1 + 0.015 * normal)) / slow
}

const experiment = (random: Prng, n: number, truth: number): [number[], number[]] => [
  Array.from({ length: n }, () => launch(random, 1)),
  Array.from({ length: n }, () => launch(random, truth)),
]

/** Hodges-Lehmann on logarithms, directly: the small arms of the simulation need nothing clever. */
const estimate = (base: number[], level: number[]): number => {
  const differences = new Float64Array(base.length * level.length)
  let next = 0
  for (const from of base) for (const to of level) differences[next++] = Math.log(to) - Math.log(from)
  differences.sort()
  const half = differences.length >> 1
  return differences.length % 2 === 1
    ? (differences[half] as number)
    : ((differences[half - 1] as number) + (differences[half] as number)) / 2
}

const resample = (values: number[], random: Prng): number[] => values.map(() => values[random.below(values.length)] as number)
const without = (values: number[], index: number): number[] => values.filter((_, other) => other !== index)

/** The rejected alternative: bias-corrected and accelerated bootstrap (Efron 1987), on logarithms. */
const bca = (base: number[], level: number[], random: Prng, resamples: number): [number, number] => {
  const observed = estimate(base, level)
  const drawn = Array.from({ length: resamples }, () => estimate(resample(base, random), resample(level, random))).sort((a, b) => a - b)
  const below = drawn.filter((value) => value < observed).length + drawn.filter((value) => value === observed).length / 2
  const bias = -normalUpperQuantile(Math.min(Math.max(below / resamples, 0.5 / resamples), 1 - 0.5 / resamples))
  const jackknife = [...base.map((_, i) => estimate(without(base, i), level)), ...level.map((_, i) => estimate(base, without(level, i)))]
  const centre = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length
  const squares = jackknife.reduce((sum, value) => sum + (centre - value) ** 2, 0)
  const acceleration = squares === 0 ? 0 : jackknife.reduce((sum, value) => sum + (centre - value) ** 3, 0) / (6 * squares ** 1.5)
  const end = (z: number): number => {
    const moved = bias + (bias + z) / (1 - acceleration * (bias + z))
    return quantileSorted(drawn, 1 - normalUpperTail(moved))
  }
  return [end(-1.96), end(1.96)]
}

const rankCoverage = (n: number, experiments: number): { coverage: number; falsePositives: number } => {
  const random = seededPrng(1000 + n)
  let covered = 0
  let falsePositives = 0
  for (let index = 0; index < experiments; index += 1) {
    const [base, level] = experiment(random, n, 1.4)
    const interval = hodgesLehmannRatio(base, level)
    if (interval && interval.low <= 1.4 && interval.high >= 1.4) covered += 1
    const [same, again] = experiment(random, n, 1)
    if (mannWhitneyP(same, again) <= 0.05) falsePositives += 1
  }
  return { coverage: covered / experiments, falsePositives: falsePositives / experiments }
}

const bcaCoverage = (n: number, experiments: number, resamples: number): number => {
  const random = seededPrng(2000 + n)
  let covered = 0
  for (let index = 0; index < experiments; index += 1) {
    const [base, level] = experiment(random, n, 1.4)
    const [low, high] = bca(base, level, random, resamples)
    if (low <= Math.log(1.4) && high >= Math.log(1.4)) covered += 1
  }
  return covered / experiments
}

describe('the interval of the ratio', () => {
  it.each([4, 5, 6, 8, 10, 15, 20, 30])('covers the truth at n = %i in 95 of 100 experiments, and the test is wrong in at most 5', (n) => {
    const { coverage, falsePositives } = rankCoverage(n, 4000)
    // Three standard errors of a simulated share of 4,000.
    expect(coverage).toBeGreaterThan(0.95 - 0.0104)
    expect(falsePositives).toBeLessThan(0.05 + 0.0104)
  })

  it('is not a BCa bootstrap, because that covers too little at five launches', () => {
    expect(bcaCoverage(5, 600, 300)).toBeLessThan(0.93)
  })
})
