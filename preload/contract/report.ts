import { z } from './zod'
import { comparison } from './comparison'
import { environment, experiment, run } from './experiment'
import { scoreboard } from './indicators'

/** What a reader must know before trusting the figures; sentences in messages.limitations. */
export const limitationCodes = [
  'simulated',
  'few_launches',
  'line_rate_unknown',
  'transport_by_counters_only',
  'transport_unproved',
  'single_host_pair',
  'clocks_not_locked',
  'refused_runs',
  'failed_runs',
  'disturbed_runs',
  'disturbed_runs_kept',
  'retried_runs',
  'imported',
] as const
export const limitationCode = z.enum(limitationCodes)
export type LimitationCode = z.infer<typeof limitationCode>

/** The report as data; the renderer lays it out, the printer prints it. */
export const reportModel = z.object({
  experiment,
  generatedAt: z.string(),
  programVersion: z.string(),
  environments: z.array(environment),
  comparisons: z.array(comparison),
  scoreboard,
  runs: z.array(run),
  /** Plan file text that repeats the experiment; null for imports. */
  planYaml: z.string().nullable(),
  /** Codes of the limitations that hold for this experiment; sentences in the catalogues. */
  limitations: z.array(z.object({ code: limitationCode, params: z.record(z.string(), z.union([z.string(), z.number()])) })),
})
export type ReportModel = z.infer<typeof reportModel>
