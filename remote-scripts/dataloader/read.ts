import { mergeResults, roleProblem, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading } from '../_kit/probe'
import { dataloaderBench, dataloaderSeries } from './formats/dataloader-bench'
import type { DataloaderParams } from './params'

/** What one sweep measured. */
export const readDataloader = ({ roles }: RunOutput<DataloaderParams>): RunReading => {
  const role = roles[0]
  const text = textOf(role, 'dataloader.jsonl') ?? ''
  const merged = mergeResults(dataloaderBench.parse(text))
  return {
    tool: merged.tool ?? { name: 'dataloader-bench', version: null },
    facts: merged.facts,
    measurements: merged.measurements,
    series: dataloaderSeries(text),
    warnings: merged.warnings,
    problem:
      roleProblem(role, 'The sweep') ??
      merged.problem ??
      (merged.measurements.length === 0 ? { code: 'parse.no_rows', message: 'The sweep left no result.' } : null),
    transportLog: null,
    expectedBytes: null,
  }
}
