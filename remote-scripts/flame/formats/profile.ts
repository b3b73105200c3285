/** Functions counted by name; what a hostile file has beyond is counted together. */
const maxFunctions = 500_000

interface Tally {
  self: number
  total: number
  /** The stack that counted it last: a function that calls itself counts once a stack. */
  seenAt: number
}

/** Samples by function of one profile, in memory that depends on the number of functions only. */
export class Profile {
  private readonly functions = new Map<string, Tally>()
  samples = 0
  /** Samples of functions beyond the limit. */
  uncounted = 0
  private stacks = 0

  add(functions: readonly string[], count: number): void {
    this.samples += count
    this.stacks += 1
    for (const [index, name] of functions.entries()) {
      const tally = this.tally(name)
      const isLeaf = index === functions.length - 1
      if (!tally) {
        if (isLeaf) this.uncounted += count
        continue
      }
      if (tally.seenAt !== this.stacks) tally.total += count
      tally.seenAt = this.stacks
      if (isLeaf) tally.self += count
    }
  }

  private tally(name: string): Tally | null {
    const known = this.functions.get(name)
    if (known) return known
    if (this.functions.size >= maxFunctions) return null
    const tally = { self: 0, total: 0, seenAt: 0 }
    this.functions.set(name, tally)
    return tally
  }

  get size(): number {
    return this.functions.size
  }

  /** The functions with most samples of their own and with most samples in all, most first; each once. */
  top(count: number): { name: string; self: number; total: number }[] {
    const all = [...this.functions].map(([name, { self, total }]) => ({ name, self, total }))
    const bySelf = [...all].sort((a, b) => b.self - a.self || b.total - a.total).slice(0, count)
    const byTotal = all.sort((a, b) => b.total - a.total || b.self - a.self).slice(0, count)
    return [...new Set([...bySelf, ...byTotal])]
  }
}
