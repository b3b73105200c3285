import { crc32 } from 'node:zlib'
import { rowCrc, type SqlValue } from './sealed-table'

/** Samples per chunk: 64 KiB of float64. */
export const chunkSize = 8192

/** The columns of series_chunks without the BLOBs. */
export interface ChunkSummary {
  seq: number
  ordinal: number
  count: number
  min: number | null
  max: number | null
  sum: number | null
  time_min: number | null
  time_max: number | null
  data_crc: number
  crc: number
}

export interface Extremes {
  min: number | null
  max: number | null
  sum: number | null
}

/** Over the finite values; nulls when there is none. */
export const extremesOf = (values: Float64Array): Extremes => {
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (const value of values) {
    // Zero for a finite value, NaN for all others: one test for NaN and both infinities.
    if (value - value !== 0) continue
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  return min > max ? { min: null, max: null, sum: null } : { min, max, sum }
}

export const bytesOf = (values: Float64Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

export const dataCrc = (samples: Uint8Array, times: Uint8Array | null): number =>
  times === null ? crc32(samples) : crc32(times, crc32(samples))

/** Over the summary, so that extremes can be trusted without reading the samples. */
export const summaryCrc = (seriesId: number, chunk: Omit<ChunkSummary, 'seq' | 'crc'>): number => {
  const values: SqlValue[] = [chunk.ordinal, chunk.count, chunk.min, chunk.max, chunk.sum, chunk.time_min, chunk.time_max, chunk.data_crc]
  return rowCrc([seriesId, ...values])
}

export type TimesKind = 'index' | 'regular' | 'irregular'
export interface Axis {
  kind: TimesKind
  start: number | null
  step: number | null
}

/** Regular only when start + i * step gives every time back bit for bit. */
export const axisOf = (timesUs: Float64Array | undefined): Axis => {
  if (timesUs === undefined) return { kind: 'index', start: null, step: null }
  const [start = 0, second = 0] = timesUs
  const step = second - start
  const exact =
    timesUs.length >= 2 && Number.isFinite(start) && Number.isFinite(step) && timesUs.every((time, i) => Object.is(time, start + i * step))
  // SQLite stores -0 as 0.
  return exact && !Object.is(start, -0) ? { kind: 'regular', start, step } : { kind: 'irregular', start: null, step: null }
}

/** x of samples [from, from + into.length) of an axis without stored times. */
export const fillAxis = (into: Float64Array, from: number, axis: Axis): void => {
  const start = axis.kind === 'regular' ? (axis.start ?? 0) : 0
  const step = axis.kind === 'regular' ? (axis.step ?? 0) : 1
  for (let i = 0; i < into.length; i += 1) into[i] = start + (from + i) * step
}
