import { columnOf, type HostRows } from './host-rows'
import type { Track } from './host-tracks'

/** When the launch ran, seconds since row 0. */
export interface Window {
  /** Rows within the launch. */
  fromS: number
  toS: number
  /** With the rows just before and after it, between which it began and ended. */
  widerFromS: number
  widerToS: number
  /** False: no row fell into the launch, or nobody says when it ran; the window is then all rows. */
  known: boolean
}

/** The window from the rows that saw a role of the launch run. */
export const windowOf = (host: HostRows): Window => {
  const at = host.rows.map((row) => row[0] ?? 0)
  const running = columnOf(host, 'launch.running') ?? []
  const first = running.findIndex((count) => (count ?? 0) > 0)
  const last = running.findLastIndex((count) => (count ?? 0) > 0)
  const [start, end] = [at[0] ?? 0, at.at(-1) ?? 0]
  if (first < 0) return { fromS: start, toS: end, widerFromS: start, widerToS: end, known: false }
  return {
    fromS: at[first] ?? start,
    toS: at[last] ?? end,
    widerFromS: at[Math.max(0, first - 1)] ?? start,
    widerToS: at[Math.min(at.length - 1, last + 1)] ?? end,
    known: true,
  }
}

export interface Sample {
  value: number
  /** How long it held, seconds; 1 for a moment, so that moments weigh the same. */
  seconds: number
}

const samplesWhere = (track: Track, fits: (fromS: number, toS: number) => boolean): Sample[] =>
  track.values.flatMap((value, index) => {
    const to = track.timesS[index] ?? 0
    const from = track.fromS?.[index] ?? to
    return fits(from, to) ? [{ value, seconds: track.fromS ? to - from : 1 }] : []
  })

/** Samples wholly within the launch; for one shorter than the pace, those that touch it. */
export const within = (track: Track, window: Window): Sample[] => {
  const inside = samplesWhere(track, (from, to) => from >= window.fromS && to <= window.toS)
  return inside.length > 0 ? inside : covering(track, window)
}

/** Samples that together cover the launch, up to one interval more at each end: for totals, of which nothing may be lost. */
export const covering = (track: Track, window: Window): Sample[] =>
  samplesWhere(track, (from, to) =>
    track.fromS === null ? to >= window.widerFromS && to <= window.widerToS : to > window.widerFromS && from < window.widerToS,
  )

export const mean = (samples: readonly Sample[]): number | null => {
  const seconds = samples.reduce((sum, sample) => sum + sample.seconds, 0)
  return seconds > 0 ? samples.reduce((sum, sample) => sum + sample.value * sample.seconds, 0) / seconds : null
}

export const highest = (samples: readonly Sample[]): number | null =>
  samples.length === 0 ? null : samples.reduce((most, { value }) => Math.max(most, value), -Infinity)

export const lowest = (samples: readonly Sample[]): number | null =>
  samples.length === 0 ? null : samples.reduce((least, { value }) => Math.min(least, value), Infinity)

export const total = (samples: readonly Sample[]): number | null =>
  samples.length === 0 ? null : samples.reduce((sum, { value }) => sum + value, 0)

export const median = (samples: readonly Sample[]): number | null => {
  const sorted = samples.map(({ value }) => value).sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
