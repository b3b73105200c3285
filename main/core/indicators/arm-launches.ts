import type { Arm, Dimensions, Facts, IndicatorPart, IndicatorReason, KernelAnalysis, Plan, Run } from '../../../preload/contract'
import type { SharedMessages } from '../../../preload/contract/messages'
import { armFacts } from '../analysis/arm-facts'
import type { Bound, BoundProvider } from '../analysis/bounds'
import type { MeasuredValue } from '../analysis/launches'
import { median } from '../analysis/summary'

/** A launch that counts, with what it measured. */
export interface Launch {
  run: Run
  measured: readonly MeasuredValue[]
}

/** All launches of one arm. */
export interface ArmLaunches {
  arm: Arm
  launches: readonly Launch[]
  /** Launches that do not count, and why: `failed`, `refused`, `disturbed` … */
  lost: readonly { run: Run; why: string }[]
}

/** What readings need beside the launches. */
export interface ReadingContext {
  plan: Plan | null
  messages: SharedMessages
  bounds: BoundProvider
  /** Run -> what its counters mean; of the kernel probe's launches. */
  kernels: ReadonlyMap<string, KernelAnalysis>
  /** The one model of all GPUs of these hosts; null: none, several, or not known. */
  gpuOf: (hosts: readonly string[]) => string | null
}

/** One launch's value. */
export interface LaunchValue {
  run: Run
  value: number
}

export interface Measured {
  kind: 'measured'
  metrics: readonly string[]
  values: readonly LaunchValue[]
  note: string
  parts: readonly IndicatorPart[]
  bound: Bound | null
  /** Cases that a share was counted over, when launches are no sample of them. */
  cases?: number
  /** Values are lower ends of a bracket, and this is its upper one: a target in between is not missed. Absent: they are exact. */
  most?: number
}

export interface Absent {
  kind: 'absent'
  code: IndicatorReason
  params: Record<string, string | number>
  /** Nobody tried: the reader is told what to run. */
  untried: boolean
  /** The value is not known, but lies here or above. */
  atLeast?: number
}

/** What an arm says of an indicator. */
export type Reading = Measured | Absent
export type Reader = (of: ArmLaunches, context: ReadingContext) => Reading

export const cannotAnswer = (code: IndicatorReason, params: Absent['params'] = {}): Absent => ({
  kind: 'absent',
  code,
  params,
  untried: false,
})
export const untried = (code: IndicatorReason, params: Absent['params'] = {}): Absent => ({ kind: 'absent', code, params, untried: true })

/** Nothing measured it; where launches of the probe were lost, that is why. */
export const notMeasured = ({ lost }: ArmLaunches, ...probes: string[]): Absent => {
  const tried = lost.filter(({ run }) => probes.includes(run.probe))
  const [probe = ''] = probes
  if (tried.length === 0) return untried('not_measured', { probe })
  const whys = [...new Set(tried.map(({ why }) => why))]
  return cannotAnswer('launches_lost', { probe: tried[0]?.run.probe ?? probe, count: tried.length, why: whys.slice(0, 3).join(' ') })
}

export const isPlain = (dimensions: Dimensions): boolean => Object.keys(dimensions).length === 0

export const rowsOf = ({ measured }: Launch, metric: string, where?: (dimensions: Dimensions) => boolean): MeasuredValue[] =>
  measured.filter((one) => one.metric === metric && Number.isFinite(one.value) && (where === undefined || where(one.dimensions)))

/** The median of a launch's figures of a metric; null: it has none. */
export const valueOf = (launch: Launch, metric: string, where?: (dimensions: Dimensions) => boolean): number | null => {
  const rows = rowsOf(launch, metric, where)
  return rows.length === 0 ? null : median(rows.map(({ value }) => value))
}

/** One value per launch that has one, in launch order. */
export const valuesOf = (launches: readonly Launch[], value: (launch: Launch) => number | null): LaunchValue[] =>
  launches.flatMap((launch) => {
    const found = value(launch)
    return found === null || !Number.isFinite(found) ? [] : [{ run: launch.run, value: found }]
  })

/** The median over the launches of a further figure; nothing where none has it. */
export const partOf = (
  launches: readonly Launch[],
  label: string,
  unit: IndicatorPart['unit'],
  value: (launch: Launch) => number | null,
): IndicatorPart[] => {
  const values = valuesOf(launches, value)
  return values.length === 0 ? [] : [{ label, unit, value: median(values.map((one) => one.value)) }]
}

/**
 * Launches of the probe's first entry of the plan that has what is asked for: entries of one probe have different parameters and are not pooled.
 * `further`: numbers of the entries that have it too.
 */
export const firstEntry = (
  launches: readonly Launch[],
  has: (launch: Launch) => boolean,
): { launches: Launch[]; entry: number; further: number[] } => {
  const groups = [...Map.groupBy(launches.filter(has), ({ run }) => run.probeIndex)].sort(([left], [right]) => left - right)
  const [first, ...others] = groups
  return { launches: first?.[1] ?? [], entry: (first?.[0] ?? 0) + 1, further: others.map(([index]) => index + 1) }
}

/** What the launches of a value disagree in, that changes what is measured; empty: they are of one thing. */
export const disagreements = (runs: readonly Run[]): string[] =>
  [...armFacts(runs, [])].flatMap(([what, { values, blocking }]) =>
    blocking && values.size > 1 ? [`${what} (${[...values].join(', ')})`] : [],
  )

export const factNumber = (facts: Facts, ...names: string[]): number | null => {
  for (const name of names) {
    const value = facts[name]
    if (typeof value === 'number' && Number.isFinite(value)) return value
  }
  return null
}
