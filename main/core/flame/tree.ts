import type { FrameKind, FrameName } from '../../../preload/contract'

/** Distinct functions and places in the tree that are told apart; a hostile profile may have any number. */
export const maxNames = 2 ** 18
export const maxNodes = 2 ** 20
/** Frames below are laid to the deepest one above. */
export const maxDepth = 1024

interface Tally {
  self: number
  total: number
  /** The stack that counted it last: a function that calls itself counts once a stack. */
  seenAt: number
}

/** Functions by number; beyond the limit all are one. */
export class FrameNames {
  readonly list: FrameName[] = []
  private readonly ids = new Map<string, number>()
  isCapped = false

  idOf(name: string, kind: FrameKind): number {
    const key = `${kind} ${name}`
    const known = this.ids.get(key)
    if (known !== undefined) return known
    if (this.list.length >= maxNames) {
      this.isCapped = true
      return maxNames - 1
    }
    this.ids.set(key, this.list.length)
    this.list.push({ name, kind })
    return this.list.length - 1
  }
}

/**
 * The stacks of one or two profiles as one tree. Node 0 is the root; a node comes after its parent. Samples of what the limits cut off stay
 * in the `total` of the deepest node that is kept.
 */
export class FlameTree {
  readonly parent: number[] = [-1]
  readonly name: number[] = [-1]
  /** Per profile and node. */
  readonly total: number[][]
  readonly self: number[][]
  /** Per profile, by function. */
  readonly functions: Map<number, Tally>[]
  isCapped = false
  stacks = 0
  private readonly children = new Map<number, number>()

  constructor(profiles: 1 | 2) {
    this.total = Array.from({ length: profiles }, () => [0])
    this.self = Array.from({ length: profiles }, () => [0])
    this.functions = Array.from({ length: profiles }, () => new Map<number, Tally>())
  }

  get size(): number {
    return this.parent.length
  }

  /** The node below `parent` with this function; undefined when there is none. */
  childOf(parent: number, name: number): number | undefined {
    return this.children.get(parent * maxNames + name)
  }

  /** A stack, root first, as numbers of functions. Gives the node where it ends, -1 - node where the limits cut it off below that node. */
  add(frames: readonly number[], count: number, profile = 0): number {
    this.stacks += 1
    const totals = this.total[profile] as number[]
    const selves = this.self[profile] as number[]
    let node = 0
    totals[0] = (totals[0] ?? 0) + count
    this.countFunctions(frames, count, profile)
    const isDeep = frames.length > maxDepth
    if (isDeep) this.isCapped = true
    for (let depth = 0; depth < Math.min(frames.length, maxDepth); depth += 1) {
      const next = this.childOf(node, frames[depth] as number) ?? this.grow(node, frames[depth] as number)
      if (next === null) return -1 - node
      node = next
      totals[node] = (totals[node] ?? 0) + count
    }
    if (isDeep) return -1 - node
    selves[node] = (selves[node] ?? 0) + count
    return node
  }

  private grow(parent: number, name: number): number | null {
    if (this.size >= maxNodes) {
      this.isCapped = true
      return null
    }
    const node = this.size
    this.parent.push(parent)
    this.name.push(name)
    for (const list of [...this.total, ...this.self]) list.push(0)
    this.children.set(parent * maxNames + name, node)
    return node
  }

  private countFunctions(frames: readonly number[], count: number, profile: number): void {
    const functions = this.functions[profile] as Map<number, Tally>
    for (let place = 0; place < frames.length; place += 1) {
      const name = frames[place] as number
      let tally = functions.get(name)
      if (!tally) functions.set(name, (tally = { self: 0, total: 0, seenAt: 0 }))
      if (tally.seenAt !== this.stacks) tally.total += count
      tally.seenAt = this.stacks
      if (place === frames.length - 1) tally.self += count
    }
  }
}
