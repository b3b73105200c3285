import type { MetricSpec } from '../../preload/contract'

const onHost = ['device', 'size_bytes', 'stat', 'engine', 'workers', 'cache']
const cpuBest = { device: 'cpu', stat: 'best', cache: 'outside' }

export const memoryMetrics: MetricSpec[] = [
  {
    id: 'memory.triad_bandwidth',
    unit: 'GB/s',
    better: 'higher',
    dimensions: onHost,
    meaning: 'a = b + s c, counted as STREAM does: three arrays over the time',
    headline: true,
    headlineWhere: cpuBest,
  },
  {
    id: 'memory.copy_bandwidth',
    unit: 'GB/s',
    better: 'higher',
    dimensions: onHost,
    meaning: 'a = b within one memory: two arrays over the time',
  },
  {
    id: 'memory.h2d_bandwidth',
    unit: 'GB/s',
    better: 'higher',
    dimensions: ['device', 'kind', 'size_bytes', 'stat'],
    meaning: 'Copy from host to GPU, bytes once; kind pinned or pageable memory',
  },
  {
    id: 'memory.d2h_bandwidth',
    unit: 'GB/s',
    better: 'higher',
    dimensions: ['device', 'kind', 'size_bytes', 'stat'],
    meaning: 'Copy from GPU to host, bytes once; kind pinned or pageable memory',
  },
  {
    id: 'memory.wrong',
    unit: '1',
    better: 'lower',
    dimensions: ['device'],
    meaning: 'Sampled elements of the triad’s result that were wrong, over all workers',
  },
]
