import type { Arm, Level, Plan, ProbeUse } from '../../../preload/contract'

/** Every combination of levels, the last factor changing fastest; one empty arm without factors. */
const fullCross = (factors: Record<string, Level[]>): Arm[] =>
  Object.entries(factors).reduce<Arm[]>(
    (arms, [factor, levels]) => arms.flatMap((arm) => levels.map((level) => ({ ...arm, [factor]: level }))),
    [{}],
  )

/** The arms of a plan: its explicit list, or the full cross of its factors. */
export const planArms = (plan: Pick<Plan, 'arms' | 'factors'>): Arm[] => plan.arms ?? fullCross(plan.factors)

/** Whether a probe entry runs in an arm (its `when`). */
export const runsIn = (use: Pick<ProbeUse, 'when'>, arm: Arm): boolean =>
  Object.entries(use.when ?? {}).every(([factor, levels]) => levels.some((level) => level === arm[factor]))

/** A stable text of an arm, whatever the order of its factors. */
export const armKey = (arm: Arm): string =>
  JSON.stringify(Object.entries(arm).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
