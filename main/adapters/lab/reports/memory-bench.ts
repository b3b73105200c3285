/** Lines of remote-scripts/memory-bandwidth/memory_bench.py. */

export interface MemoryBenchHeader {
  engine: string
  engineVersion: string
  workers: number
  cpus: number
  cacheBytes: number
}

export interface MemoryBenchRow {
  test: 'copy' | 'triad' | 'h2d' | 'd2h'
  /** null: host memory. */
  gpu: { device: string; name: string; kind: 'pinned' | 'pageable' | null; cacheBytes: number } | null
  arrayBytes: number
  passes: number
  timesUs: readonly number[]
}

const spaced = (value: object): string =>
  JSON.stringify(value, null, 1)
    .replace(/\n */g, ' ')
    .replace(/([{[]) | ([}\]])/g, '$1$2')

export const printMemoryBench = (header: MemoryBenchHeader, rows: readonly MemoryBenchRow[]): string => {
  const first = {
    headroom: 'memory-bench',
    version: 1,
    engine: header.engine,
    engine_version: header.engineVersion,
    workers: header.workers,
    cpus: header.cpus,
    cache_bytes: header.cacheBytes,
    python: '3.10.12',
    huge_pages: 'always [madvise] never',
  }
  const lines = rows.map(({ test, gpu, arrayBytes, passes, timesUs }) => {
    const sizes = { array_bytes: arrayBytes, passes }
    const times = { times_us: timesUs.map((time) => Number(time.toFixed(3))) }
    if (gpu === null) return { test, device: 'cpu', ...sizes, ...times, wrong: 0 }
    return { device: gpu.device, gpu: gpu.name, ...sizes, cache_bytes: gpu.cacheBytes, test, kind: gpu.kind, ...times }
  })
  return [first, ...lines, { end: true }].map(spaced).join('\n')
}
