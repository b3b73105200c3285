import type { Facts } from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import {
  modelStateBytes,
  stateBytesOf,
  trafficBytes,
  trafficMultiple,
  type StateBytes,
  type ZeroStage,
} from '../../../preload/contract/zero'
import type { Bound, BoundProvider } from './bounds'

interface Setting {
  stage: ZeroStage
  /** Parameters of the model. */
  parameters: number
  ranks: number
  gradAccum: number
  dtype: string
  bytes: StateBytes
}

const stages: readonly unknown[] = [0, 1, 2, 3]
const isStage = (value: unknown): value is ZeroStage => stages.includes(value)
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 1

/** What the launch says of itself; null when a term of the formulas is missing. */
const settingOf = (facts: Facts): Setting | null => {
  const { zero_stage: stage, parameters, ranks, grad_accum: gradAccum, dtype } = facts
  const bytes = stateBytesOf(String(dtype))
  if (!isStage(stage) || !isCount(parameters) || !isCount(ranks) || !isCount(gradAccum) || bytes === null) return null
  return { stage, parameters, ranks, gradAccum, dtype: String(dtype), bytes }
}

const trafficTerm = ({ stage, gradAccum }: Setting): string => `${trafficMultiple(stage, gradAccum)} Ψ (N-1)/N`

/** `4 Ψ + 12 Ψ/N` for stage 1 with 16-bit parameters. */
const memoryTerm = ({ stage, bytes }: Setting): string => {
  const sharded = (stage >= 1 ? bytes.optimizer : 0) + (stage >= 2 ? bytes.gradient : 0) + (stage >= 3 ? bytes.parameter : 0)
  const whole = bytes.optimizer + bytes.gradient + bytes.parameter - sharded
  return [...(whole > 0 ? [`${whole} Ψ`] : []), ...(sharded > 0 ? [`${sharded} Ψ/N`] : [])].join(' + ')
}

const bound = (value: number, template: string, formula: string, { parameters, ranks, dtype, bytes }: Setting): Bound => ({
  value,
  source: fill(template, { formula, parameters, ranks, dtype, parameterBytes: bytes.parameter }),
})

/**
 * ZeRO's formulas (arXiv 1910.02054) for launches that name stage, parameters, ranks, accumulation and type: what a rank must send in a step, its
 * model states, and these as the least that its tensors can take.
 */
export const zeroBounds =
  ({ notes }: SharedMessages): BoundProvider =>
  ({ metric, facts }) => {
    if (metric !== 'zero.bytes_per_step' && metric !== 'zero.model_states' && metric !== 'zero.mem_peak') return null
    const setting = settingOf(facts)
    if (!setting) return null
    const { stage, parameters, ranks, gradAccum, bytes } = setting
    if (metric === 'zero.bytes_per_step') {
      if (ranks < 2) return null
      return bound(trafficBytes(stage, parameters, ranks, gradAccum, bytes), notes.zero_traffic, trafficTerm(setting), setting)
    }
    const states = modelStateBytes(stage, parameters, ranks, bytes)
    if (metric === 'zero.model_states') return bound(states, notes.zero_states, memoryTerm(setting), setting)
    return { ...bound(states, notes.zero_states_floor, memoryTerm(setting), setting), covers: notes.zero_states_only }
  }
