/** Uniform numbers in [0, 1); the same key gives the same sequence. */
export type Random = () => number

const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** A mulberry32 generator seeded by the FNV-1a hash of the key. */
export const seededRandom = (key: string): Random => {
  let state = hash(key)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal (Box-Muller). */
export const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const LAUNCH_SPREAD = 0.013
const SLOW_LAUNCH_SHARE = 1 / 12

/** Factor on all times of one launch: 1.3 % spread, one launch in twelve 2 to 6 % slower. */
export const launchFactor = (random: Random): number => {
  const spread = Math.exp(LAUNCH_SPREAD * normal(random))
  const slow = random() < SLOW_LAUNCH_SHARE
  const extra = 0.02 + 0.04 * random()
  return slow ? spread * (1 + extra) : spread
}

const ITERATION_SPREAD = 0.006
const ITERATION_CORRELATION = 0.6

/** Factors of the iterations inside one launch: an AR(1) series around 1, so they are not independent. */
export const iterationFactors = (random: Random, count: number): number[] => {
  const innovation = Math.sqrt(1 - ITERATION_CORRELATION ** 2)
  let deviation = normal(random)
  return Array.from({ length: count }, () => {
    deviation = ITERATION_CORRELATION * deviation + innovation * normal(random)
    return Math.exp(ITERATION_SPREAD * deviation)
  })
}

/** Latency samples with the right skew of real networks: 3 % spread, one in a hundred much slower. */
export const latencySamples = (random: Random, typicalUs: number, count: number): number[] =>
  Array.from({ length: count }, () => {
    const body = typicalUs * Math.exp(0.03 * normal(random))
    const tail = random() < 0.01 ? 1 + 2 * random() : 1
    return body * tail
  })
