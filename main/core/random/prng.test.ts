import { describe, expect, it } from 'vitest'
import { seededPrng, shuffled, xoshiro128 } from './prng'

describe('xoshiro128**', () => {
  it('gives the reference sequence of state 1, 2, 3, 4', () => {
    const random = xoshiro128([1, 2, 3, 4])
    const first = Array.from({ length: 10 }, () => random.uint32())
    expect(first).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804])
  })

  it('gives the same numbers for a seed in every version of the program', () => {
    const of = (seed: number): number[] => {
      const random = seededPrng(seed)
      return Array.from({ length: 3 }, () => random.uint32())
    }
    expect(of(0)).toEqual([1789933344, 44971166, 2521387044])
    expect(of(42)).toEqual([660444221, 3652823732, 77672526])
  })

  it('draws integers without bias', () => {
    const random = seededPrng(7)
    const counts = new Array<number>(6).fill(0)
    for (let index = 0; index < 60_000; index += 1) {
      const face = random.below(6)
      counts[face] = (counts[face] ?? 0) + 1
    }
    // Five standard deviations of a binomial share.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(460)
  })

  it('shuffles into every order about equally often', () => {
    const random = seededPrng(11)
    const seen = new Map<string, number>()
    for (let index = 0; index < 6000; index += 1) {
      const order = shuffled(['a', 'b', 'c'], random).join('')
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect(seen.size).toBe(6)
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
