import { describe, expect, it } from 'vitest'
import { seededPrng } from '../random/prng'
import { judgeTarget } from './judge'
import { accuracyInterval, medianInterval, shareInterval } from './median-interval'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1)

describe('the interval of a median', () => {
  it.each([
    [2, 1, 2, 0.5],
    [4, 1, 4, 0.875],
    [5, 1, 5, 0.9375],
    [6, 1, 6, 0.96875],
    // Tables of the sign test: k = 2 from 9 launches on, 6 of 20.
    [9, 2, 8, 0.9609375],
    [20, 6, 15, 0.958_610_534_667_968_8],
  ])('%i launches: order statistics %i and %i, coverage %f', (n, low, high, coverage) => {
    expect(medianInterval(upTo(n))).toMatchObject({ low, high })
    expect(medianInterval(upTo(n))?.coverage).toBeCloseTo(coverage, 12)
  })

  it('one launch has none, and very many have one', () => {
    expect(medianInterval([3])).toBeNull()
    const many = medianInterval(upTo(4000))
    // 2000 -+ 1.96 sqrt(4000) / 2.
    expect(many).toMatchObject({ low: 1938, high: 2063 })
  })

  it('covers the median as often as it says', () => {
    const random = seededPrng(7)
    const covered = Array.from({ length: 2000 }, () => {
      const interval = medianInterval(Array.from({ length: 9 }, () => random.unit() ** 3))
      return interval !== null && interval.low <= 0.125 && interval.high >= 0.125
    }).filter(Boolean).length
    expect(covered / 2000).toBeGreaterThan(0.945)
    expect(covered / 2000).toBeLessThan(0.978)
  })

  it('an accuracy is as sure as its prompts are many', () => {
    // Wilson's interval of 93 of 100 as published: 0.863 to 0.966.
    expect(shareInterval(0.93, 100).low).toBeCloseTo(0.8625, 3)
    expect(shareInterval(0.93, 100).high).toBeCloseTo(0.9657, 3)
    expect(accuracyInterval([0.93, 0.99], 10_000)).toMatchObject({ low: 0.93, high: 0.99 })
    expect(shareInterval(1, 50).high).toBe(1)
  })
})

describe('a target', () => {
  const five = (low: number, high: number) => ({ low, high, coverage: 0.9375, kind: 'exact' as const })

  it.each([
    ['<', 10, five(5, 9), 'met'],
    ['<', 10, five(5, 10), 'undecided'],
    ['<=', 10, five(5, 10), 'met'],
    ['<', 10, five(10, 12), 'missed'],
    ['>', 10, five(10.5, 12), 'met'],
    ['>=', 10, five(10, 12), 'met'],
    ['>', 10, five(4, 9), 'missed'],
    ['>', 10, five(9, 11), 'undecided'],
  ] as const)('%s %i', (side, target, interval, status) => {
    expect(judgeTarget(side, target, interval).status).toBe(status)
  })

  it('is not decided by fewer than five launches, whatever they say', () => {
    expect(judgeTarget('<', 10, null)).toEqual({ status: 'undecided', reasonCode: 'too_few_launches', needed: 5 })
    expect(judgeTarget('<', 10, { low: 1, high: 2, coverage: 0.875, kind: 'exact' as const })).toMatchObject({
      status: 'undecided',
      needed: 5,
    })
    expect(judgeTarget('<', 10, medianInterval([1, 1, 1, 1, 1])).status).toBe('met')
  })

  it('that nobody set judges nothing', () => {
    expect(judgeTarget('<', null, null)).toEqual({ status: 'shown', reasonCode: null, needed: 0 })
  })
})
