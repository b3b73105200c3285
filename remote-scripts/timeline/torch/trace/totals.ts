import { Interned } from './interned'

/** A number per name: time in nanoseconds, launches, bytes. */
export class Totals {
  readonly names = new Interned()
  #time = new Float64Array(256)
  #count = new Float64Array(256)
  #bytes = new Float64Array(256)
  readonly #doubted = new Set<number>()

  /** Number of the name; counts one launch of it. */
  add(text: Uint8Array, from: number, to: number, time: number, size: number): number {
    const name = this.names.numberOf(text, from, to)
    if (name >= this.#time.length) this.#grow()
    this.#count[name] = (this.#count[name] ?? 0) + 1
    if (time >= 0) this.#time[name] = (this.#time[name] ?? 0) + time
    else this.#doubted.add(name)
    this.#bytes[name] = (this.#bytes[name] ?? 0) + size
    return name
  }

  /** Names in the order of their time; `time` is null when one of its events does not say how long it took. */
  list(): { name: string; time: number | null; count: number; bytes: number }[] {
    return this.names.names
      .map((name, index) => ({
        name,
        time: this.#doubted.has(index) ? null : (this.#time[index] ?? 0),
        count: this.#count[index] ?? 0,
        bytes: this.#bytes[index] ?? NaN,
      }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => (b.time ?? 0) - (a.time ?? 0))
  }

  #grow(): void {
    const larger = (given: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(2 * given.length)
      grown.set(given)
      return grown
    }
    this.#time = larger(this.#time)
    this.#count = larger(this.#count)
    this.#bytes = larger(this.#bytes)
  }
}
