import type { Arm, Dimensions, Level, Measurement, MetricSpec, Plan, Run } from '../../../preload/contract'
import { armKey } from '../runs/arms'
import { median } from './summary'

/** A measurement with the run it came from, as the store keeps it. */
export interface MeasuredValue extends Measurement {
  runId: string
}

/** One launch's value of one metric and its dimensions. */
export interface Launch {
  run: Run
  value: number
}

/** All launches of one metric with equal dimensions, by level (its text) of the compared factor, in launch order. */
export interface Group {
  spec: MetricSpec
  probe: string
  dimensions: Dimensions
  byLevel: Map<string, Launch[]>
}

export const levelKey = (level: Level): string => String(level)

const without = <T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))

/** Levels of the factor: the plan's order, then those that only runs know, as they appear. */
export const levelsOf = (plan: Plan | null, runs: readonly Run[], factor: string): Level[] => {
  const planned = plan ? [...(plan.factors[factor] ?? []), ...(plan.arms ?? []).map((arm) => arm[factor])] : []
  const all = [...planned, ...runs.map((run) => run.arm[factor])].filter((level) => level !== undefined)
  return all.filter((level, index) => all.findIndex((other) => levelKey(other) === levelKey(level)) === index)
}

/** Probes that some arm runs by more than one entry of the plan: their entries must not be pooled. */
const severalEntries = (runs: readonly Run[]): Set<string> => {
  const entryOf = new Map<string, number>()
  const found = new Set<string>()
  for (const run of runs) {
    const key = `${run.probe} ${armKey(run.arm)}`
    if (!entryOf.has(key)) entryOf.set(key, run.probeIndex)
    else if (entryOf.get(key) !== run.probeIndex) found.add(run.probe)
  }
  return found
}

const contextOf = (run: Run, factor: string, separated: ReadonlySet<string>): Dimensions => {
  const others: Arm = without(run.arm, factor)
  return separated.has(run.probe) ? { ...others, entry: run.probeIndex + 1 } : others
}

/** A text that is equal for equal dimensions whatever their order; made for every measurement, so it stringifies as little as it can. */
const dimensionsKey = (dimensions: Dimensions, ignored: string): string => {
  const names = Object.keys(dimensions)
  if (names.length > 1) names.sort()
  let key = ''
  for (const name of names) {
    const value = dimensions[name]
    if (name !== ignored) key += `${JSON.stringify(name)}:${typeof value === 'string' ? JSON.stringify(value) : String(value)},`
  }
  return key
}

const unknownSpec = (measurement: Measurement): MetricSpec => ({
  id: measurement.metric,
  unit: measurement.unit,
  better: 'none',
  dimensions: Object.keys(measurement.dimensions),
  meaning: '',
})

/** One value per launch and (metric, dimensions): the median when a launch has several. Levels of other factors become dimensions. */
export const groupLaunches = (
  runs: readonly Run[],
  measurements: readonly MeasuredValue[],
  specs: readonly MetricSpec[],
  factor: string,
): Group[] => {
  // A metric may have several units (a tool's own counters, a user's command): their values are never pooled.
  const specOf = new Map(specs.map((spec) => [`${spec.id} ${spec.unit}`, spec]))
  const separated = severalEntries(runs)
  const contexts = new Map(
    runs.map((run) => {
      const context = contextOf(run, factor, separated)
      return [run.id, { run, context, key: dimensionsKey(context, '') }]
    }),
  )
  const found = new Map<string, { group: Group; values: Map<string, number[]> }>()
  for (const measurement of measurements) {
    const known = contexts.get(measurement.runId)
    if (!known || !Number.isFinite(measurement.value)) continue
    const subject = `${measurement.metric} ${measurement.unit}`
    const key = `${subject} ${known.key} ${dimensionsKey(measurement.dimensions, factor)}`
    let entry = found.get(key)
    if (!entry) {
      const dimensions = { ...without(measurement.dimensions, factor), ...known.context }
      const spec = specOf.get(subject) ?? unknownSpec(measurement)
      entry = { group: { spec, probe: known.run.probe, dimensions, byLevel: new Map() }, values: new Map() }
      found.set(key, entry)
    }
    const values = entry.values.get(measurement.runId)
    if (values) values.push(measurement.value)
    else entry.values.set(measurement.runId, [measurement.value])
  }
  return [...found.values()].map(({ group, values }) => ({ ...group, byLevel: launchesByLevel(values, contexts, factor) }))
}

const launchesByLevel = (
  values: ReadonlyMap<string, number[]>,
  contexts: ReadonlyMap<string, { run: Run }>,
  factor: string,
): Map<string, Launch[]> => {
  const byLevel = new Map<string, Launch[]>()
  for (const [runId, several] of values) {
    const run = contexts.get(runId)?.run
    const level = run?.arm[factor]
    if (!run || level === undefined) continue
    const launches = byLevel.get(levelKey(level)) ?? []
    launches.push({ run, value: several.length === 1 ? (several[0] as number) : median(several) })
    byLevel.set(levelKey(level), launches)
  }
  for (const launches of byLevel.values()) launches.sort((left, right) => left.run.position - right.run.position)
  return byLevel
}
