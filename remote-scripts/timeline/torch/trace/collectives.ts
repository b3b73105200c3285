/** One communication kernel, in nanoseconds beyond the trace's base. */
export interface Collective {
  start: number
  duration: number
  /** Number of its name. */
  name: number
  group: string | null
  sequence: string | null
  collective: string | null
}

/** What is looked at when the earliest are chosen; kernels are not in order of time. */
const maxHeld = 16_384

/** The communication kernels of a trace, as many as are worth comparing between ranks. */
export class Collectives {
  total = 0
  readonly #held: Collective[] = []

  add(one: Collective): void {
    this.total += 1
    if (this.#held.length < maxHeld) this.#held.push(one)
  }

  /** The earliest, in order of their starts. */
  earliest(limit: number): Collective[] {
    return this.#held.toSorted((a, b) => a.start - b.start).slice(0, limit)
  }
}
