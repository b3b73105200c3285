import { disturbancesOf, type DisturbanceEvidence, type DisturbanceKind, type Plan, type Run } from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import { armKey } from '../runs/arms'
import type { MeasuredValue } from './launches'
import { median } from './summary'

/** A launch's GPU clock this far below its arm's median is no launch like the others. */
const lowClockShare = 0.1
/** Fewer launches have no median to be far from. */
const fewestLaunches = 3
/** A GPU that hardly worked had no reason to raise its clocks. */
const busyUtil = 0.2

export interface Disturbed {
  run: Run
  kinds: { kind: DisturbanceKind; evidence: DisturbanceEvidence }[]
}

interface Clock {
  run: Run
  host: string
  gpu: number | string
  clockMhz: number
}

const placeOf = ({ runId, dimensions }: MeasuredValue): string => JSON.stringify([runId, dimensions['host'], dimensions['gpu']])

/** The median SM clock of each GPU that worked in each finished launch, as telemetry stored it. */
const clocksOf = (runs: readonly Run[], measurements: readonly MeasuredValue[]): Clock[] => {
  const byId = new Map(runs.map((run) => [run.id, run]))
  const atWork = new Set(measurements.filter(({ metric, value }) => metric === 'gpu.util' && value >= busyUtil).map(placeOf))
  return measurements.flatMap((measurement) => {
    const { metric, runId, value, dimensions } = measurement
    const run = byId.get(runId)
    const { host, gpu, stat } = dimensions
    if (!run || metric !== 'gpu.sm_clock' || stat !== 'median' || typeof host !== 'string' || !atWork.has(placeOf(measurement))) return []
    return typeof gpu === 'number' || typeof gpu === 'string' ? [{ run, host, gpu, clockMhz: value }] : []
  })
}

/** Per run the GPU that is furthest below the median of the arm's launches of the same probe entry. */
const lowClocks = (runs: readonly Run[], measurements: readonly MeasuredValue[]): Map<string, DisturbanceEvidence> => {
  const groups = Map.groupBy(clocksOf(runs, measurements), ({ run, host, gpu }) =>
    JSON.stringify([run.probeIndex, armKey(run.arm), host, gpu]),
  )
  const found = new Map<string, DisturbanceEvidence & { percent: number }>()
  for (const clocks of groups.values()) {
    const medianMhz = median(clocks.map(({ clockMhz }) => clockMhz))
    if (clocks.length < fewestLaunches || medianMhz <= 0) continue
    for (const { run, host, gpu, clockMhz } of clocks) {
      const percent = Math.round(100 * (1 - clockMhz / medianMhz))
      if (clockMhz >= medianMhz * (1 - lowClockShare) || percent <= (found.get(run.id)?.percent ?? 0)) continue
      found.set(run.id, { host, gpu, clockMhz: Math.round(clockMhz), medianMhz: Math.round(medianMhz), percent })
    }
  }
  return found
}

/** The finished launches that something disturbed, whether or not the plan keeps them. Warm-ups count nowhere and are left out. */
export const disturbedRuns = (runs: readonly Run[], measurements: readonly MeasuredValue[]): Disturbed[] => {
  const done = runs.filter((run) => run.status === 'done' && !run.warmup)
  const low = lowClocks(done, measurements)
  return done.flatMap((run) => {
    const clock = low.get(run.id)
    const kinds = [...disturbancesOf(run.facts), ...(clock ? [{ kind: 'clock_low' as const, evidence: clock }] : [])]
    return kinds.length > 0 ? [{ run, kinds }] : []
  })
}

/** True when the plan lets disturbed launches count. */
export const keepsDisturbed = (plan: Plan | null): boolean => plan?.limits.keep_disturbed === true

/** Why a disturbed launch is left out, in the reader's language. */
export const disturbedText = ({ kinds }: Disturbed, { notes, disturbances }: SharedMessages): string =>
  fill(notes.disturbed, { what: kinds.map(({ kind, evidence }) => fill(disturbances[kind], evidence)).join(' ') })
