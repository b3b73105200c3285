import { z } from './zod'
import { unit } from './measurement'
import { arm, probeUse } from './plan'

/** Rows of the scoreboard, in its order. */
export const indicatorIds = [
  'latency_mean',
  'peak_qps',
  'accuracy_at_5',
  'gpu_utilisation',
  'compute_saturation',
  'memory_bandwidth_share',
  'occupancy',
  'data_wait_share',
  'exposed_communication',
  'overlap',
  'bus_bandwidth_share',
  'memory_per_gpu',
  'tokens_per_gpu',
  'mfu',
  'alert_p95',
] as const
export const indicatorId = z.enum(indicatorIds)
export type IndicatorId = z.infer<typeof indicatorId>

/** On which side of its target a value must lie: below, above, at least, at most. */
export const targetSides = ['<', '>', '>=', '<='] as const
export const targetSide = z.enum(targetSides)
export type TargetSide = z.infer<typeof targetSide>

/** Why a cell has no value, or is not judged; sentences in messages.indicators.reasons. */
export const indicatorReasons = [
  'straddles',
  'too_few_launches',
  'not_measured',
  'launches_lost',
  'launches_differ',
  'only_nvidia_smi',
  'no_knee',
  'knee_above',
  'between_steps',
  'other_k',
  'several_endpoints',
  'missing_counters',
  'no_memory_ceiling',
  'nothing_computed',
  'no_line_rate',
  'one_host',
  'no_steps',
  'no_communication',
  'unknown_facts',
  'unknown_peak',
  'no_gpu',
] as const
export const indicatorReason = z.enum(indicatorReasons)
export type IndicatorReason = z.infer<typeof indicatorReason>

/** A figure that stands beside the value: a percentile, the arithmetic intensity. */
export const indicatorPart = z.object({ label: z.string(), value: z.number(), unit })
export type IndicatorPart = z.infer<typeof indicatorPart>

export const indicatorStatuses = ['met', 'missed', 'undecided', 'shown', 'not_measured', 'cannot_answer'] as const

/** One indicator in one arm. */
export const indicatorCell = z.object({
  arm,
  /** shown: there is no target. */
  status: z.enum(indicatorStatuses),
  /** Median over the launches that count; null: there is none. */
  value: z.number().nullable(),
  /** Where the value is not known but lies here or above; never a value, and never judged. Absent: nothing of the kind is known. */
  atLeast: z.number().optional(),
  /** Interval of the median; null with one launch. */
  interval: z.object({ low: z.number(), high: z.number(), coverage: z.number(), method: z.string() }).nullable(),
  /** One value per launch, in launch order. */
  values: z.array(z.number()),
  runIds: z.array(z.string()),
  simulated: z.boolean(),
  metrics: z.array(z.string()),
  /** Of which probe, at which rate or size: what the value is of. */
  note: z.string(),
  parts: z.array(indicatorPart),
  /** What theory allows, and the value over it; `covers` instead of a ratio where it bounds only that part of the value. */
  bound: z.object({ value: z.number(), source: z.string(), ratio: z.number().nullable(), covers: z.string().optional() }).nullable(),
  reasonCode: indicatorReason.nullable(),
  reason: z.string(),
})
export type IndicatorCell = z.infer<typeof indicatorCell>

export const indicatorTarget = z.object({
  side: targetSide,
  /** In the indicator's unit; null: none. */
  value: z.number().nullable(),
  /** What the program starts with; null: none. */
  default: z.number().nullable(),
  edited: z.boolean(),
})
export type IndicatorTarget = z.infer<typeof indicatorTarget>

export const indicatorRow = z.object({
  id: indicatorId,
  title: z.string(),
  definition: z.string(),
  /** How it is computed, with the formula's source. */
  formula: z.string(),
  unit,
  better: z.enum(['higher', 'lower']),
  /** Missing the target is a warning, no failure. */
  warnsOnly: z.boolean(),
  target: indicatorTarget,
  cells: z.array(indicatorCell),
  /** What would measure it, as an entry of a plan; null: every arm has a value. */
  howTo: z
    .object({
      probe: z.string(),
      use: probeUse,
      /** The entry as plan text. */
      yaml: z.string(),
      /** What must be filled in or be there, beside the entry; empty: nothing. */
      needs: z.string(),
      /** Hosts of the plan that cannot run it, with the reasons of their inventories. */
      lacks: z.array(z.object({ host: z.string(), why: z.array(z.string()) })),
    })
    .nullable(),
})
export type IndicatorRow = z.infer<typeof indicatorRow>

export const scoreboard = z.object({
  experiment: z.string(),
  simulated: z.boolean(),
  arms: z.array(arm),
  rows: z.array(indicatorRow),
})
export type Scoreboard = z.infer<typeof scoreboard>

/** Largest target that makes sense, by unit: shares are shares, and a bus may be busier than its wire by in-switch reduction. */
export const largestTarget = (id: IndicatorId, of: z.infer<typeof unit>): number => {
  if (of !== '1') return 1e18
  return id === 'bus_bandwidth_share' ? 10 : 1
}

/** A target as the user edits it; `default` takes the program's own again, null asks for none. */
export const targetChange = z.object({ id: indicatorId, value: z.union([z.number().positive(), z.null(), z.literal('default')]) })
export type TargetChange = z.infer<typeof targetChange>
