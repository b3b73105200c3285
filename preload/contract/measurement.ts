import { z } from './zod'
import { problem, warning } from './problem'

/** Canonical units: time us, bandwidth GB/s (1e9 bytes), sizes bytes, shares 1 (0 to 1), rates 1/s. */
export const unit = z.enum(['us', 'GB/s', 'bytes', '1/s', '1', 'FLOP/s', 'W', 'degC', 'MHz', 'FLOP/byte', 'USD'])
export type Unit = z.infer<typeof unit>

export const dimensionValue = z.union([z.string(), z.number(), z.boolean()])
export const dimensions = z.record(z.string(), dimensionValue)
export type Dimensions = z.infer<typeof dimensions>

export const measurement = z.object({ metric: z.string(), unit, value: z.number(), dimensions })
export type Measurement = z.infer<typeof measurement>

/** A long series of samples of one launch (per-iteration times, telemetry); stored as chunks. */
export interface Series {
  metric: string
  unit: Unit
  dimensions: Dimensions
  /** Same length as values; absent: the index. Microseconds since the series began. */
  timesUs?: Float64Array
  values: Float64Array
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
/** A scalar, a list of scalars, or a table of them (`nics: { eth0: { rate_gbps: 40 } }`). */
export const factValue = z.union([scalar, z.array(scalar), z.record(z.string(), z.union([scalar, z.record(z.string(), scalar)]))])
export type FactValue = z.infer<typeof factValue>
export const facts = z.record(z.string(), factValue)
export type Facts = z.infer<typeof facts>

export const parseResult = z.object({
  probe: z.string(),
  tool: z.object({ name: z.string(), version: z.string().nullable() }),
  facts,
  measurements: z.array(measurement),
  rows: z.object({ understood: z.number(), skipped: z.number() }),
  warnings: z.array(warning),
  problem: problem.nullable(),
})
export type ParseResult = z.infer<typeof parseResult>

/** What `headroom parse FILE --json` prints per file. */
export const parsedFile = z.object({
  file: z.string(),
  problem: problem.nullable(),
  results: z.array(parseResult),
})
export type ParsedFile = z.infer<typeof parsedFile>

export type Better = 'higher' | 'lower' | 'none'

/** One metric of a probe: what its README table, plan form and comparison columns are made from. */
export const metricSpec = z.object({
  id: z.string(),
  unit,
  better: z.enum(['higher', 'lower', 'none']),
  dimensions: z.array(z.string()),
  meaning: z.string(),
  /** Shown first, and carries the verdict sentence of its probe. */
  headline: z.boolean().optional(),
  /** Dimension values that a row must have to be the headline; absent: any row. */
  headlineWhere: dimensions.optional(),
})
export type MetricSpec = z.infer<typeof metricSpec>
