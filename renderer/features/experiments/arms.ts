import type { Arm, Level, Plan } from '../../../preload/contract/plan'
import { armKey } from '../../ui/arms'

/** Every combination of the factors' levels, the last factor changing fastest; one empty arm without factors. */
export const crossArms = (factors: Record<string, readonly Level[]>): Arm[] =>
  Object.entries(factors).reduce<Arm[]>(
    (arms, [factor, levels]) => arms.flatMap((arm) => levels.map((level) => ({ ...arm, [factor]: level }))),
    [{}],
  )

/** Arm key -> place in the plan (0-based), which gives its colour and marker for the life of the experiment. */
export const armPlaces = (plan: Plan | null, seen: readonly Arm[]): Map<string, number> => {
  const planned = plan ? (plan.arms ?? crossArms(plan.factors)) : []
  const places = new Map<string, number>()
  for (const arm of [...planned, ...seen]) {
    const key = armKey(arm)
    if (!places.has(key)) places.set(key, places.size)
  }
  return places
}
