import type { Comparison, Environment, Experiment, ReportModel, Run, Scoreboard } from '../../../preload/contract'
import { limitationsOf } from './limitations'

export interface ReportInput {
  experiment: Experiment
  /** ISO 8601. */
  generatedAt: string
  programVersion: string
  environments: readonly Environment[]
  comparisons: readonly Comparison[]
  scoreboard: Scoreboard
  runs: readonly Run[]
  /** Plan file text; null for imports. */
  planYaml: string | null
}

/** The report as data: everything the pages show, with the limitations that hold. Runs are in executed order. */
export const buildReportModel = (input: ReportInput): ReportModel => ({
  experiment: input.experiment,
  generatedAt: input.generatedAt,
  programVersion: input.programVersion,
  environments: [...input.environments],
  comparisons: [...input.comparisons],
  scoreboard: input.scoreboard,
  runs: input.runs.toSorted((left, right) => left.position - right.position),
  planYaml: input.planYaml,
  limitations: limitationsOf(input.experiment, input.runs, input.environments, input.comparisons),
})
