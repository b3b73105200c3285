/**
 * The seed of a launch whose course is random (when requests come, how long a sample takes): that of the plan in the first repeat,
 * another in each later one. Arms of one repeat meet the same course; launches of one arm do not, so that their spread, and
 * with it every interval, holds for any course and not for a single one. Wraps within [0, 2^32).
 */
export const repeatSeed = (seed: number, repeat: number | undefined): number => (seed + (repeat ?? 1) - 1 + 2 ** 32) % 2 ** 32
