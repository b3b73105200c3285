import { add, warn, type Reading } from '../../_kit/reading'

/** Names of one table that become rows of their own, by time; the rest is summed up in a warning. */
const maxNames = 1000
/** Names that are held while they are added up. */
const maxHeld = 200_000

/** In nanoseconds. */
export interface Sum {
  count: number
  total: number
  min: number
  max: number
}

/** Instances by name: how many, and their total, shortest and longest time. */
export class NamedSums {
  readonly #sums = new Map<string, Sum>()
  /** Instances under names that were not held any more. */
  lost = 0

  add(name: string, { count, total, min, max }: Sum): void {
    const known = this.#sums.get(name)
    if (known) {
      known.count += count
      known.total += total
      known.min = Math.min(known.min, min)
      known.max = Math.max(known.max, max)
    } else if (this.#sums.size < maxHeld) this.#sums.set(name, { count, total, min, max })
    else this.lost += count
  }

  addOne(name: string, ns: number): void {
    this.add(name, { count: 1, total: ns, min: ns, max: ns })
  }

  get size(): number {
    return this.#sums.size
  }

  /** Adds the figures of each name, longest total first, as `timeline.<prefix>_total_time` and so on. */
  measure(reading: Reading, prefix: string, dimensionsOf: (name: string) => Record<string, string>): void {
    const ordered = [...this.#sums].sort(([, a], [, b]) => b.total - a.total)
    for (const [name, { count, total, min, max }] of ordered.slice(0, maxNames)) {
      const dimensions = dimensionsOf(name)
      add(reading, `timeline.${prefix}_total_time`, 'us', total / 1000, dimensions)
      add(reading, `timeline.${prefix}_count`, '1', count, dimensions)
      add(reading, `timeline.${prefix}_min_time`, 'us', min / 1000, dimensions)
      add(reading, `timeline.${prefix}_max_time`, 'us', max / 1000, dimensions)
    }
    const rest = ordered.slice(maxNames).reduce((count, [, sum]) => count + sum.count, this.lost)
    if (rest > 0)
      warn(reading, 'names_limited', `Only the ${maxNames} longest of the ${prefix} names are listed; ${rest} instances have other names.`)
  }
}
