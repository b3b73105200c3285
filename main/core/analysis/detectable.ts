/** z of 5 % two-sided plus z of 80 % power: 1.96 + 0.84. */
const normalSum = 2.8

/** Relative difference that n launches per arm find in 4 of 5 experiments at 5 %: 2.8 CV sqrt(2 / n). */
export const minimumDetectableEffect = (cv: number, n: number): number => normalSum * cv * Math.sqrt(2 / n)

/** Launches per arm so that the minimum detectable effect is at most `effect` (a share); the inverse of minimumDetectableEffect, at least 4. */
export const launchesForEffect = (cv: number, effect: number): number => Math.max(4, Math.ceil(2 * ((normalSum * cv) / effect) ** 2))
