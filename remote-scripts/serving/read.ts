import type { Arm, Dimensions, Problem, Series } from '../../preload/contract'
import type { RunOutput, RunReading } from '../_kit/probe'
import type { Json } from '../_kit/json'
import { mergeResults, roleProblem, textOf } from '../_kit/outcome'
import { loadBlockOf, loadHeaderOf, type LoadRow } from './formats/load-rows'
import { loadSteps } from './formats/load-steps'
import type { ServingParams } from './params'

const seriesNames = [
  ['serving.latency', (row: LoadRow) => (row.outcome === 'ok' ? row.latencyUs : null)],
  ['serving.ttft', (row: LoadRow) => (row.outcome === 'ok' ? row.ttftUs : null)],
  ['serving.lag', (row: LoadRow) => row.lagUs],
] as const

const parsed = (line: string): Json => {
  try {
    return JSON.parse(line) as Json
  } catch {
    // A launch that was cut off leaves a last line that is not whole; the steps' file says so.
    return null
  }
}

const byTime = (metric: string, rate: number, rows: readonly LoadRow[], value: (row: LoadRow) => number | null): Series[] => {
  const points = rows.flatMap((row) => {
    const us = value(row)
    return us === null ? [] : [[row.scheduledUs, us] as const]
  })
  if (points.length === 0) return []
  return [
    {
      metric,
      unit: 'us',
      dimensions: { rate_target: rate },
      timesUs: Float64Array.from(points, ([at]) => at),
      values: Float64Array.from(points, ([, us]) => us),
    },
  ]
}

/** Latency, time to first token, lag of every measured request at the time it was due, and every gap between tokens. */
export const servingSeries = (text: string): Series[] => {
  const lines = text.split('\n').map(parsed)
  const header = loadHeaderOf(lines[0] ?? null)
  if (!header) return []
  const blocks = lines.slice(1).flatMap((line) => loadBlockOf(line, header) ?? [])
  return header.rates.flatMap((rate, step) => {
    const own = blocks.filter((block) => block.step === step && block.phase === 'measured')
    const rows = own.flatMap((block) => block.rows).sort((a, b) => a.scheduledUs - b.scheduledUs)
    const gaps = own.flatMap((block) => block.gapsUs)
    const itl: Series[] =
      gaps.length > 0 ? [{ metric: 'serving.itl', unit: 'us', dimensions: { rate_target: rate }, values: Float64Array.from(gaps) }] : []
    return [...seriesNames.flatMap(([metric, value]) => byTime(metric, rate, rows, value)), ...itl]
  })
}

/** Where the arm says the rate, figures of two arms are of one thing: with the rate as a dimension they would stand apart. */
const withoutRate = <Row extends { dimensions: Dimensions }>(rows: Row[], arm: Arm): Row[] =>
  Object.hasOwn(arm, 'rate')
    ? rows.map((row) => ({
        ...row,
        dimensions: Object.fromEntries(Object.entries(row.dimensions).filter(([name]) => name !== 'rate_target')),
      }))
    : rows

/** What one launch of the load generator measured. */
export const readServing = ({ roles, arm }: RunOutput<ServingParams>): RunReading => {
  const role = roles.find((one) => one.role === 'load')
  const steps = textOf(role, 'steps.jsonl')
  const merged = mergeResults(steps ? loadSteps.parse(steps) : [])
  const nothing: Problem | null =
    merged.measurements.length === 0 ? { code: 'parse.no_rows', message: 'The load generator left no measurement.' } : null
  return {
    tool: merged.tool ?? { name: 'headroom load generator', version: null },
    facts: merged.facts,
    measurements: withoutRate(merged.measurements, arm),
    series: withoutRate(servingSeries(textOf(role, 'requests.jsonl') ?? ''), arm),
    warnings: merged.warnings,
    problem: roleProblem(role, 'The load generator') ?? merged.problem ?? nothing,
    transportLog: null,
    expectedBytes: null,
    path: 'interface',
    simulated: merged.facts['simulated'] === true,
  }
}
