/** A stream of random numbers that is the same for the same seed in every version of the program. */
export interface Prng {
  /** 32 random bits, 0 to 2^32 - 1. */
  uint32(): number
  /** Uniform in [0, 1), 32 bits of resolution. */
  unit(): number
  /** Uniform integer in [0, below), without modulo bias; below is 1 to 2^32. */
  below(below: number): number
}

const rotateLeft = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0

/** splitmix32: spreads a small seed over the four words of the state, which must not all be zero. */
const spread = (seed: number): [number, number, number, number] => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return [next(), next(), next(), next()]
}

/** xoshiro128** (Blackman and Vigna, 2018) from its raw state; plan orders depend on it, so it must never change. */
export const xoshiro128 = (state: readonly [number, number, number, number]): Prng => {
  let [a, b, c, d] = state
  const uint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5) >>> 0, 7), 9) >>> 0
    const shifted = (b << 9) >>> 0
    c = (c ^ a) >>> 0
    d = (d ^ b) >>> 0
    b = (b ^ c) >>> 0
    a = (a ^ d) >>> 0
    c = (c ^ shifted) >>> 0
    d = rotateLeft(d, 11)
    return result
  }
  const below = (limit: number): number => {
    const unbiased = 2 ** 32 - (2 ** 32 % limit)
    let value = uint32()
    while (value >= unbiased) value = uint32()
    return value % limit
  }
  return { uint32, unit: () => uint32() / 2 ** 32, below }
}

/** A generator for a seed (32 bits are used). */
export const seededPrng = (seed: number): Prng => xoshiro128(spread(seed))

/** A shuffled copy (Fisher and Yates, from the end). */
export const shuffled = <T>(items: readonly T[], random: Prng): T[] => {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const kept = result[last] as T
    result[last] = result[other] as T
    result[other] = kept
  }
  return result
}
