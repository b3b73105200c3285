import type { AlphaBetaFit } from '../../preload/contract/comparison'
import type { Dimensions, Unit } from '../../preload/contract/measurement'
import { dimensionsKey, levelName, median, rowKey, sizeOf, without, type Comparison, type ComparisonRow } from './model'

export type Family = 'bandwidth' | 'time' | 'rate'

export interface LaunchPoint {
  sizeBytes: number
  value: number
  runId: string
  rowKey: string
}

export interface Curve {
  level: string
  /** What the level is called. */
  name: string
  /** Place of the level in the comparison; gives the look. */
  place: number
  launches: LaunchPoint[]
  medians: { sizeBytes: number; value: number; n: number; rowKey: string }[]
  /** Pieces of the fitted line, in the sweep's unit; empty without a fit. */
  fitted: { sizeBytes: number; value: number }[][]
  bound: { value: number; source: string } | null
}

/** One metric in one setting over message sizes. */
export interface Sweep {
  id: string
  metric: string
  unit: Unit
  family: Family
  headline: boolean
  setting: Dimensions
  /** By size, then in the order of levels. */
  rows: ComparisonRow[]
  curves: Curve[]
  fitMethod: string | null
}

const familyOf = (unit: Unit): Family | null => (unit === 'GB/s' ? 'bandwidth' : unit === 'us' ? 'time' : unit === '1/s' ? 'rate' : null)

const leastSizes = 2
const pointsPerPiece = 48

const curveOf = (rows: readonly ComparisonRow[], level: string, name: string, place: number): Curve => {
  const seen = new Set<number>()
  const curve: Curve = { level, name, place, launches: [], medians: [], fitted: [], bound: null }
  for (const row of rows) {
    const sizeBytes = sizeOf(row)
    const arm = row.arms.find((candidate) => String(candidate.level) === level)
    // The baseline appears once per pair of levels; its launches are the same ones.
    if (sizeBytes === null || sizeBytes <= 0 || !arm || seen.has(sizeBytes)) continue
    seen.add(sizeBytes)
    const key = rowKey(row)
    arm.values.forEach((value, index) => {
      if (value > 0) curve.launches.push({ sizeBytes, value, runId: arm.runIds[index] ?? '', rowKey: key })
    })
    if (arm.median > 0) curve.medians.push({ sizeBytes, value: arm.median, n: arm.n, rowKey: key })
    curve.bound = row.bound[level] ?? curve.bound
  }
  return curve
}

/** t(m) = A + B m, sampled evenly in log m; neighbours meet half-way between their sizes, where a jump of protocol shows as one. */
const piecesOf = (fit: AlphaBetaFit, value: (sizeBytes: number, timeUs: number) => number): Curve['fitted'] =>
  fit.segments.map(({ fromBytes, toBytes, interceptUs, usPerByte }, place) => {
    const [before, after] = [fit.segments[place - 1], fit.segments[place + 1]]
    const from = before ? Math.sqrt(before.toBytes * fromBytes) : fromBytes
    const to = after ? Math.sqrt(toBytes * after.fromBytes) : toBytes
    return Array.from({ length: pointsPerPiece }, (_, index) => {
      const sizeBytes = from * (to / from) ** (index / (pointsPerPiece - 1))
      return { sizeBytes, value: value(sizeBytes, interceptUs + usPerByte * sizeBytes) }
    }).filter((point) => point.value > 0 && Number.isFinite(point.value))
  })

const probeOf = (metric: string): string => metric.split('.')[0] ?? metric

const fitFor = (comparison: Comparison, metric: string, setting: Dimensions, level: string): AlphaBetaFit | undefined =>
  comparison.fits.find(
    ({ level: fitted, dimensions }) =>
      String(fitted) === level &&
      probeOf(String(dimensions['metric'])) === probeOf(metric) &&
      dimensionsKey(without(dimensions, 'metric')) === dimensionsKey(setting),
  )

/**
 * Bandwidth over m/t, the same at every size (2(n-1)/n for the bus bandwidth of an all-reduce): taken from the medians, so that
 * the fitted time can be drawn as bandwidth. Null when the metric is no such multiple.
 */
export const bandwidthFactor = (bandwidth: Curve['medians'], times: Curve['medians']): number | null => {
  const factors = bandwidth.flatMap(({ sizeBytes, value }) => {
    const time = times.find((other) => other.sizeBytes === sizeBytes)
    return time ? [(value * time.value * 1e3) / sizeBytes] : []
  })
  const factor = median(factors)
  if (factor === null || factors.some((other) => Math.abs(other / factor - 1) > 0.2)) return null
  return factor
}

const addFit = (comparison: Comparison, sweep: Sweep, curve: Curve, all: readonly Sweep[]): void => {
  const fit = fitFor(comparison, sweep.metric, sweep.setting, curve.level)
  if (!fit) return
  const fittedMetric = String(fit.dimensions['metric'])
  if (sweep.metric === fittedMetric) {
    curve.fitted = piecesOf(fit, (_, timeUs) => timeUs)
    sweep.fitMethod = fit.method
    return
  }
  if (sweep.family !== 'bandwidth') return
  const timed = all.find((other) => other.metric === fittedMetric && dimensionsKey(other.setting) === dimensionsKey(sweep.setting))
  const times = timed?.curves.find(({ level }) => level === curve.level)?.medians ?? []
  const factor = bandwidthFactor(curve.medians, times)
  if (factor === null) return
  curve.fitted = piecesOf(fit, (sizeBytes, timeUs) => (factor * sizeBytes) / timeUs / 1e3)
  sweep.fitMethod = fit.method
}

const rank = (sweep: Sweep): number[] => [sweep.headline ? 0 : 1, sweep.setting['in_place'] === true ? 1 : 0]
const byRank = (left: Sweep, right: Sweep): number => {
  const [a, b] = [rank(left), rank(right)]
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)
}

/** Every metric that was measured at two sizes or more, headline metrics first. */
export const sweepsOf = (comparison: Comparison): Sweep[] => {
  const groups = new Map<string, ComparisonRow[]>()
  for (const row of comparison.rows) {
    if (sizeOf(row) === null || familyOf(row.unit) === null) continue
    const key = JSON.stringify([row.metric, dimensionsKey(without(row.dimensions, 'size_bytes'))])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const sweeps = [...groups].flatMap(([id, rows]): Sweep[] => {
    const first = rows[0]
    if (!first) return []
    const ordered = rows.toSorted((a, b) => (sizeOf(a) ?? 0) - (sizeOf(b) ?? 0))
    const curves = comparison.levels
      .map((level, place) => curveOf(ordered, String(level), levelName(comparison, String(level)), place))
      .filter(({ medians }) => medians.length > 0)
    if (new Set(curves.flatMap(({ medians }) => medians.map(({ sizeBytes }) => sizeBytes))).size < leastSizes) return []
    return [
      {
        id,
        metric: first.metric,
        unit: first.unit,
        family: familyOf(first.unit) ?? 'rate',
        headline: rows.some(({ headline }) => headline),
        setting: without(first.dimensions, 'size_bytes'),
        rows: ordered,
        curves,
        fitMethod: null,
      },
    ]
  })
  for (const sweep of sweeps) for (const curve of sweep.curves) addFit(comparison, sweep, curve, sweeps)
  return sweeps.sort(byRank)
}

/** The row that carries the finding of a sweep: the largest size both arms measured. */
export const finalRow = (sweep: Sweep): ComparisonRow | undefined => sweep.rows.findLast(({ ratio }) => ratio !== null) ?? sweep.rows.at(-1)
