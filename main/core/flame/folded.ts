import type { FrameNames, FlameTree } from './tree'

/** The tree as folded stacks again, frames as functions: one line a stack with the samples of each profile behind it, `main;work 5 7`. */
export const foldedLines = (tree: FlameTree, names: FrameNames): string[] => {
  const nameOf = (node: number): string => {
    const frame = names.list[tree.name[node] as number]
    return frame ? `${frame.name.replaceAll(';', ':')}${frame.kind === 'kernel' ? '_[k]' : ''}` : ''
  }
  const below = tree.total.map(() => new Float64Array(tree.size))
  for (let node = tree.size - 1; node > 0; node -= 1)
    for (const [profile, totals] of tree.total.entries()) {
      const sums = below[profile] as Float64Array
      const parent = tree.parent[node] as number
      sums[parent] = (sums[parent] as number) + (totals[node] ?? 0)
    }
  const pathOf = (node: number): string => {
    const frames: string[] = []
    for (let at = node; at > 0; at = tree.parent[at] as number) frames.push(nameOf(at))
    return frames.reverse().join(';')
  }
  const lines: string[] = []
  for (let node = 1; node < tree.size; node += 1) {
    // What the limits cut off is in the total of the deepest frame that is kept, and belongs to its line.
    const own = tree.total.map((totals, profile) => (totals[node] ?? 0) - (below[profile]?.[node] ?? 0))
    if (own.some((count) => count > 0)) lines.push(`${pathOf(node)} ${own.join(' ')}`)
  }
  return lines.sort()
}
