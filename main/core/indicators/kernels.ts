import type { Ceiling, IndicatorPart, KernelAnalysis, KernelRow } from '../../../preload/contract'
import { fill } from '../../../preload/contract/messages'
import type { Bound } from '../analysis/bounds'
import { missingDram, missingTime } from '../analysis/roofline'
import { median } from '../analysis/summary'
import {
  cannotAnswer,
  firstEntry,
  notMeasured,
  partOf,
  valuesOf,
  type Absent,
  type Launch,
  type Reader,
  type ReadingContext,
} from './arm-launches'

/** Kernels that matter: the longest, until they make up this share of the profiled time. */
const coveredShare = 0.8

/** Kernels of one launch that matter, with their total time; `missing` names counters without which the answer would be wrong. */
interface Profile {
  rows: readonly KernelRow[]
  timeUs: number
  all: number
  missing: readonly string[]
  dram: Ceiling | null
}

const profileOf = ({ kernels, ceilings }: KernelAnalysis): Profile => {
  const missing = kernels.flatMap((row) => (row.timeUs === null ? missingTime(row.missing) : []))
  const total = kernels.reduce((sum, { timeUs }) => sum + (timeUs ?? 0), 0)
  const rows: KernelRow[] = []
  let timeUs = 0
  for (const row of kernels) {
    if (timeUs >= coveredShare * total) break
    rows.push(row)
    timeUs += row.timeUs ?? 0
  }
  return { rows, timeUs, all: kernels.length, missing, dram: ceilings.find(({ kind }) => kind === 'dram') ?? null }
}

/** A figure of a profile, what it might be at best, or the counters that it lacks. */
type Figure =
  { value: number; best: number | null; source: string } | { missing: readonly string[]; code: 'missing_counters' | 'no_memory_ceiling' }

const lacking = (...missing: (readonly string[])[]): Figure => ({ missing: [...new Set(missing.flat())], code: 'missing_counters' })

/** Time that the roofline allows a kernel at best, us; one that computes nothing is held by memory alone, one whose operations are not known is not placed. */
const idealUs = (row: KernelRow, dram: Ceiling | null): number | null => {
  if (row.flop === null) return null
  if (row.flop > 0) return row.attainableFlopPerSecond === null ? null : (row.flop / row.attainableFlopPerSecond) * 1e6
  return row.dramBytes === null || dram === null ? null : row.dramBytes / (dram.value * 1e3)
}

const total = (values: readonly (number | null)[]): number | null =>
  values.includes(null) ? null : (values as number[]).reduce((sum, value) => sum + value, 0)

const idealOf = ({ rows, dram }: Profile): number | null => total(rows.map((row) => idealUs(row, dram)))

/** Operations over what the pipe that does most of them could do in the same time, over all kernels that matter. */
const saturation = (profile: Profile): Figure => {
  const { rows, timeUs } = profile
  // Time that the operations would take at the peak; a kernel without operations saturates nothing.
  const atPeakUs = total(
    rows.map((row) =>
      row.flop === 0 ? 0 : row.flop === null || row.peakFlopPerSecond === null ? null : (row.flop / row.peakFlopPerSecond) * 1e6,
    ),
  )
  if (atPeakUs === null || profile.missing.length > 0) return lacking(profile.missing, ...rows.map(({ missing }) => missing))
  const ideal = idealOf(profile)
  return { value: atPeakUs / timeUs, best: ideal === null || ideal <= 0 ? null : Math.min(1, atPeakUs / ideal), source: 'roofline' }
}

const memoryShare = (profile: Profile): Figure => {
  const { rows, timeUs, dram, missing } = profile
  const bytes = total(rows.map(({ dramBytes }) => dramBytes))
  if (bytes === null || missing.length > 0)
    return lacking(missing, ...rows.map((row) => (row.dramBytes === null ? missingDram(row.missing) : [])))
  if (dram === null) return { missing: ['dram__bytes.sum.peak_sustained'], code: 'no_memory_ceiling' }
  const ideal = idealOf(profile)
  const atCeilingUs = bytes / (dram.value * 1e3)
  return { value: atCeilingUs / timeUs, best: ideal === null || ideal <= 0 ? null : Math.min(1, atCeilingUs / ideal), source: 'roofline' }
}

/** Active warps over the most, each kernel by its time. */
const occupied = ({ rows, timeUs, missing }: Profile): Figure => {
  const weighted = (of: (row: KernelRow) => number | null): number | null => {
    const sum = total(
      rows.map((row) => {
        const value = of(row)
        return value === null || row.timeUs === null ? null : value * row.timeUs
      }),
    )
    return sum === null ? null : sum / timeUs
  }
  const value = weighted(({ occupancy }) => occupancy.achieved)
  if (value === null || missing.length > 0) return lacking(missing, ['sm__warps_active.avg.pct_of_peak_sustained_active'])
  return { value, best: weighted(({ occupancy }) => occupancy.theoretical), source: 'occupancy' }
}

const intensityOf = ({ rows }: Profile): number | null => {
  const [flop, bytes] = [total(rows.map((row) => row.flop)), total(rows.map(({ dramBytes }) => dramBytes))]
  return flop === null || bytes === null || bytes <= 0 ? null : flop / bytes
}

/** Which wall holds the longest kernel, or what limits its occupancy. */
const wallNote = (profile: Profile, { messages }: ReadingContext): string => {
  const bound = profile.rows[0]?.bound
  return bound ? messages.indicators.notes[bound === 'memory' ? 'wall_memory' : 'wall_compute'] : ''
}

const ceilingNote = ({ dram }: Profile, { messages }: ReadingContext): string => {
  const { ceiling_measured, ceiling_counters } = messages.indicators.notes
  return dram === null
    ? ''
    : fill(dram.source === 'measured' ? ceiling_measured : ceiling_counters, { GBps: Number(dram.value.toPrecision(4)) })
}

const limiterNote = ({ rows }: Profile, { messages }: ReadingContext): string => {
  const limiters = rows[0]?.occupancy.limiters ?? []
  const { notes, limiters: names } = messages.indicators
  return limiters.length === 0 ? '' : fill(notes.limited_by, { resources: limiters.map((name) => names[name]).join(', ') })
}

interface Kind {
  metrics: readonly string[]
  figure: (profile: Profile) => Figure
  notes: readonly ((profile: Profile, context: ReadingContext) => string)[]
  parts: (launches: readonly Launch[], profile: (launch: Launch) => Profile | null, context: ReadingContext) => IndicatorPart[]
}

/** What the roofline or the block's shape allows, over the launches. */
const boundOf = (figures: readonly Figure[], { messages }: ReadingContext): Bound | null => {
  const best = figures.flatMap((figure) => ('value' in figure && figure.best !== null ? [figure] : []))
  const [first] = best
  if (!first || best.length < figures.length) return null
  const { notes } = messages.indicators
  return {
    value: median(best.map((figure) => figure.best ?? 0)),
    source: first.source === 'roofline' ? notes.bound_roofline : notes.bound_occupancy,
  }
}

/** Why there is no answer; null: no counter is missing. */
const lackOf = (figures: readonly Figure[]): Absent | null => {
  const lacks = figures.flatMap((one) => ('missing' in one && one.missing.length > 0 ? [one] : []))
  const [first] = lacks
  if (!first) return null
  const missing = new Set(lacks.flatMap((one) => (one.code === first.code ? one.missing : [])))
  return cannotAnswer(first.code, { counters: [...missing].slice(0, 3).join(', ') })
}

const readKernels =
  ({ metrics, figure, notes, parts }: Kind): Reader =>
  (of, context) => {
    const analysis = ({ run }: Launch): KernelAnalysis | null => {
      const found = context.kernels.get(run.id)
      return found && found.kernels.length > 0 ? found : null
    }
    const { launches } = firstEntry(of.launches, (launch) => analysis(launch) !== null)
    const [first] = launches
    if (!first) return notMeasured(of, 'kernel')
    const profiles = new Map(launches.map((launch) => [launch, profileOf(analysis(launch) as KernelAnalysis)]))
    const figures = [...profiles.values()].map(figure)
    const absent = lackOf(figures)
    if (absent) return absent
    const values = valuesOf(launches, (launch) => {
      const profile = profiles.get(launch)
      const found = profile && figure(profile)
      return found && 'value' in found ? found.value : null
    })
    if (figures.some((one) => 'missing' in one) || values.length === 0) return cannotAnswer('nothing_computed')
    const profile = profiles.get(first) as Profile
    const covered = fill(context.messages.indicators.notes.kernels, { count: profile.rows.length, all: profile.all })
    return {
      kind: 'measured',
      metrics,
      values,
      note: [covered, ...notes.map((note) => note(profile, context))].filter((text) => text !== '').join(' '),
      parts: parts(launches, (launch) => profiles.get(launch) ?? null, context),
      bound: boundOf(figures, context),
    }
  }

const sumPerSecond = (profile: Profile | null, of: (row: KernelRow) => number | null): number | null => {
  const sum = profile && total(profile.rows.map(of))
  return sum === null || profile === null || profile.timeUs <= 0 ? null : sum / profile.timeUs
}

/** Achieved over peak arithmetic throughput. */
export const computeSaturation = readKernels({
  metrics: ['kernel.duration', 'kernel.counter'],
  figure: saturation,
  notes: [wallNote],
  parts: (launches, profile, { messages }) => {
    const { achieved_flops } = messages.indicators.notes
    return partOf(launches, achieved_flops, 'FLOP/s', (launch) => {
      const perUs = sumPerSecond(profile(launch), ({ flop }) => flop)
      return perUs === null ? null : perUs * 1e6
    })
  },
})

/** DRAM bytes a second over the ceiling, the arithmetic intensity beside it. */
export const memoryBandwidthShare = readKernels({
  metrics: ['kernel.duration', 'kernel.dram_bytes'],
  figure: memoryShare,
  notes: [ceilingNote, wallNote],
  parts: (launches, profile, { messages }) => {
    const { intensity, dram_rate } = messages.indicators.notes
    return [
      ...partOf(launches, dram_rate, 'GB/s', (launch) => {
        const perUs = sumPerSecond(profile(launch), ({ dramBytes }) => dramBytes)
        return perUs === null ? null : perUs / 1e3
      }),
      ...partOf(launches, intensity, 'FLOP/byte', (launch) => {
        const found = profile(launch)
        return found && intensityOf(found)
      }),
    ]
  },
})

/** Active warps over maximum warps, and the resource that limits them. */
export const occupancyShare = readKernels({
  metrics: ['kernel.occupancy_achieved', 'kernel.duration'],
  figure: occupied,
  notes: [limiterNote],
  parts: () => [],
})
