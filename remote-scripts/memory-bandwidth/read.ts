import { mergeResults, roleProblem, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading } from '../_kit/probe'
import { memoryBench, memorySeries } from './formats/memory-bench'
import type { MemoryParams } from './params'

/** What one launch measured; of several hosts each figure names its own. */
export const readMemory = ({ roles }: RunOutput<MemoryParams>): RunReading => {
  const named = <T extends { dimensions: Record<string, string | number | boolean> }>(entries: T[], host: string): T[] =>
    roles.length < 2 ? entries : entries.map((entry) => ({ ...entry, dimensions: { ...entry.dimensions, host } }))
  const texts = roles.map((role) => ({ host: role.host, text: textOf(role, 'memory.jsonl') ?? '' }))
  const results = texts.flatMap(({ host, text }) =>
    memoryBench.parse(text).map((result) => ({ ...result, measurements: named(result.measurements, host) })),
  )
  const merged = mergeResults(results)
  const failed = roles.map((role) => roleProblem(role, 'The benchmark')).find((problem) => problem !== null)
  const silent = results.length < roles.length ? ({ code: 'parse.no_rows', message: 'A host left no result.' } as const) : null
  return {
    tool: merged.tool ?? { name: 'memory-bench', version: null },
    facts: merged.facts,
    measurements: merged.measurements,
    series: texts.flatMap(({ host, text }) => named(memorySeries(text), host)),
    warnings: merged.warnings,
    problem: failed ?? merged.problem ?? silent,
    transportLog: null,
    expectedBytes: null,
  }
}
