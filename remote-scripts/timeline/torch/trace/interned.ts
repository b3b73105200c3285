import { stringOf } from './bytes'

/** Names beyond either bound share one number: a trace that invents names must not fill the memory. */
const maxNames = 20_000
const maxNameBytes = 16 * 2 ** 20

const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = to - from
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
  return hash ^ (hash >>> 15)
}

/** Gives each distinct string of bytes a small number, in the order of first sight, without making a string of it twice. */
export class Interned {
  readonly names: string[] = []
  /** Strings that came too late for a number of their own were given this one. */
  overflow: number | null = null
  readonly #known: Uint8Array[] = []
  #slots = new Int32Array(1024).fill(-1)
  /** By length, middle and last bytes: mostly the right one, and then nothing need be hashed. */
  readonly #guesses = new Int32Array(4096).fill(-1)
  #hashes: number[] = []
  #kept = 0

  numberOf(bytes: Uint8Array, from: number, to: number): number {
    const middle = bytes[(from + to) >> 1] as number
    const slot = (Math.imul(to - from, 31) + Math.imul(middle, 7) + (bytes[to - 1] as number)) & 4095
    const guess = this.#guesses[slot] as number
    if (guess >= 0 && this.#equals(guess, bytes, from, to)) return guess
    const found = this.#find(bytes, from, to)
    this.#guesses[slot] = found
    return found
  }

  #find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashOf(bytes, from, to)
    let slot = hash & (this.#slots.length - 1)
    for (;;) {
      const found = this.#slots[slot] as number
      if (found < 0) break
      if (this.#hashes[found] === hash && this.#equals(found, bytes, from, to)) return found
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    if (this.names.length >= maxNames || this.#kept + to - from > maxNameBytes) return this.#overflowing()
    this.#slots[slot] = this.names.length
    this.#kept += to - from
    this.#known.push(bytes.slice(from, to))
    this.#hashes.push(hash)
    this.names.push(stringOf(bytes, from, to))
    if (this.names.length * 2 > this.#slots.length) this.#grow()
    return this.names.length - 1
  }

  #overflowing(): number {
    if (this.overflow === null) {
      this.overflow = this.names.length
      this.names.push('(other names)')
      this.#known.push(new Uint8Array(0))
      this.#hashes.push(NaN)
    }
    return this.overflow
  }

  #equals(index: number, bytes: Uint8Array, from: number, to: number): boolean {
    const known = this.#known[index]
    if (known === undefined || known.length !== to - from) return false
    for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[from + at]) return false
    return true
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1)
    this.#hashes.forEach((hash, index) => {
      let slot = hash & (slots.length - 1)
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = index
    })
    this.#slots = slots
  }
}
