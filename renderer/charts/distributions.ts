import type { SeriesInfo } from '../../preload/contract/api'
import type { Dimensions, Unit } from '../../preload/contract/measurement'
import type { Arm } from '../../preload/contract/plan'
import { dimensionsKey, levelsByRun, median, without, type Comparison } from './model'

/** Longest series that is fetched whole; beyond it the samples come thinned to extremes, which is no distribution. */
export const wholeSamples = 20_000

/** Series of one metric in one setting, over all launches that count. */
export interface SeriesGroup {
  id: string
  metric: string
  unit: Unit
  setting: Dimensions
  /** Samples of all ranks of a launch belong together. */
  launches: { runId: string; level: string; series: SeriesInfo[] }[]
  samples: number
}

interface RunArm {
  id: string
  arm: Arm
}

const others = (arm: Arm | undefined, factor: string): Dimensions => (arm ? without(arm, factor) : {})

/** Groups of series that can be compared: same metric, dimensions and other factors. Latencies first, then the most samples. */
export const seriesGroups = (comparison: Comparison, runs: readonly RunArm[], series: readonly SeriesInfo[]): SeriesGroup[] => {
  const levels = levelsByRun(comparison)
  const arms = new Map(runs.map(({ id, arm }) => [id, arm]))
  const groups = new Map<string, SeriesGroup>()
  for (const info of series) {
    const level = levels.get(info.runId)
    if (level === undefined || info.count === 0) continue
    const setting = { ...without(info.dimensions, 'rank'), ...others(arms.get(info.runId), comparison.factor) }
    const id = JSON.stringify([info.metric, dimensionsKey(setting)])
    const group = groups.get(id) ?? { id, metric: info.metric, unit: info.unit, setting, launches: [], samples: 0 }
    const launch = group.launches.find(({ runId }) => runId === info.runId)
    if (launch) launch.series.push(info)
    else group.launches.push({ runId: info.runId, level, series: [info] })
    group.samples += info.count
    groups.set(id, group)
  }
  const isLatency = ({ metric }: SeriesGroup): number => (metric.includes('.lat') ? 1 : 0)
  const size = ({ setting }: SeriesGroup): number => (typeof setting['size_bytes'] === 'number' ? setting['size_bytes'] : 0)
  return [...groups.values()].sort((a, b) => isLatency(b) - isLatency(a) || size(b) - size(a) || b.samples - a.samples)
}

/** A group whose samples are at hand. */
export interface Distribution {
  group: SeriesGroup
  launches: { runId: string; level: string; sorted: Float64Array }[]
  /** Launches left out, since their series is too long to fetch whole. */
  tooLong: number
}

/** Value below which a share of the samples lies (nearest rank); null without samples. */
export const quantile = (sorted: ArrayLike<number>, share: number): number | null =>
  sorted.length === 0 ? null : (sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null)

/** Shares at which curves are drawn: even in the body, finer towards the tail that latency is about. */
export const shares: readonly number[] = [
  ...Array.from({ length: 99 }, (_, index) => (index + 1) / 100),
  ...Array.from({ length: 9 }, (_, index) => 0.991 + index / 1000),
  0.9995,
  1,
]

export const percentiles = [0.5, 0.9, 0.99] as const

/** Median over launches of the quantile: the launch is the unit, not the sample. */
export const typicalQuantile = (launches: readonly { sorted: ArrayLike<number> }[], share: number): number | null =>
  median(launches.map(({ sorted }) => quantile(sorted, share)).filter((value) => value !== null))
