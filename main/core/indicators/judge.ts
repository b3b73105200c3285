import type { IndicatorCell, IndicatorReason, TargetSide } from '../../../preload/contract'
import type { MedianInterval } from './median-interval'

export interface TargetJudgement {
  status: Extract<IndicatorCell['status'], 'met' | 'missed' | 'undecided' | 'shown'>
  reasonCode: Extract<IndicatorReason, 'straddles' | 'too_few_launches' | 'between_steps'> | null
  /** Launches that could decide. */
  needed: number
}

/** A claim about a target is one-sided: the share of false ones that is allowed. */
const alpha = 0.05

/** The fewest launches whose range lies beyond the median on one side by chance at most so often: 2^-5 = 3.1 %. */
export const fewestLaunches = Math.ceil(-Math.log2(alpha))

const holds: Record<TargetSide, (value: number, target: number) => boolean> = {
  '<': (value, target) => value < target,
  '<=': (value, target) => value <= target,
  '>': (value, target) => value > target,
  '>=': (value, target) => value >= target,
}

/**
 * Whether a target is met: the whole interval must lie on one side of it, and miss the median on the other side at most once in twenty. One launch, or
 * an interval that the target lies in, decides nothing; nor does a value below the target that may reach up to `most`, beyond it.
 */
export const judgeTarget = (side: TargetSide, target: number | null, interval: MedianInterval | null, most?: number): TargetJudgement => {
  if (target === null) return { status: 'shown', reasonCode: null, needed: 0 }
  if (interval === null || (1 - interval.coverage) / 2 > alpha)
    return { status: 'undecided', reasonCode: 'too_few_launches', needed: fewestLaunches }
  const ends = [holds[side](interval.low, target), holds[side](interval.high, target)]
  if (ends.includes(false) && most !== undefined && holds[side](most, target))
    return { status: 'undecided', reasonCode: 'between_steps', needed: 0 }
  if (ends[0] === ends[1]) return { status: ends[0] ? 'met' : 'missed', reasonCode: null, needed: 0 }
  return { status: 'undecided', reasonCode: 'straddles', needed: 0 }
}
