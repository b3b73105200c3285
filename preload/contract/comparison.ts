import { z } from './zod'
import { level, type Level } from './plan'
import { dimensions, unit } from './measurement'

export const verdict = z.enum(['faster', 'slower', 'equivalent', 'cannot_answer'])
export type Verdict = z.infer<typeof verdict>

/** Catalogued sentences; `params` fill the template of messages/*.reasons. */
export const reasonCodes = [
  'interval_excludes_one',
  'interval_inside_margin',
  'interval_too_wide',
  'too_few_launches',
  'not_significant',
  'blocked_by_confounder',
  'no_better_direction',
  'no_variation',
  'drift',
  'arm_missing',
  'zero_values',
  'not_multiplicity_safe',
] as const
export const reasonCode = z.enum(reasonCodes)
export type ReasonCode = z.infer<typeof reasonCode>

/** A level in a sentence: a number by itself says nothing, so it takes the name of its factor. */
export const levelText = (factor: string, one: Level): string => (typeof one === 'string' ? one : `${factor} ${String(one)}`)

export const comparedArm = z.object({
  level,
  n: z.number(),
  /** One value per launch, in launch order. */
  values: z.array(z.number()),
  runIds: z.array(z.string()),
  median: z.number(),
  /** Standard deviation over mean; null for n < 2 or mean 0. */
  cv: z.number().nullable(),
})
export type ComparedArm = z.infer<typeof comparedArm>

export const ratio = z.object({
  /** `fast/ethernet`: second level over the baseline. */
  of: z.string(),
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  method: z.string(),
  /** Two-sided Mann-Whitney p; null when not computed. */
  p: z.number().nullable(),
})

export const bound = z.object({
  value: z.number(),
  source: z.string(),
  /** The part of the metric that it bounds, in words, where it is only a part: a share of it would mean nothing. */
  covers: z.string().optional(),
})

export const comparisonRow = z.object({
  metric: z.string(),
  unit,
  better: z.enum(['higher', 'lower', 'none']),
  headline: z.boolean(),
  dimensions,
  arms: z.array(comparedArm),
  /** The level that is compared with the baseline, measured or not. */
  level: level.optional(),
  ratio: ratio.nullable(),
  /** Level -> theoretical ceiling or floor; absent: none known. */
  bound: z.record(z.string(), bound),
  verdict,
  reason: z.string(),
  reasonCode,
  reasonParams: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type ComparisonRow = z.infer<typeof comparisonRow>

export const confounder = z.object({
  what: z.string(),
  values: z.record(z.string(), z.string()),
  blocking: z.boolean(),
  message: z.string(),
})
export type Confounder = z.infer<typeof confounder>

/** t(m) = A + B m per segment, fitted to the arm's launches. */
export const alphaBetaFit = z.object({
  level,
  dimensions,
  segments: z.array(
    z.object({
      fromBytes: z.number(),
      toBytes: z.number(),
      interceptUs: z.number(),
      interceptLowUs: z.number(),
      interceptHighUs: z.number(),
      usPerByte: z.number(),
      usPerByteLow: z.number(),
      usPerByteHigh: z.number(),
    }),
  ),
  /** Bytes at which half of the asymptotic bandwidth is reached. */
  halfBandwidthBytes: z.number().nullable(),
  residuals: z.array(z.object({ sizeBytes: z.number(), relative: z.number() })),
  method: z.string(),
})
export type AlphaBetaFit = z.infer<typeof alphaBetaFit>

export const comparison = z.object({
  experiment: z.string(),
  factor: z.string(),
  simulated: z.boolean(),
  levels: z.array(level),
  rows: z.array(comparisonRow),
  fits: z.array(alphaBetaFit),
  confounders: z.array(confounder),
  /** Runs left out, by reason. */
  excluded: z.array(
    z.object({
      runId: z.string(),
      status: z.string(),
      why: z.string(),
      /** The launch itself went well; something beside it did not. */
      disturbed: z.boolean().optional(),
    }),
  ),
  /** One sentence per headline metric: effect, interval, n. */
  headlines: z.array(z.object({ metric: z.string(), verdict, sentence: z.string() })),
})
export type Comparison = z.infer<typeof comparison>
