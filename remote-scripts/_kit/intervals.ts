/**
 * Lengths of unions of time intervals: what runs at the same time counts once. Any unit; intervals are half-open, and one
 * that ends before it begins, or whose ends are not finite numbers, is refused.
 */

const firstCapacity = 1024

/** How many more intervals several sets may make room for together, at 16 bytes each. */
export interface IntervalBudget {
  left: number
}

const isInterval = (start: number, end: number): boolean => Number.isFinite(start) && Number.isFinite(end) && end >= start

/** Disjoint intervals, ascending: the n-th from `starts[n]` to `ends[n]`. */
export interface Union {
  starts: Float64Array
  ends: Float64Array
}

/** Intervals in any order; 16 bytes for each that does not touch the one before. */
export class IntervalSet {
  /** Length of the gaps that were counted as covered because the budget was spent: `length` is too long by at most this. */
  filled = 0
  #starts = new Float64Array(firstCapacity)
  #ends = new Float64Array(firstCapacity)
  #count = 0
  #isMerged = true

  constructor(private readonly budget: IntervalBudget = { left: Infinity }) {}

  /** False when it is no interval; then it is not kept. */
  add(start: number, end: number): boolean {
    if (!isInterval(start, end)) return false
    if (this.#extendsLast(start, end)) return true
    this.#makeRoom()
    if (this.#count > 0 && start < (this.#starts[this.#count - 1] ?? 0)) this.#isMerged = false
    this.#starts[this.#count] = start
    this.#ends[this.#count] = end
    this.#count += 1
    return true
  }

  /** Valid until the next `add`. */
  union(): Union {
    if (!this.#isMerged) this.#merge()
    return { starts: this.#starts.subarray(0, this.#count), ends: this.#ends.subarray(0, this.#count) }
  }

  /** Length of the union. */
  length(): number {
    const { starts, ends } = this.union()
    let sum = 0
    for (let at = 0; at < starts.length; at += 1) sum += (ends[at] ?? 0) - (starts[at] ?? 0)
    return sum
  }

  /** From the earliest start to the latest end; null without intervals. */
  span(): { start: number; end: number } | null {
    const { starts, ends } = this.union()
    return starts.length === 0 ? null : { start: starts[0] ?? 0, end: ends.at(-1) ?? 0 }
  }

  /** Kernels of one stream come in order: most touch or follow the one before. */
  #extendsLast(start: number, end: number): boolean {
    const last = this.#count - 1
    if (last < 0) return false
    const lastEnd = this.#ends[last] ?? 0
    if (start < (this.#starts[last] ?? 0) || start > lastEnd) return false
    this.#ends[last] = Math.max(end, lastEnd)
    return true
  }

  #makeRoom(): void {
    const room = this.#starts.length
    if (this.#count < room) return
    if (!this.#isMerged) this.#merge()
    if (2 * this.#count <= room) return
    if (room > this.budget.left) {
      this.#coarsen()
      return
    }
    this.budget.left -= room
    this.#starts = grown(this.#starts)
    this.#ends = grown(this.#ends)
  }

  /** Starts and ends in order each for itself: a piece of the union ends where as many have ended as have begun. */
  #merge(): void {
    const total = this.#count
    const starts = this.#starts.subarray(0, total).sort()
    const ends = this.#ends.subarray(0, total).sort()
    let kept = 0
    let begun = 0
    for (let ended = 0; ended < total; ended += 1) {
      const end = ends[ended] ?? 0
      if (begun === ended) starts[kept] = starts[begun] ?? 0
      while (begun < total && (starts[begun] ?? 0) <= end) begun += 1
      if (begun > ended + 1) continue
      ends[kept] = end
      kept += 1
    }
    this.#count = kept
    this.#isMerged = true
  }

  /** Fills the smaller half of the gaps, so that half of the room is free again. */
  #coarsen(): void {
    const { starts, ends } = this.union()
    const gaps = new Float64Array(Math.max(0, this.#count - 1)).map((_, index) => (starts[index + 1] ?? 0) - (ends[index] ?? 0)).sort()
    const limit = gaps[gaps.length >> 1] ?? 0
    let kept = 0
    let lastEnd = -Infinity
    for (let index = 0; index < starts.length; index += 1) {
      const gap = (starts[index] ?? 0) - lastEnd
      lastEnd = ends[index] ?? 0
      if (gap <= limit) this.filled += gap
      else {
        starts[kept] = starts[index] ?? 0
        kept += 1
      }
      ends[kept - 1] = lastEnd
    }
    this.#count = kept
  }
}

const grown = (given: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(2 * given.length)
  larger.set(given)
  return larger
}

/** Length of the time that lies in both unions. */
export const intersectionLength = (a: IntervalSet, b: IntervalSet): number => {
  const first = a.union()
  const second = b.union()
  let sum = 0
  for (let i = 0, j = 0; i < first.starts.length && j < second.starts.length;) {
    const endOfFirst = first.ends[i] ?? 0
    const endOfSecond = second.ends[j] ?? 0
    sum += Math.max(0, Math.min(endOfFirst, endOfSecond) - Math.max(first.starts[i] ?? 0, second.starts[j] ?? 0))
    if (endOfFirst < endOfSecond) i += 1
    else j += 1
  }
  return sum
}

/** Length of the time that lies in at least one of the unions. */
export const unionLength = (sets: readonly IntervalSet[]): number => {
  const unions = sets.map((set) => ({ ...set.union(), at: 0 }))
  let sum = 0
  let covered = -Infinity
  for (;;) {
    let first: (typeof unions)[number] | null = null
    for (const union of unions) {
      if (union.at >= union.starts.length) continue
      if (!first || (union.starts[union.at] ?? 0) < (first.starts[first.at] ?? 0)) first = union
    }
    if (!first) return sum
    const end = first.ends[first.at] ?? 0
    sum += Math.max(0, end - Math.max(first.starts[first.at] ?? 0, covered))
    covered = Math.max(covered, end)
    first.at += 1
  }
}

/**
 * The same for two kinds of intervals that come in order of their starts (out of an `ORDER BY`): nothing is kept but where
 * each union ends so far, so memory does not grow. What is out of order is refused.
 */
export class OrderedOverlap {
  /** Lengths of the unions of the first kind, of the second, and of what lies in both. */
  first = 0
  second = 0
  both = 0
  #now = -Infinity
  #endOfFirst = -Infinity
  #endOfSecond = -Infinity
  #start = Infinity

  /** False when it is no interval, or starts before the one given last. */
  add(isFirst: boolean, start: number, end: number): boolean {
    if (!isInterval(start, end) || start < this.#now) return false
    this.#now = start
    this.#start = Math.min(this.#start, start)
    const own = isFirst ? this.#endOfFirst : this.#endOfSecond
    const other = isFirst ? this.#endOfSecond : this.#endOfFirst
    // What is new of this kind; the other kind's union beyond `start` is one piece, because all of it began earlier.
    const fresh = Math.max(start, own)
    const length = Math.max(0, end - fresh)
    this.both += Math.max(0, Math.min(end, other) - fresh)
    if (isFirst) {
      this.first += length
      this.#endOfFirst = Math.max(own, end)
    } else {
      this.second += length
      this.#endOfSecond = Math.max(own, end)
    }
    return true
  }

  /** Length of the union of both kinds. */
  get either(): number {
    return this.first + this.second - this.both
  }

  /** From the earliest start to the latest end; 0 without intervals. */
  get span(): number {
    return this.#start === Infinity ? 0 : Math.max(this.#endOfFirst, this.#endOfSecond) - this.#start
  }
}
