/** Times of a file of any size: count, mean, extremes, and percentiles by nearest rank. */
export interface DistributionLimits {
  /** Different values kept before percentiles become approximate. */
  distinct: number
}

/** Relative width of a bin once there are too many different values to keep them all. */
const binWidth = 0.001
const logOfBin = Math.log1p(binWidth)
const keyOf = (value: number): number => (value <= 0 ? -Infinity : Math.round(Math.log(value) / logOfBin))
const valueOf = (key: number): number => (key === -Infinity ? 0 : Math.exp(key * logOfBin))

/**
 * Counts, sums and extremes are exact. Percentiles are exact, too, while the file has at most `distinct` different values
 * (whole milliseconds never have more); beyond it they are off by 0.05 % at most, and `exact` says so.
 */
export class Distribution {
  count = 0
  sum = 0
  min = Infinity
  max = -Infinity
  private fresh = new Float64Array(64)
  private freshCount = 0
  private values = new Float64Array(0)
  private counts = new Float64Array(0)
  private bins: Map<number, number> | null = null

  constructor(private readonly limits: DistributionLimits = { distinct: 2 ** 19 }) {}

  get exact(): boolean {
    return this.bins === null
  }

  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count
  }

  add(value: number): void {
    this.count += 1
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.bins) return this.addToBins(value, 1)
    this.fresh[this.freshCount] = value
    this.freshCount += 1
    if (this.freshCount === this.fresh.length) this.makeRoom()
  }

  /** The value that a share of all does not exceed: one that was measured, never one in between. */
  quantile(share: number): number | null {
    if (this.count === 0) return null
    const rank = Math.max(1, Math.ceil(share * this.count))
    if (this.bins) return this.quantileOfBins(rank)
    this.compact()
    let seen = 0
    for (let index = 0; index < this.values.length; index += 1) {
      seen += this.counts[index] ?? 0
      if (seen >= rank) return this.values[index] ?? null
    }
    return this.max
  }

  private quantileOfBins(rank: number): number {
    let seen = 0
    for (const [key, count] of [...(this.bins ?? [])].sort(([a], [b]) => a - b)) {
      seen += count
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, valueOf(key)))
    }
    return this.max
  }

  private makeRoom(): void {
    if (this.fresh.length < this.limits.distinct) {
      const larger = new Float64Array(Math.min(this.limits.distinct, this.fresh.length * 2))
      larger.set(this.fresh)
      this.fresh = larger
      return
    }
    this.compact()
    if (this.values.length <= this.limits.distinct) return
    this.bins = new Map()
    this.values.forEach((value, index) => this.addToBins(value, this.counts[index] ?? 0))
    this.values = this.counts = this.fresh = new Float64Array(0)
  }

  private addToBins(value: number, count: number): void {
    const key = keyOf(value)
    this.bins?.set(key, (this.bins.get(key) ?? 0) + count)
  }

  /** What came in since the last time goes, sorted, into the pairs of value and count. */
  private compact(): void {
    if (this.freshCount === 0) return
    const sorted = this.fresh.subarray(0, this.freshCount).sort()
    const values = new Float64Array(this.values.length + sorted.length)
    const counts = new Float64Array(values.length)
    let length = 0
    const put = (value: number, count: number): void => {
      if (length > 0 && values[length - 1] === value) counts[length - 1] = (counts[length - 1] ?? 0) + count
      else {
        values[length] = value
        counts[length] = count
        length += 1
      }
    }
    let old = 0
    for (const value of sorted) {
      for (; old < this.values.length && (this.values[old] ?? 0) <= value; old += 1) put(this.values[old] ?? 0, this.counts[old] ?? 0)
      put(value, 1)
    }
    for (; old < this.values.length; old += 1) put(this.values[old] ?? 0, this.counts[old] ?? 0)
    this.values = values.slice(0, length)
    this.counts = counts.slice(0, length)
    this.freshCount = 0
  }
}
