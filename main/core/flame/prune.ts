import type { FlameCut, FrameName } from '../../../preload/contract'
import type { FlameTree } from './tree'

/** Frames with a smaller share of their profile are no wider than half a pixel of a window. */
export const cutShare = 0.0005
/** So many can be drawn and sent at once. */
export const mostShown = 4000

/** One row of the graph: a node of the tree, or what of a node's children was cut off (`hidden` of them and of what is below). */
export interface Row {
  /** In the tree: the node itself; of a rest, the node that it hangs under. */
  node: number
  depth: number
  hidden: number
}

export interface Pruned {
  /** In preorder, children by name, the rest last. */
  rows: Row[]
  cut: FlameCut
}

/** The largest share that the node has in any of the profiles. */
const weightOf = (tree: FlameTree, node: number): number => {
  let weight = 0
  for (const totals of tree.total) {
    const all = totals[0] ?? 0
    if (all > 0) weight = Math.max(weight, (totals[node] ?? 0) / all)
  }
  return weight
}

/** The least share that is shown, so that no more than `most` frames are; a parent weighs at least what its child does, so none is shown without its parents. */
const thresholdOf = (weights: Float64Array, least: number, most: number): number => {
  const candidates = weights.filter((weight) => weight >= least)
  if (candidates.length <= most) return least
  candidates.sort()
  const limit = candidates[candidates.length - most] as number
  // Equal weights at the limit would be too many: all of them go.
  return candidates[candidates.length - most - 1] === limit ? limit + Number.EPSILON : limit
}

/** What is wide enough to be seen of a tree; everything else of a node is put together as its rest. */
export const prune = (tree: FlameTree, names: readonly FrameName[], least = cutShare, most = mostShown): Pruned => {
  const { size } = tree
  const weights = Float64Array.from({ length: size }, (_, node) => (node === 0 ? 1 : weightOf(tree, node)))
  const threshold = thresholdOf(weights, least, most)
  const shown = (node: number): boolean => node === 0 || (weights[node] as number) >= threshold
  const below = new Uint32Array(size).fill(1)
  const children = new Map<number, number[]>()
  for (let node = size - 1; node > 0; node -= 1) {
    const parent = tree.parent[node] as number
    below[parent] = (below[parent] as number) + (below[node] as number)
    if (!shown(node)) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(node)
    else children.set(parent, [node])
  }
  const nameOf = (node: number): string => names[tree.name[node] as number]?.name ?? ''
  for (const siblings of children.values()) siblings.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a - b))
  const rows = preorder(tree, children, below)
  const kept = rows.filter(({ hidden }) => hidden === 0).length
  return { rows, cut: { share: threshold, shown: kept - 1, hidden: size - kept, isCapped: tree.isCapped } }
}

/** What of the node is neither its own nor its shown children's, in some profile. */
const hasRest = (tree: FlameTree, node: number, children: readonly number[]): boolean =>
  tree.total.some((totals, profile) => {
    const own = (tree.self[profile]?.[node] ?? 0) + children.reduce((sum, child) => sum + (totals[child] ?? 0), 0)
    return (totals[node] ?? 0) - own > 1e-9
  })

const preorder = (tree: FlameTree, children: ReadonlyMap<number, number[]>, below: Uint32Array): Row[] => {
  const rows: Row[] = []
  const waiting: Row[] = [{ node: 0, depth: 0, hidden: 0 }]
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row)
    if (row.hidden > 0) continue
    const { node, depth } = row
    const own = children.get(node) ?? []
    const shownBelow = own.reduce((sum, child) => sum + (below[child] as number), 0)
    if (hasRest(tree, node, own)) waiting.push({ node, depth: depth + 1, hidden: Math.max(1, (below[node] as number) - 1 - shownBelow) })
    for (let place = own.length - 1; place >= 0; place -= 1) waiting.push({ node: own[place] as number, depth: depth + 1, hidden: 0 })
  }
  return rows
}

/** Names that rows use, numbered anew, so that only these are sent. */
export const compactNames = (names: readonly FrameName[]): { list: FrameName[]; idOf(name: number): number } => {
  const list: FrameName[] = []
  const ids = new Map<number, number>()
  return {
    list,
    idOf(name) {
      const known = ids.get(name)
      if (known !== undefined) return known
      ids.set(name, list.length)
      list.push(names[name] ?? { name: '', kind: 'native' })
      return list.length - 1
    },
  }
}

/** The value of a rest: what of its node is neither the node's own nor its shown children's. `values` is by row. */
export const restOf = (rows: readonly Row[], place: number, total: (row: number) => number, self: (row: number) => number): number => {
  const { depth } = rows[place] as Row
  let parent = place - 1
  let children = 0
  for (; parent >= 0; parent -= 1) {
    const row = rows[parent] as Row
    if (row.depth === depth) children += total(parent)
    else if (row.depth === depth - 1) break
  }
  return parent < 0 ? 0 : Math.max(0, total(parent) - self(parent) - children)
}
