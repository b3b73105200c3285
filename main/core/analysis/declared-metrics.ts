import { unit, type Better, type FactValue, type MetricSpec, type Run } from '../../../preload/contract'

/** Only these prefixes are a launch's own to describe; a probe's metrics are described by the probe. */
const own = /^(?:command|custom)\./

const betters: readonly Better[] = ['higher', 'lower', 'none']

/** The entry of the fact `declared_metrics` for one metric; null when it is none. */
const specOf = (id: string, entry: unknown): MetricSpec | null => {
  if (!own.test(id) || typeof entry !== 'object' || entry === null) return null
  const known = unit.safeParse('unit' in entry ? entry.unit : null)
  if (!known.success) return null
  const better = betters.find((one) => 'better' in entry && one === entry.better) ?? 'none'
  return { id, unit: known.data, better, dimensions: [], meaning: '', headline: 'headline' in entry && entry.headline === true }
}

const entriesOf = (fact: FactValue | undefined): [string, unknown][] =>
  typeof fact === 'object' && fact !== null && !Array.isArray(fact) ? Object.entries(fact) : []

/**
 * Specifications of the metrics that a user's own command measured, from what its finished launches say of them (unit, better direction). Launches that
 * contradict each other about the direction leave none: the comparison then abstains. One specification per metric and unit.
 */
export const declaredMetrics = (runs: readonly Pick<Run, 'status' | 'facts'>[]): MetricSpec[] => {
  const found = new Map<string, MetricSpec>()
  for (const run of runs.filter(({ status }) => status === 'done'))
    for (const [id, entry] of entriesOf(run.facts['declared_metrics'])) {
      const spec = specOf(id, entry)
      if (!spec) continue
      const key = `${id} ${spec.unit}`
      const known = found.get(key)
      const agreed = known && known.better !== spec.better ? 'none' : spec.better
      found.set(key, { ...spec, better: agreed, headline: known?.headline === true || spec.headline === true })
    }
  return [...found.values()]
}
