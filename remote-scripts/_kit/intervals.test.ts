import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IntervalSet, OrderedOverlap, intersectionLength, unionLength } from './intervals'

type Pair = [number, number]

const setOf = (pairs: readonly Pair[]): IntervalSet => {
  const set = new IntervalSet()
  for (const [start, end] of pairs) set.add(start, end)
  return set
}

const pairsOf = (set: IntervalSet): number[] => {
  const { starts, ends } = set.union()
  return [...starts].flatMap((start, index) => [start, ends[index] ?? NaN])
}

const orderedOf = (first: readonly Pair[], second: readonly Pair[]): OrderedOverlap => {
  const overlap = new OrderedOverlap()
  const all = [...first.map((pair) => ({ isFirst: true, pair })), ...second.map((pair) => ({ isFirst: false, pair }))]
  for (const { isFirst, pair } of all.sort((a, b) => a.pair[0] - b.pair[0])) overlap.add(isFirst, ...pair)
  return overlap
}

/** Counts unit cells: the answer by another way, for whole numbers from 0 to 100. */
const cells = (pairs: readonly Pair[]): boolean[] =>
  Array.from({ length: 100 }, (_, cell) => pairs.some(([start, end]) => start <= cell && cell < end))

const drawn: { what: string; pairs: Pair[]; length: number }[] = [
  { what: 'nothing', pairs: [], length: 0 },
  { what: 'one', pairs: [[3, 10]], length: 7 },
  { what: 'one inside another', pairs: [[0, 10], [2, 5]], length: 10 }, // prettier-ignore
  { what: 'three deep, the middle one longer than the last', pairs: [[0, 10], [1, 9], [2, 3], [8, 12]], length: 12 }, // prettier-ignore
  { what: 'two that touch', pairs: [[0, 4], [4, 6]], length: 6 }, // prettier-ignore
  { what: 'a gap', pairs: [[0, 4], [6, 7]], length: 5 }, // prettier-ignore
  { what: 'backwards', pairs: [[6, 7], [3, 5], [0, 4]], length: 6 }, // prettier-ignore
  { what: 'empty ones', pairs: [[5, 5], [5, 5], [1, 2]], length: 1 }, // prettier-ignore
]

describe('union of intervals', () => {
  it.each(drawn)('$what: $length', ({ pairs, length }) => {
    expect(setOf(pairs).length()).toBe(length)
    expect(orderedOf(pairs, []).first).toBe(length)
  })

  it('gives disjoint ascending pairs and the span', () => {
    const set = setOf([[8, 9], [0, 2], [1, 4]]) // prettier-ignore
    expect(pairsOf(set)).toEqual([0, 4, 8, 9])
    expect(set.span()).toEqual({ start: 0, end: 9 })
    expect(new IntervalSet().span()).toBeNull()
  })

  it('refuses what is no interval', () => {
    const set = new IntervalSet()
    expect([set.add(2, 1), set.add(NaN, 1), set.add(0, Infinity)]).toEqual([false, false, false])
    expect(set.length()).toBe(0)
    const ordered = new OrderedOverlap()
    expect([ordered.add(true, 5, 6), ordered.add(true, 4, 9), ordered.add(false, 5, NaN)]).toEqual([true, false, false])
    expect(ordered.first).toBe(1)
  })

  it('holds more than its first room, in any order', () => {
    const set = new IntervalSet()
    for (let index = 9999; index >= 0; index -= 1) set.add(10 * ((index * 7919) % 10_000), 10 * ((index * 7919) % 10_000) + 3)
    expect(set.length()).toBe(30_000)
    expect(set.union().starts.length).toBe(10_000)
  })
})

describe('a set that is merged while it grows', () => {
  it('still knows that the one after is out of order', () => {
    const set = new IntervalSet()
    for (let index = 0; index < 1024; index += 1) set.add(100 + 10 * index, 103 + 10 * index)
    set.add(20, 22)
    set.add(200_000, 200_001)
    expect(pairsOf(set).slice(0, 4)).toEqual([20, 22, 100, 103])
    expect(set.length()).toBe(3 * 1024 + 3)
  })
})

describe('a set whose budget is spent', () => {
  it('fills the smallest gaps and says how much it filled', () => {
    const set = new IntervalSet({ left: 0 })
    for (let index = 0; index < 5000; index += 1) set.add(100 * index, 100 * index + (index % 2 === 0 ? 99 : 50))
    expect(set.union().starts.length).toBeLessThanOrEqual(1024)
    expect(set.length()).toBe(2500 * 99 + 2500 * 50 + set.filled)
    expect(set.filled).toBeGreaterThan(0)
    const other = new IntervalSet({ left: 4096 })
    for (let index = 0; index < 4000; index += 1) other.add(100 * index, 100 * index + 50)
    expect([other.filled, other.length()]).toEqual([0, 200_000])
  })
})

describe('overlap of two unions', () => {
  // Stream 1 computes 0-40 and 60-90, stream 2 computes 10-20 within it; two communication streams: 30-70 with 50-65 nested, and 85-100.
  const compute: Pair[] = [[0, 40], [10, 20], [60, 90]] // prettier-ignore
  const communication: Pair[] = [[30, 70], [50, 65], [85, 100]] // prettier-ignore

  it('of several streams with nested kernels: 70 computing, 55 communicating, 25 of it hidden, 30 exposed', () => {
    const [a, b] = [setOf(communication), setOf(compute)]
    expect([b.length(), a.length(), intersectionLength(a, b), intersectionLength(b, a)]).toEqual([70, 55, 25, 25])
    const ordered = orderedOf(communication, compute)
    expect([ordered.second, ordered.first, ordered.both, ordered.either, ordered.span]).toEqual([70, 55, 25, 100, 100])
  })

  it('agrees with counting cells, whatever the intervals', () => {
    const pair = fc
      .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
      .map(([a, b]): Pair => [Math.min(a, b), Math.max(a, b)])
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 30 }), fc.array(pair, { maxLength: 30 }), (first, second) => {
        const [inFirst, inSecond] = [cells(first), cells(second)]
        const wanted = {
          first: inFirst.filter(Boolean).length,
          second: inSecond.filter(Boolean).length,
          both: inFirst.filter((is, cell) => is && inSecond[cell]).length,
        }
        const [a, b] = [setOf(first), setOf(second)]
        expect({ first: a.length(), second: b.length(), both: intersectionLength(a, b) }).toEqual(wanted)
        const { first: f, second: s, both, either } = orderedOf(first, second)
        expect({ first: f, second: s, both }).toEqual(wanted)
        expect(unionLength([a, b])).toBe(either)
        expect(either).toBe(inFirst.filter((is, cell) => is || inSecond[cell]).length)
      }),
    )
  })
})
