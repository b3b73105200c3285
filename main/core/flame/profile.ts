import type { FlameNode, FlameProfile } from '../../../preload/contract'
import { compactNames, prune, restOf } from './prune'
import type { FrameNames, FlameTree } from './tree'

/** Functions in the table, by their own samples and by all. */
export const listedFunctions = 200

/** One launch's tree as it is shown. */
export const flameProfileOf = (tree: FlameTree, names: FrameNames, isDifferential: boolean): FlameProfile => {
  const [totals, selves, functions] = [tree.total[0] as number[], tree.self[0] as number[], tree.functions[0] ?? new Map()]
  const { rows, cut } = prune(tree, names.list)
  const compact = compactNames(names.list)
  const total = (place: number): number => totals[rows[place]?.node ?? 0] ?? 0
  const self = (place: number): number => selves[rows[place]?.node ?? 0] ?? 0
  const nodes = rows.map(({ node, depth, hidden }, place): FlameNode => {
    const name = node === 0 || hidden > 0 ? -1 : compact.idOf(tree.name[node] as number)
    if (hidden === 0) return { name, depth, hidden, self: self(place), total: total(place) }
    const rest = restOf(rows, place, total, self)
    return { name, depth, hidden, self: rest, total: rest }
  })
  const tallies = [...functions].map(([name, tally]) => ({ name, self: tally.self, total: tally.total }))
  const bySelf = [...tallies].sort((a, b) => b.self - a.self || b.total - a.total).slice(0, listedFunctions)
  const byTotal = tallies.sort((a, b) => b.total - a.total || b.self - a.self).slice(0, listedFunctions)
  return {
    samples: totals[0] ?? 0,
    stacks: tree.stacks,
    nodes,
    functions: [...new Set([...bySelf, ...byTotal])].map((one) => ({ ...one, name: compact.idOf(one.name) })),
    names: compact.list,
    cut: { ...cut, isCapped: cut.isCapped || names.isCapped },
    isDifferential,
  }
}
