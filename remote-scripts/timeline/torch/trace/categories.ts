import { stringOf } from './bytes'

/** What an event of a category is to us; categories changed their names over the years (`Kernel`, `Memcpy`: up to 1.11). */
export type Kind = 'kernel' | 'copy' | 'host' | 'gpu_mark' | 'other'

const kinds: [RegExp, Kind][] = [
  [/^kernel$/i, 'kernel'],
  [/^(?:gpu_)?mem(?:cpy|set)$/i, 'copy'],
  [/^gpu_user_annotation$/i, 'gpu_mark'],
  [/^(?:user_annotation|cpu_op|operator)$/i, 'host'],
]

/** Categories that only the PyTorch profiler (Kineto) writes. */
export const torchCategory =
  /^(?:cpu_op|cuda_runtime|cuda_driver|cuda_sync|python_function|user_annotation|gpu_user_annotation|cpu_instant_event|ac2g|fwdbwd|gpu_memcpy|gpu_memset|(?:xpu|hip|mtia|hpu|privateuse1)_\w{1,20}|overhead|Operator|Kernel|Memcpy|Memset|Runtime|Trace|cpu_to_cuda)$/

export interface Category {
  name: string
  kind: Kind
  /** Events, of whatever phase. */
  events: number
  /** Events of it that could not be read whole: what is added up over it would be too little. */
  doubted: boolean
}

/** A trace has some ten categories; one that makes up names must not fill the memory. */
const maxCategories = 500

const kindOf = (name: string): Kind => kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'other'

/** The categories of a trace, found by their bytes. */
export class Categories {
  readonly all: Category[] = []
  readonly #bytes: Uint8Array[] = []
  /** By the first byte and the length: mostly the right one. */
  readonly #guess: (number | undefined)[] = []

  find(bytes: Uint8Array, from: number, to: number): Category {
    const slot = ((bytes[from] as number) << 6) + ((to - from) & 63)
    const guess = this.#guess[slot]
    if (guess !== undefined && this.#is(guess, bytes, from, to)) return this.all[guess] as Category
    const index = this.#search(bytes, from, to)
    this.#guess[slot] = index
    return this.all[index] as Category
  }

  #search(bytes: Uint8Array, from: number, to: number): number {
    for (let index = 0; index < this.#bytes.length; index += 1) if (this.#is(index, bytes, from, to)) return index
    return this.all.length < maxCategories ? this.#append(bytes.slice(from, to), stringOf(bytes, from, to)) : this.#other()
  }

  /** Of an event without one. */
  named(name: string): Category {
    const found = this.all.find((category) => category.name === name)
    return found ?? (this.all[this.#append(new TextEncoder().encode(name), name)] as Category)
  }

  #other(): number {
    const index = this.all.findIndex(({ name }) => name === '(other categories)')
    return index < 0 ? this.#append(new Uint8Array(0), '(other categories)') : index
  }

  #append(bytes: Uint8Array, name: string): number {
    this.#bytes.push(bytes)
    return this.all.push({ name, kind: kindOf(name), events: 0, doubted: false }) - 1
  }

  #is(index: number, bytes: Uint8Array, from: number, to: number): boolean {
    const known = this.#bytes[index]
    if (known === undefined || known.length !== to - from) return false
    for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[from + at]) return false
    return true
  }
}
