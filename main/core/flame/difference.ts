import type { FlameChange, FlameDiff, FlameDiffNode } from '../../../preload/contract'
import { familyOf, type Family, type Samples, type Shares } from './family'
import { listedFunctions } from './profile'
import { compactNames, restOf, type Pruned } from './prune'
import type { FrameNames, FlameTree } from './tree'

/** Rounding of sums of shares must not pass for a difference. */
const rounding = 1e-12

/** Where the stacks of one launch end in a tree that several launches share. */
export class LaunchLeaves {
  /** As FlameTree.add gives them. */
  private readonly ends: number[] = []
  private readonly names: number[] = []
  private readonly counts: number[] = []
  samples = 0

  push(end: number, name: number, count: number): void {
    this.ends.push(end)
    this.names.push(name)
    this.counts.push(count)
    this.samples += count
  }

  /** Samples per node with everything below it, per node alone, and by function alone. */
  spread({ parent, size }: FlameTree): { total: Float64Array; self: Float64Array; byName: Map<number, number> } {
    const [total, self] = [new Float64Array(size), new Float64Array(size)]
    const byName = new Map<number, number>()
    for (let place = 0; place < this.ends.length; place += 1) {
      const [end, name, count] = [this.ends[place] as number, this.names[place] as number, this.counts[place] as number]
      const node = end < 0 ? -1 - end : end
      total[node] = (total[node] as number) + count
      if (end >= 0) self[node] = (self[node] as number) + count
      byName.set(name, (byName.get(name) ?? 0) + count)
    }
    for (let node = size - 1; node > 0; node -= 1) {
      const above = parent[node] as number
      total[above] = (total[above] as number) + (total[node] as number)
    }
    return { total, self, byName }
  }
}

/** Shares of the frames of a pruned tree by launch. */
export class LaunchShares {
  readonly rows: Shares[]
  /** The frame's own share, without what it calls. */
  readonly selves: Shares[]
  readonly functions: ReadonlyMap<number, Shares>
  readonly samples: number[]

  /** The first `before` launches are the arm before. */
  constructor(
    tree: FlameTree,
    readonly pruned: Pruned,
    readonly before: number,
    launches: readonly LaunchLeaves[],
  ) {
    const empty = (): Shares => new Float64Array(launches.length)
    this.samples = launches.map(({ samples }) => samples)
    this.rows = pruned.rows.map(empty)
    this.selves = pruned.rows.map(empty)
    this.functions = new Map(listedNames(tree).map((name) => [name, empty()]))
    for (const [launch, leaves] of launches.entries()) {
      const { total, self, byName } = leaves.spread(tree)
      const share = (count: number | undefined): number => (leaves.samples > 0 ? (count ?? 0) / leaves.samples : 0)
      for (const [place, { node, hidden }] of pruned.rows.entries()) {
        if (hidden > 0) continue
        const [row, own] = [this.rows[place] as Shares, this.selves[place] as Shares]
        row[launch] = share(total[node])
        own[launch] = share(self[node])
      }
      for (const [name, shares] of this.functions) shares[launch] = share(byName.get(name))
    }
  }
}

/** Functions with most samples of their own in either arm. */
const listedNames = (tree: FlameTree): number[] => {
  const best = new Map<number, number>()
  for (const [profile, functions] of tree.functions.entries()) {
    const all = tree.total[profile]?.[0] ?? 0
    for (const [name, { self }] of functions) if (all > 0) best.set(name, Math.max(best.get(name) ?? 0, self / all))
  }
  return [...best]
    .filter(([, share]) => share > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, listedFunctions)
    .map(([name]) => name)
}

const meanOf = (shares: Shares, from: number, to: number): number => {
  let sum = 0
  for (let launch = from; launch < to; launch += 1) sum += shares[launch] as number
  return to > from ? sum / (to - from) : 0
}

const changeOf = (shares: Shares, split: number, family: Family | null, place: number): FlameChange => {
  const [before, after] = [meanOf(shares, 0, split), meanOf(shares, split, shares.length)]
  if (!family) return { before, after, low: null, high: null, verdict: 'unknown' }
  const difference = family.differences[place] as number
  const half = family.halfWidths[place] as number
  const [low, high] = [difference - half, difference + half]
  return { before, after, low, high, verdict: low > rounding ? 'more' : high < -rounding ? 'less' : 'noise' }
}

export interface DiffInput {
  tree: FlameTree
  names: FrameNames
  shares: LaunchShares
  before: FlameDiff['before']
  after: FlameDiff['after']
  /** Why no difference may be told, whatever the figures say; null: nothing forbids it. */
  blocked: string | null
  /** Said when the launches are too few. */
  tooFew: string
}

const nodesOf = (shares: LaunchShares, family: Family | null, idOf: (node: number) => number): FlameDiffNode[] => {
  const { rows } = shares.pruned
  const meansOf = (all: readonly Shares[]): (readonly [number, number])[] =>
    all.map((row) => [meanOf(row, 0, shares.before), meanOf(row, shares.before, row.length)])
  const [means, selves] = [meansOf(shares.rows), meansOf(shares.selves)]
  return rows.map(({ node, depth, hidden }, place): FlameDiffNode => {
    const common = { name: node === 0 || hidden > 0 ? -1 : idOf(node), depth, hidden }
    if (hidden === 0) return { ...common, ...changeOf(shares.rows[place] as Shares, shares.before, family, place) }
    const rest = (profile: 0 | 1): number =>
      restOf(
        rows,
        place,
        (row) => means[row]?.[profile] ?? 0,
        (row) => selves[row]?.[profile] ?? 0,
      )
    return { ...common, before: rest(0), after: rest(1), low: null, high: null, verdict: 'unknown' }
  })
}

/** Two arms frame by frame: every launch counts the same, whatever its number of samples. */
export const flameDiffOf = ({ tree, names, shares, before, after, blocked, tooFew }: DiffInput): FlameDiff => {
  const samples: Samples = { before: shares.before, samples: shares.samples }
  const functionShares = [...shares.functions]
  // One family: a frame and its function must not be judged by two measures.
  const all = [...shares.rows, ...functionShares.map(([, own]) => own)]
  const family = blocked === null ? familyOf(all, samples) : null
  const compact = compactNames(names.list)
  const nodes = nodesOf(shares, family, (node) => compact.idOf(tree.name[node] as number))
  const functions = functionShares.map(([name, own], place) => ({
    name: compact.idOf(name),
    ...changeOf(own, shares.before, family, shares.rows.length + place),
  }))
  return {
    before,
    after,
    nodes,
    functions: functions.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
    names: compact.list,
    cut: { ...shares.pruned.cut, isCapped: shares.pruned.cut.isCapped || names.isCapped },
    permutations: family?.arrangements ?? null,
    reason: blocked ?? (family ? null : tooFew),
  }
}
