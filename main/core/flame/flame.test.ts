import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlameDiff, FlameDiffNode, FlameProfile } from '../../../preload/contract'
import { flameDiff, flameProfile } from '../../../preload/contract'
import { seededPrng } from '../random/prng'
import { flameDiffOf, LaunchLeaves, LaunchShares } from './difference'
import { familyOf, smallestP } from './family'
import { foldedLines } from './folded'
import { flameProfileOf } from './profile'
import { prune } from './prune'
import { FlameTree, FrameNames, maxDepth } from './tree'

type Folded = Record<string, number>

const stacksOf = (names: FrameNames, folded: Folded): [number[], number][] =>
  Object.entries(folded).map(([stack, count]) => [stack.split(';').map((frame) => names.idOf(frame, 'native')), count])

const profileOf = (folded: Folded): FlameProfile => {
  const [tree, names] = [new FlameTree(1), new FrameNames()]
  for (const [frames, count] of stacksOf(names, folded)) tree.add(frames, count)
  return flameProfileOf(tree, names, false)
}

/** `depth name self/total`, a rest as `depth +hidden self/total`. */
const drawn = ({ nodes, names }: FlameProfile): string[] =>
  nodes.map((node) => `${node.depth} ${node.hidden > 0 ? `+${node.hidden}` : (names[node.name]?.name ?? 'all')} ${node.self}/${node.total}`)

describe('the tree of one profile', () => {
  it('puts stacks together from the root on, children by name', () => {
    const profile = profileOf({ 'main;work;hot': 60, 'main;work;cold': 20, 'main;work': 5, 'main;io': 14, idle: 1 })
    expect(drawn(profile)).toEqual(['0 all 0/100', '1 idle 1/1', '1 main 0/99', '2 io 14/14', '2 work 5/85', '3 cold 20/20', '3 hot 60/60'])
    expect(profile).toMatchObject({ samples: 100, stacks: 5, cut: { shown: 6, hidden: 0, isCapped: false } })
  })

  it('counts a function that calls itself once a stack', () => {
    const { functions, names } = profileOf({ 'fib;fib;fib': 7, 'fib;add': 3 })
    const of = (name: string) => functions.find((one) => names[one.name]?.name === name)
    expect(of('fib')).toMatchObject({ self: 7, total: 10 })
    expect(of('add')).toMatchObject({ self: 3, total: 3 })
  })

  it('puts together what is too small to be seen, and says how many and how much', () => {
    const small = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`main;tiny${index};leaf`, 1]))
    const profile = profileOf({ ...small, 'main;hot': 199_950 })
    expect(drawn(profile)).toEqual(['0 all 0/200000', '1 main 0/200000', '2 hot 199950/199950', '2 +100 50/50'])
    expect(profile.cut).toEqual({ share: 0.0005, shown: 2, hidden: 100, isCapped: false })
  })

  it('never shows more than can be drawn, and no frame without its caller', () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`main;f${index};g;h`, 1 + (index % 7)]))
    const [tree, names] = [new FlameTree(1), new FrameNames()]
    for (const [frames, count] of stacksOf(names, many)) tree.add(frames, count)
    const { rows, cut } = prune(tree, names.list, 0, 100)
    expect(cut.shown).toBeLessThanOrEqual(100)
    expect(cut.shown + cut.hidden).toBe(tree.size - 1)
    for (const [place, row] of rows.entries()) if (place > 0) expect(row.depth - (rows[place - 1]?.depth ?? 0)).toBeLessThanOrEqual(1)
  })

  it('lays what is deeper than any program to the deepest frame that is kept', () => {
    const profile = profileOf({ [Array.from({ length: maxDepth + 50 }, (_, index) => `f${index}`).join(';')]: 10 })
    expect(profile.cut.isCapped).toBe(true)
    expect(profile.nodes.at(-1)).toMatchObject({ hidden: 1, total: 10 })
  })
})

describe('folded again', () => {
  it('is what was read, functions for frames, with both counts of two profiles', () => {
    const [tree, names] = [new FlameTree(2), new FrameNames()]
    const [main, hot, kernel] = [names.idOf('main', 'native'), names.idOf('hot;er', 'native'), names.idOf('do_idle', 'kernel')]
    tree.add([main, hot], 5, 0)
    tree.add([main, hot], 7, 1)
    tree.add([main], 2, 1)
    tree.add([main, kernel], 1, 0)
    expect(foldedLines(tree, names)).toEqual(['main 0 2', 'main;do_idle_[k] 1 0', 'main;hot:er 5 7'])
  })
})

describe('hostile stacks', () => {
  const frame = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('__proto__', 'constructor', 'toString', '<img src=x>', ' ', '-1'))
  const stacks = fc.array(fc.tuple(fc.array(frame, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 1e6 })), {
    minLength: 1,
    maxLength: 60,
  })

  it('lose no sample, and every frame holds at least what is below it', () => {
    fc.assert(
      fc.property(stacks, fc.integer({ min: 1, max: 20 }), (given, most) => {
        const [tree, names] = [new FlameTree(1), new FrameNames()]
        for (const [frames, count] of given)
          tree.add(
            frames.map((name) => names.idOf(name, 'python')),
            count,
          )
        const profile = flameProfileOf(tree, names, false)
        expect(flameProfile.safeParse(profile).success).toBe(true)
        const sum = given.reduce((total, [, count]) => total + count, 0)
        expect(profile.samples).toBe(sum)
        expect(profile.nodes.reduce((total, { self }) => total + self, 0)).toBe(sum)
        const { rows } = prune(tree, names.list, 0, most)
        expect(rows.filter(({ hidden }) => hidden === 0).length).toBeLessThanOrEqual(most + 1)
      }),
      { numRuns: 200 },
    )
  })
})

const diffOf = (launches: { before: Folded[]; after: Folded[] }, blocked: string | null = null): FlameDiff => {
  const [tree, names] = [new FlameTree(2), new FrameNames()]
  const leaves = [...launches.before, ...launches.after].map((folded, launch) => {
    const own = new LaunchLeaves()
    for (const [frames, count] of stacksOf(names, folded))
      own.push(tree.add(frames, count, launch < launches.before.length ? 0 : 1), frames.at(-1) ?? 0, count)
    return own
  })
  const shares = new LaunchShares(tree, prune(tree, names.list), launches.before.length, leaves)
  const side = (level: string, runs: Folded[]) => ({ level, launches: runs.length, samples: 0, runIds: [] })
  const diff = flameDiffOf({
    tree,
    names,
    shares,
    before: side('old', launches.before),
    after: side('new', launches.after),
    blocked,
    tooFew: 'too few',
  })
  expect(flameDiff.safeParse(diff).success).toBe(true)
  return diff
}

const frameOf = ({ nodes, names }: FlameDiff, name: string): FlameDiffNode => {
  const found = nodes.find((node) => names[node.name]?.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** One launch: `hot` takes this share, the rest is `cold`; `n` samples drawn with the generator, or exactly. */
const launchOf = (share: number, n: number, random?: () => number): Folded => {
  let hot = Math.round(share * n)
  if (random) hot = Array.from({ length: n }).reduce<number>((sum) => sum + (random() < share ? 1 : 0), 0)
  return { 'main;hot;leaf': hot, 'main;cold': n - hot }
}

describe('two arms', () => {
  it('are compared by shares of their launches, whatever their length', () => {
    const diff = diffOf({
      before: [launchOf(0.5, 1000), launchOf(0.5, 4000), launchOf(0.5, 1000), launchOf(0.5, 1000)],
      after: [launchOf(0.75, 100), launchOf(0.75, 2000), launchOf(0.75, 1000), launchOf(0.75, 1000)],
    })
    expect(frameOf(diff, 'hot')).toMatchObject({ before: 0.5, after: 0.75, verdict: 'more' })
    expect(frameOf(diff, 'cold')).toMatchObject({ before: 0.5, after: 0.25, verdict: 'less' })
    expect(frameOf(diff, 'main')).toMatchObject({ before: 1, after: 1, verdict: 'noise' })
    expect(diff).toMatchObject({ permutations: 70, reason: null })
    expect(diff.functions.map(({ name, verdict }) => `${diff.names[name]?.name} ${verdict}`).sort()).toEqual(['cold less', 'leaf more'])
  })

  it('of stacks too deep to be told apart keep every sample', () => {
    const deep = Array.from({ length: maxDepth + 9 }, (_, index) => `f${index}`).join(';')
    const launch = { [deep]: 30, 'f0;other': 70 }
    const diff = diffOf({ before: [launch, launch, launch, launch], after: [launch, launch, launch, launch] })
    expect(diff.cut.isCapped).toBe(true)
    const rest = diff.nodes.filter(({ hidden }) => hidden > 0)
    expect(rest.map(({ before, after }) => [before, after])).toEqual([[0.3, 0.3]])
    expect(frameOf(diff, 'other')).toMatchObject({ before: 0.7, after: 0.7 })
  })

  it('has an interval around the difference that leaves out zero just when it says so', () => {
    const random = seededPrng(5)
    const draw = (share: number) => launchOf(share, 2000, () => random.unit())
    const diff = diffOf({ before: [0.3, 0.3, 0.3, 0.3, 0.3].map(draw), after: [0.36, 0.36, 0.36, 0.36, 0.36].map(draw) })
    const hot = frameOf(diff, 'hot')
    expect(hot.verdict).toBe('more')
    expect(hot.low).toBeGreaterThan(0)
    expect(hot.low).toBeLessThan(0.06)
    expect(hot.high).toBeGreaterThan(0.06)
    for (const { low, high, verdict } of diff.nodes)
      if (low !== null && high !== null) expect(verdict).toBe(low > 1e-12 ? 'more' : high < -1e-12 ? 'less' : 'noise')
  })

  it('says nothing of launches that are too few, or when something else differs', () => {
    const three = [launchOf(0.5, 1000), launchOf(0.5, 1000), launchOf(0.5, 1000)]
    const other = [launchOf(0.9, 1000), launchOf(0.9, 1000), launchOf(0.9, 1000)]
    expect(diffOf({ before: three, after: other })).toMatchObject({ reason: 'too few', permutations: null })
    expect(frameOf(diffOf({ before: three, after: other }), 'hot')).toMatchObject({ after: 0.9, low: null, verdict: 'unknown' })
    expect(diffOf({ before: [...three, ...three], after: [...other, ...other] }, 'another event').reason).toBe('another event')
    expect([smallestP(3, 3), smallestP(4, 4), smallestP(1, 9)]).toEqual([0.1, 2 / 70, 0.1])
  })

  it('calls a difference below the sampling noise no difference, even where the launches agree by chance', () => {
    // Four launches of 50 samples each that happen to agree exactly: 50 % against 54 %.
    const diff = diffOf({
      before: Array.from({ length: 4 }, () => launchOf(0.5, 50)),
      after: Array.from({ length: 4 }, () => launchOf(0.54, 50)),
    })
    expect(frameOf(diff, 'hot').verdict).toBe('noise')
  })

  it('have the noise of their short launches, however long the others are', () => {
    const samples = [20, 20, 20, 100_000, 20, 20, 20, 100_000]
    const rows = [Float64Array.from([0.5, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6])]
    const family = familyOf(rows, { before: 4, samples })
    expect(family?.differences[0]).toBeCloseTo(0.1, 12)
    // 0.55 x 0.45 x (1/4 + 1/4) / (8 / 0.30002) under the root, 1.96 times at least.
    expect(family?.halfWidths[0]).toBeGreaterThan(1.95 * 0.068)
  })

  it('of equal arms finds a difference anywhere in at most a twentieth of the experiments', () => {
    const random = seededPrng(11)
    let alarms = 0
    const experiments = 400
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      // Forty frames in ten launches whose shares wander from launch to launch, as those of real programs do.
      const rows = Array.from({ length: 40 }, () => Float64Array.from({ length: 10 }, () => 0.02 + 0.01 * (random.unit() + random.unit())))
      const family = familyOf(rows, { before: 5, samples: Array.from({ length: 10 }, () => 3000) })
      if (family && family.differences.some((difference, place) => Math.abs(difference) > (family.halfWidths[place] ?? 0) + 1e-12))
        alarms += 1
    }
    expect(alarms / experiments).toBeLessThan(0.075)
    expect(alarms / experiments).toBeGreaterThan(0.01)
  })
})

describe('a large profile', () => {
  it('of a hundred thousand stacks is a graph that can be drawn, within seconds', () => {
    const random = seededPrng(3)
    const names = new FrameNames()
    const tree = new FlameTree(1)
    const pool = Array.from({ length: 3000 }, (_, index) => names.idOf(`function_${index} (module_${index % 97}.py)`, 'python'))
    const began = performance.now()
    for (let stack = 0; stack < 100_000; stack += 1) {
      const depth = 6 + random.below(14)
      // Calls are few near the root and many at the leaves.
      const frames = Array.from({ length: depth }, (_, level) => pool[random.below(Math.min(3000, 2 + level ** 2))] as number)
      tree.add(frames, 1 + random.below(20))
    }
    const profile = flameProfileOf(tree, names, false)
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(profile.stacks).toBe(100_000)
    expect(profile.cut.shown).toBeLessThanOrEqual(4000)
    expect(profile.cut.hidden).toBeGreaterThan(100_000)
    expect(profile.nodes.reduce((sum, { self }) => sum + self, 0)).toBe(profile.samples)
    expect(JSON.stringify(profile).length).toBeLessThan(2_000_000)
  })
})
