import type { Dimensions, Problem, Warning } from '../../preload/contract'
import { mergeResults, roleProblem, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading } from '../_kit/probe'
import { declaredFact, onlyMetric, readLines, type Declared, type ReadLines } from './formats/json-lines'
import { metricOf } from './names'
import type { CommandParams, Direction } from './params'

type Output = RunOutput<CommandParams>

/** Of several hosts each value names its own, unless the line does: else they would be pooled as if they were repeats. */
const withHost = (dimensions: Dimensions, host: string, hosts: number): Dimensions =>
  hosts < 2 || Object.hasOwn(dimensions, 'host') ? dimensions : { ...dimensions, host }

const readsOf = ({ roles }: Output): ReadLines[] =>
  roles.flatMap((role) => {
    const read = readLines(textOf(role, 'output.txt') ?? '')
    if (!read) return []
    const measurements = read.result.measurements.map((one) => ({ ...one, dimensions: withHost(one.dimensions, role.host, roles.length) }))
    return [{ ...read, result: { ...read.result, measurements } }]
  })

const chosen = (params: CommandParams): Map<string, Direction> =>
  new Map(
    Object.entries(params.better).flatMap(([name, better]) => {
      const metric = metricOf(name)
      return metric === null ? [] : [[metric, better] as const]
    }),
  )

interface Merged {
  declared: Map<string, Declared>
  /** Metrics whose unit is another on another host: what they say cannot be put together. */
  contradicted: string[]
}

const mergeDeclared = (reads: ReadLines[], params: CommandParams): Merged => {
  const declared = new Map<string, Declared>()
  const contradicted = new Set<string>()
  for (const [metric, found] of reads.flatMap((read) => [...read.declared])) {
    const known = declared.get(metric)
    if (known && known.unit !== found.unit) contradicted.add(metric)
    else declared.set(metric, { unit: found.unit, better: known && known.better !== found.better ? 'none' : found.better })
  }
  for (const metric of contradicted) declared.delete(metric)
  for (const [metric, better] of chosen(params)) {
    const known = declared.get(metric)
    if (known) declared.set(metric, { ...known, better })
  }
  return { declared, contradicted: [...contradicted] }
}

const notesOf = ({ roles, params }: Output, { declared, contradicted }: Merged): Warning[] => {
  const cut = roles.flatMap((role) =>
    (['output', 'errors'] as const).filter((name) => role.facts[name]).map((name) => `${name} of ${role.host}`),
  )
  const unknown = [...Object.keys(params.better), ...(params.headline === '' ? [] : [params.headline])].filter(
    (name) => !declared.has(metricOf(name) ?? ''),
  )
  return [
    ...(cut.length > 0 ? [{ code: 'output_cut', message: `Only the beginning was kept: ${cut.join(', ')}.` }] : []),
    ...(unknown.length > 0
      ? [{ code: 'metric_not_printed', message: `The plan names metrics that no line has: ${unknown.join(', ')}.` }]
      : []),
    ...contradicted.map((metric) => ({
      code: 'unit_contradicted',
      message: `${metric} has another unit on another host; it is left out.`,
    })),
  ]
}

/** What one launch of the user's command measured. */
export const readCommand = (output: Output): RunReading => {
  const reads = readsOf(output)
  const merged = mergeResults(reads.map(({ result }) => result))
  const metrics = mergeDeclared(reads, output.params)
  const measurements = merged.measurements.filter(({ metric }) => metrics.declared.has(metric))
  const headline = output.params.headline === '' ? onlyMetric(metrics.declared) : metricOf(output.params.headline)
  const failed = output.roles.map((role) => roleProblem(role, 'The command')).find((problem) => problem !== null)
  const nothing: Problem | null =
    measurements.length === 0
      ? { code: 'parse.no_rows', message: 'The command ended well and printed no value (JSON line with metric, value, unit).' }
      : null
  return {
    tool: { name: 'command', version: null },
    facts: { ...merged.facts, declared_metrics: declaredFact(metrics.declared, headline) },
    measurements,
    series: [],
    warnings: [...merged.warnings, ...notesOf(output, metrics)],
    problem: failed ?? (measurements.length === 0 ? (merged.problem ?? nothing) : null),
    transportLog: null,
    expectedBytes: null,
  }
}
