import { fillAxis } from './chunks'
import type { ChunkSummary } from './chunks'
import type { OpenSeries } from './series'

export interface Window {
  maxPoints: number
  /** Inclusive x values; absent: open. */
  from?: number
  to?: number
}

/** Two points per bucket at their own x, so every bucket's extremes are exact. Samples that are not finite are left out. */
export interface Downsampled {
  x: Float64Array
  y: Float64Array
  /** Over the finite samples in range; both 0 when there is none (then x and y are empty). */
  min: number
  max: number
  /** Samples in range. */
  total: number
}

/** One chunk's share of the window. */
interface Part {
  count: number
  chunk: ChunkSummary
  /** Loads x and y; called only when the summary cannot answer. */
  samples(): { x: Float64Array; y: Float64Array }
}

const finite = (value: number): boolean => value - value === 0

const samplesOf = (series: OpenSeries, chunk: ChunkSummary, firstIndex: number) => (): { x: Float64Array; y: Float64Array } => {
  const { values, times } = series.load(chunk)
  if (times) return { x: times, y: values }
  const x = new Float64Array(chunk.count)
  fillAxis(x, firstIndex, series.axis)
  return { x, y: values }
}

const filtered = ({ x, y }: { x: Float64Array; y: Float64Array }, from: number, to: number): { x: Float64Array; y: Float64Array } => {
  const keep = (_: number, i: number): boolean => (x[i] ?? NaN) >= from && (x[i] ?? NaN) <= to
  return { x: x.filter(keep), y: y.filter(keep) }
}

const rangeOf = (series: OpenSeries, chunk: ChunkSummary, firstIndex: number): [number, number] => {
  if (series.axis.kind === 'irregular') return [chunk.time_min ?? Infinity, chunk.time_max ?? -Infinity]
  const ends = new Float64Array(1)
  fillAxis(ends, firstIndex, series.axis)
  const first = ends[0] ?? 0
  fillAxis(ends, firstIndex + chunk.count - 1, series.axis)
  const last = ends[0] ?? 0
  return [Math.min(first, last), Math.max(first, last)]
}

const partsOf = (series: OpenSeries, from: number, to: number): Part[] => {
  const parts: Part[] = []
  let firstIndex = 0
  for (const chunk of series.chunks) {
    const [low, high] = rangeOf(series, chunk, firstIndex)
    const load = samplesOf(series, chunk, firstIndex)
    if (low >= from && high <= to) parts.push({ count: chunk.count, chunk, samples: load })
    else if (high >= from && low <= to) {
      const inside = filtered(load(), from, to)
      parts.push({ count: inside.x.length, chunk, samples: () => inside })
    }
    firstIndex += chunk.count
  }
  return parts
}

/** Collects the extremes of one bucket after another. */
class Buckets {
  private readonly xs: number[] = []
  private readonly ys: number[] = []
  private lowX = 0
  private highX = 0
  low = Infinity
  high = -Infinity
  min = Infinity
  max = -Infinity

  /** Local copies in the loop: it runs once per sample, and fields of `this` would double its time. */
  scan(x: Float64Array, y: Float64Array, start: number, end: number): void {
    let { low, high, lowX, highX } = this
    for (let i = start; i < end; i += 1) {
      const value = y[i] ?? NaN
      if (value >= low && value <= high) continue
      const at = x[i] ?? NaN
      if (!finite(value) || !finite(at)) continue
      if (value < low) [low, lowX] = [value, at]
      if (value > high) [high, highX] = [value, at]
    }
    Object.assign(this, { low, high, lowX, highX })
  }

  /** Emits the bucket, in x order, and begins the next. */
  next(): void {
    if (this.low <= this.high) {
      const points: [number, number][] = [
        [this.lowX, this.low],
        [this.highX, this.high],
      ]
      if (this.highX < this.lowX) points.reverse()
      const single = this.lowX === this.highX && this.low === this.high
      for (const [x, y] of single ? points.slice(0, 1) : points) this.add(x, y)
    }
    this.low = Infinity
    this.high = -Infinity
  }

  add(x: number, y: number): void {
    this.xs.push(x)
    this.ys.push(y)
    if (y < this.min) this.min = y
    if (y > this.max) this.max = y
  }

  result(total: number): Downsampled {
    const empty = this.ys.length === 0
    return {
      x: Float64Array.from(this.xs),
      y: Float64Array.from(this.ys),
      min: empty ? 0 : this.min + 0,
      max: empty ? 0 : this.max + 0,
      total,
    }
  }
}

const copyAll = (parts: Part[], into: Buckets): void => {
  for (const part of parts) {
    const { x, y } = part.samples()
    y.forEach((value, i) => {
      const at = x[i] ?? NaN
      if (finite(value) && finite(at)) into.add(at, value)
    })
  }
}

/** Nothing in the part can move the bucket's extremes, so its samples need not be read. */
const within = ({ chunk }: Part, buckets: Buckets): boolean =>
  chunk.min === null || chunk.max === null || (chunk.min >= buckets.low && chunk.max <= buckets.high)

const reduce = (parts: Part[], total: number, bucketCount: number, into: Buckets): void => {
  let bucket = 0
  let position = 0
  const end = (): number => Math.ceil(((bucket + 1) * total) / bucketCount)
  const advance = (count: number): void => {
    position += count
    if (position < end()) return
    into.next()
    bucket += 1
  }
  for (const part of parts) {
    if (position + part.count <= end() && within(part, into)) {
      advance(part.count)
      continue
    }
    const { x, y } = part.samples()
    for (let start = 0; start < part.count;) {
      const count = Math.min(part.count - start, end() - position)
      into.scan(x, y, start, start + count)
      advance(count)
      start += count
    }
  }
}

/** Min/max decimation by equal counts. `from` and `to` are x values. */
export const downsample = (series: OpenSeries, { maxPoints, from = -Infinity, to = Infinity }: Window): Downsampled => {
  const parts = partsOf(series, from, to)
  const total = parts.reduce((sum, part) => sum + part.count, 0)
  const buckets = new Buckets()
  if (total <= maxPoints) copyAll(parts, buckets)
  else reduce(parts, total, Math.max(1, Math.floor(maxPoints / 2)), buckets)
  return buckets.result(total)
}
