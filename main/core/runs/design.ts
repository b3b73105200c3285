import type { Arm, Plan, ProbeUse } from '../../../preload/contract'
import { seededPrng, shuffled } from '../random/prng'
import { planArms, runsIn } from './arms'

export { armKey, planArms, runsIn } from './arms'
export { validatePlan } from './validate'

/** One launch to come; the runs of an experiment are made from these, in this order. */
export interface PlannedLaunch {
  /** In executed order, 0-based. */
  position: number
  probe: string
  /** Index into plan.probes. */
  probeIndex: number
  hosts: string[]
  arm: Arm
  /** 1-based; 0 holds the warm-up launches. */
  block: number
  /** 1-based; 0 for warm-up launches. */
  repeat: number
  warmup: boolean
}

export interface ExpandedPlan {
  arms: Arm[]
  launches: PlannedLaunch[]
}

type Unplaced = Omit<PlannedLaunch, 'position'>

const launchesOf = (plan: Plan, arm: Arm, block: number): Unplaced[] =>
  plan.probes.flatMap((use, probeIndex): Unplaced[] =>
    runsIn(use, arm) ? [{ probe: use.probe, probeIndex, hosts: [...use.hosts], arm, block, repeat: block, warmup: false }] : [],
  )

const warmupsOf = (plan: Plan, arm: Arm): Unplaced[] =>
  launchesOf(plan, arm, 0).flatMap((launch) => Array.from({ length: plan.warmup }, () => ({ ...launch, warmup: true })))

/** Arms of one block, in the order of the plan's kind. */
const blockOrder = (plan: Plan, arms: Arm[]): ((block: number) => Arm[]) => {
  if (plan.order.kind === 'abba') return (block) => (block % 2 === 1 ? arms : arms.toReversed())
  const random = seededPrng(plan.order.seed)
  return () => shuffled(arms, random)
}

const repeatedLaunches = (plan: Plan, arms: Arm[]): Unplaced[] => {
  const blocks = Array.from({ length: plan.repeats }, (_, index) => index + 1)
  if (plan.order.kind === 'sequential') return arms.flatMap((arm) => blocks.flatMap((block) => launchesOf(plan, arm, block)))
  const order = blockOrder(plan, arms)
  return blocks.flatMap((block) => order(block).flatMap((arm) => launchesOf(plan, arm, block)))
}

/**
 * Arms and launches in executed order: warm-ups of every arm first, then the repeats as blocks.
 * randomised-blocks shuffles the arms within each block by the seed, abba turns every second block round
 * (A B, B A, …), sequential finishes an arm before the next. Same plan and seed, same order, in every version.
 */
export const expandPlan = (plan: Plan): ExpandedPlan => {
  const arms = planArms(plan)
  const launches = [...arms.flatMap((arm) => warmupsOf(plan, arm)), ...repeatedLaunches(plan, arms)]
  return { arms, launches: launches.map((launch, position) => ({ position, ...launch })) }
}

/** Expected wall-clock seconds of all launches, one after the other, from the seconds of one launch of each entry in an arm. */
export const expectedSeconds = (plan: Plan, perProbeSeconds: (use: ProbeUse, arm: Arm) => number): number =>
  expandPlan(plan).launches.reduce((total, launch) => {
    const use = plan.probes[launch.probeIndex]
    return use ? total + perProbeSeconds(use, launch.arm) : total
  }, 0)
