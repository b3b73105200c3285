/** One rate of a ramp, as far as the knee is concerned; times in us. */
export interface KneeStep {
  rateTarget: number
  /** Requests sent and completed a second within the window. */
  arrivalRate: number
  completedRate: number
  requests: number
  errorShare: number
  /** The statistic that has to meet the target; null: nothing completed. */
  latencyUs: number | null
  /** 99th percentile of how late requests were sent. */
  lagP99Us: number | null
  /** Requests that the generator could not send. */
  notSent: number
}

export interface KneeTarget {
  latencyUs: number
  /** `p95`, `mean` … */
  statistic: string
  maxErrorShare: number
}

export type Knee =
  | { kind: 'found'; completedRate: number; met: KneeStep; missed: KneeStep; why: string }
  /** Every step meets the target: the knee lies at the highest completed rate or above it. */
  | { kind: 'at_least'; completedRate: number; highest: KneeStep; why: string }
  | { kind: 'cannot_answer'; why: string }

/** A queue that takes more of the arrivals than this only grows: the latency of a longer step would be higher. */
const growthShare = 0.1

const ms = (us: number | null): string => (us === null ? 'no' : `${Number((us / 1000).toPrecision(4))} ms`)
const perSecond = (rate: number): string => `${Number(rate.toPrecision(4))}/s`

const describe = (step: KneeStep, target: KneeTarget): string =>
  `at ${perSecond(step.rateTarget)}, ${target.statistic} latency ${ms(step.latencyUs)}, ${Number((step.errorShare * 100).toPrecision(3))} % failed`

const meets = (step: KneeStep, target: KneeTarget): boolean =>
  step.latencyUs !== null && step.latencyUs <= target.latencyUs && step.errorShare <= target.maxErrorShare

/** Why a step proves nothing: the load was not the stated one, or the lateness of the generator is as large as what decides. */
const unusable = (step: KneeStep, target: KneeTarget): string | null => {
  const at = `at ${perSecond(step.rateTarget)}`
  if (step.notSent > 0) return `${at}, ${step.notSent} requests could not be sent: the load was not the stated one`
  const lag = step.lagP99Us ?? 0
  const decides = step.latencyUs !== null && step.errorShare <= target.maxErrorShare
  if (decides && Math.abs((step.latencyUs ?? 0) - target.latencyUs) < lag)
    return `${at}, requests were sent late (99th percentile ${ms(lag)}) by more than the latency is away from its target`
  return null
}

/** Why a step that meets the target would not have met it for longer. */
const growing = (step: KneeStep): string | null =>
  step.completedRate < (1 - growthShare) * step.arrivalRate
    ? `at ${perSecond(step.rateTarget)} requests piled up (${perSecond(step.arrivalRate)} sent, ${perSecond(step.completedRate)} completed): longer steps are needed`
    : null

/** Where every step meets the target, the highest one bounds the knee from below, if its own load was the stated one. */
const aboveAll = (highest: KneeStep, target: KneeTarget, limit: string): Knee => {
  const doubt = unusable(highest, target) ?? growing(highest)
  if (doubt !== null) return { kind: 'cannot_answer', why: doubt }
  const why = `every step meets the ${limit}, the highest ${describe(highest, target)}: try higher rates`
  return { kind: 'at_least', completedRate: highest.completedRate, highest, why }
}

/**
 * The highest completed rate at which the latency target still holds, with the step above it that misses as evidence; a lower bound where every step
 * meets it. No answer where none does, where a lower rate misses it and a higher one meets it, or where the load was not the stated one.
 */
export const kneeOf = (given: readonly KneeStep[], target: KneeTarget): Knee => {
  const steps = given.toSorted((a, b) => a.rateTarget - b.rateTarget)
  const limit = `${target.statistic} latency of ${ms(target.latencyUs)}`
  const [first] = steps
  if (!first) return { kind: 'cannot_answer', why: 'there are no steps' }
  const bad = steps.findIndex((step) => !meets(step, target))
  const last = steps.at(-1) ?? first
  if (bad < 0) return aboveAll(last, target, limit)
  const missed = steps[bad] ?? first
  if (bad === 0) return { kind: 'cannot_answer', why: `no step meets the ${limit}, the lowest ${describe(first, target)}: try lower rates` }
  const better = steps.slice(bad).find((step) => meets(step, target))
  if (better)
    return {
      kind: 'cannot_answer',
      why: `the ${limit} is missed ${describe(missed, target)}, and met ${describe(better, target)}: longer steps are needed`,
    }
  const met = steps[bad - 1] ?? first
  const doubt = unusable(met, target) ?? unusable(missed, target) ?? growing(met)
  if (doubt !== null) return { kind: 'cannot_answer', why: doubt }
  const why = `met ${describe(met, target)}; missed ${describe(missed, target)}`
  return { kind: 'found', completedRate: met.completedRate, met, missed, why }
}
