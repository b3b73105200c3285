import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlameDiff, FlameProfile } from '../../../preload/contract/flame'
import { en } from '../../messages/en'
import { createFormats } from '../../messages/format'
import { labelIn } from './label'
import { boxesOf, findFrames, foundShare, moveFrom, narrowest, pathTo, shapeOf } from './layout'
import { diffPicture, pointsText, profilePicture, shortFrame } from './picture'

/** all -> main (-> work -> hot, cold), idle */
const depths = [0, 1, 2, 3, 3, 1]
const weights = [1, 0.8, 0.6, 0.5, 0.1, 0.2]
const shape = shapeOf(depths)

describe('layout', () => {
  it('knows parents and ends from depths alone', () => {
    expect([...shape.parent]).toEqual([-1, 0, 1, 2, 2, 0])
    expect([...shape.end]).toEqual([6, 5, 5, 4, 5, 6])
    expect(pathTo(shape, 4)).toEqual([0, 1, 2, 4])
  })

  it('places every box below its parent, widths by share', () => {
    const boxes = boxesOf(shape, weights, 0, 1000)
    expect(boxes.map(({ place, x, width, row }) => [place, Math.round(x), Math.round(width), row])).toEqual([
      [0, 0, 1000, 0],
      [1, 0, 800, 1],
      [2, 0, 600, 2],
      [3, 0, 500, 3],
      [4, 500, 100, 3],
      [5, 800, 200, 1],
    ])
  })

  it('enlarges a frame over the whole width, what is above it stays in sight', () => {
    const boxes = boxesOf(shape, weights, 2, 600)
    expect(boxes.map(({ place, x, width, row, isAbove }) => [place, x, Math.round(width), row, isAbove])).toEqual([
      [0, 0, 600, 0, true],
      [1, 0, 600, 1, true],
      [2, 0, 600, 2, false],
      [3, 0, 500, 3, false],
      [4, 500, 100, 3, false],
    ])
    expect(boxesOf(shape, [1, 1, 0, 0, 0, 0], 2, 600).map(({ place }) => place)).toEqual([0, 1])
  })

  it('finds names whatever their case, and counts samples under nested finds once', () => {
    const found = findFrames(['all', 'Main', 'work', 'hot', 'cold main', 'idle'], ' MAIN')
    expect([...found]).toEqual([1, 4])
    expect(foundShare(shape, weights, found)).toBe(0.8)
    expect(findFrames(['a'], '  ').size).toBe(0)
    expect(findFrames(['a(b'], '(').size).toBe(1)
  })

  it('walks by arrow keys to parent, widest child and neighbours', () => {
    const boxes = boxesOf(shape, weights, 0, 1000)
    expect(moveFrom(shape, boxes, 0, 'down')).toBe(1)
    expect(moveFrom(shape, boxes, 2, 'down')).toBe(3)
    expect(moveFrom(shape, boxes, 3, 'right')).toBe(4)
    expect(moveFrom(shape, boxes, 4, 'right')).toBe(4)
    expect(moveFrom(shape, boxes, 5, 'left')).toBe(1)
    expect(moveFrom(shape, boxes, 4, 'up')).toBe(2)
    expect(moveFrom(shape, boxes, 99, 'up')).toBe(0)
  })

  it('of any tree no box leaves its parent', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (given) => {
        const own = [0]
        for (const [back] of given) own.push(Math.max(1, Math.min((own.at(-1) ?? 0) + 1, (own.at(-1) ?? 0) + 1 - back)))
        const tree = shapeOf(own)
        // A frame holds at least what is below it.
        const totals = own.map((_, place) => (place === 0 ? 0 : (given[place - 1]?.[1] ?? 0)))
        for (let place = own.length - 1; place > 0; place -= 1) totals[tree.parent[place] as number]! += totals[place] as number
        const boxes = boxesOf(tree, totals, 0, 800)
        for (const box of boxes) {
          const parent = boxes.find(({ place }) => place === tree.parent[box.place])
          if (!parent) continue
          expect(box.width).toBeGreaterThanOrEqual(narrowest)
          expect(box.x).toBeGreaterThanOrEqual(parent.x - 1e-6)
          expect(box.x + box.width).toBeLessThanOrEqual(parent.x + parent.width + 1e-6)
        }
      }),
    )
  })
})

describe('the label of a box', () => {
  it.each([
    ['decode', '', 6, 'decode'],
    ['decode', '', 5, 'deco…'],
    ['decode', '+3', 9, 'decode +3'],
    ['decode_all_of_it', '+3', 13, 'decode_al… +3'],
    ['decode_all_of_it', '+3', 8, 'decode_…'],
    ['decode', '', 2, ''],
    // Wide characters take two places, and one is never cut in half.
    ['12 个更小的帧', '', 13, '12 个更小的帧'],
    ['12 个更小的帧', '', 12, '12 个更小的…'],
    ['f😀😀😀😀', '', 4, 'f😀😀…'],
  ])('%s %s in %i', (name, mark, room, text) => expect(labelIn({ name, mark }, room)).toBe(text))
})

const cut = { share: 0.0005, shown: 3, hidden: 12, isCapped: false }
const formats = createFormats('en')

describe('pictures', () => {
  const profile: FlameProfile = {
    samples: 12_345,
    stacks: 7,
    names: [
      { name: 'train (train.py)', kind: 'python' },
      { name: 'evil\u001b[31m\u202e<b> (x.py)', kind: 'python' },
    ],
    nodes: [
      { name: -1, depth: 0, hidden: 0, self: 0, total: 12_345 },
      { name: 0, depth: 1, hidden: 0, self: 345, total: 12_345 },
      { name: 1, depth: 2, hidden: 0, self: 11_000, total: 11_000 },
      { name: -1, depth: 2, hidden: 12, self: 1000, total: 1000 },
    ],
    cut,
    functions: [
      { name: 0, self: 345, total: 12_345 },
      { name: 1, self: 11_000, total: 11_000 },
    ],
    isDifferential: false,
  }

  it('say what was found, with nothing of a hostile name that could act', () => {
    const picture = profilePicture(profile, 'perf', en.flame, formats)
    expect(picture.title).toBe('evil\ufffd<b> takes 89\u202f% of the samples itself')
    expect(picture.subtitle).toBe('12,345 samples, perf')
    expect(picture.frames.map(({ name, tone }) => [name, tone])).toEqual([
      ['all samples', 'rest'],
      ['train (train.py)', 'python'],
      ['evil\ufffd<b> (x.py)', 'python'],
      ['12 smaller frames', 'rest'],
    ])
    expect(picture.frames[1]?.said).toBe('train (train.py): 100\u202f% of the samples (12,345), 2.8\u202f% itself')
    expect(picture.notes).toEqual(['12 frames of less than 0.05\u202f% of the samples are put together.'])
    expect(JSON.stringify(picture)).not.toMatch(/\\u001b|\\u202e|\u202e/)
  })

  const change = { before: 0.2, after: 0.26, low: 0.02, high: 0.1, verdict: 'more' } as const
  const noise = { before: 0.5, after: 0.55, low: -0.02, high: 0.12, verdict: 'noise' } as const
  const diff: FlameDiff = {
    before: { level: 'old', launches: 5, samples: 5000, runIds: [] },
    after: { level: 'new', launches: 5, samples: 5100, runIds: [] },
    names: profile.names,
    nodes: [
      { name: -1, depth: 0, hidden: 0, before: 1, after: 1, low: 0, high: 0, verdict: 'noise' },
      { name: 0, depth: 1, hidden: 0, ...noise },
      { name: 1, depth: 1, hidden: 0, ...change },
    ],
    cut,
    functions: [
      { name: 0, ...noise },
      { name: 1, ...change },
    ],
    permutations: 252,
    reason: null,
  }

  it('of two arms colour only what is more than noise, and name it', () => {
    const picture = diffPicture(diff, en.flame, formats)
    expect(picture.title).toBe('evil\ufffd<b> +6 points in new')
    expect(picture.frames.map(({ tone, mark }) => [tone, mark])).toEqual([
      ['noise', ''],
      ['noise', ''],
      ['more', '+6'],
    ])
    expect(picture.frames[2]?.said).toContain('20\u202f% → 26\u202f%, +6 points [+2, +10], more')
    expect(picture.measures.map(({ label, shares }) => [label, shares[1]])).toEqual([
      ['old', 0.5],
      ['new', 0.55],
    ])
    expect(picture.table.rows[1]?.cells.slice(1)).toEqual(['20\u202f%', '26\u202f%', '+6', '[+2, +10]', 'more'])
  })

  it('say why nothing can be told', () => {
    const unknown = { low: null, high: null, verdict: 'unknown' } as const
    const nodes = diff.nodes.map((node) => ({ ...node, ...unknown }))
    const functions = diff.functions.map((one) => ({ ...one, ...unknown }))
    const picture = diffPicture({ ...diff, nodes, functions, permutations: null, reason: 'too few launches' }, en.flame, formats)
    expect(picture.title).toBe('No difference can be told')
    expect(picture.notes[0]).toBe('Cannot answer: too few launches')
    expect(picture.frames.every(({ tone, mark }) => tone === 'noise' && mark === '')).toBe(true)
    expect(picture.legend).toEqual([])
  })

  it('write points with their sign', () => {
    expect([0.0321, -0.5, 0].map(pointsText)).toEqual(['+3.2', '−50', '+0'])
    expect(shortFrame('a_function_with_a_name_that_is_longer_than_any_title (m.py)')).toHaveLength(41)
  })
})
