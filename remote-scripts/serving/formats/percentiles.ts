/** Percentiles that have a metric of their own: the number as tools write it, and the end of the metric's name. */
export const percentiles: ReadonlyMap<number, string> = new Map([
  [50, 'p50'],
  [75, 'p75'],
  [90, 'p90'],
  [95, 'p95'],
  [98, 'p98'],
  [99, 'p99'],
  [99.9, 'p999'],
])

/** Those that are computed from raw requests. */
export const computedShares: readonly [number, string][] = [
  [0.5, 'p50'],
  [0.9, 'p90'],
  [0.95, 'p95'],
  [0.99, 'p99'],
]
