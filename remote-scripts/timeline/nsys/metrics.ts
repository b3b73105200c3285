import type { MetricSpec } from '../../../preload/contract'

const what: Record<string, [label: string, dimensions: string[]]> = {
  kernel: ['kernel', ['kernel', 'grid', 'block']],
  memop: ['copy or fill operation', ['op']],
  api: ['CUDA API call', ['api']],
  osrt: ['operating system call', ['name']],
  nvtx: ['NVTX range on the host', ['range', 'style']],
  nvtx_gpu: ['NVTX range, projected onto the GPU work it started', ['range', 'style']],
}

const figures: Record<string, string> = {
  total: 'Time of all instances, added up',
  avg: 'Mean time of one instance',
  median: 'Median time of one instance',
  min: 'Shortest instance',
  max: 'Longest instance',
  stddev: 'Standard deviation of the time of one instance',
}

const spec = (id: string, unit: MetricSpec['unit'], dimensions: string[], meaning: string): MetricSpec => ({
  id: `timeline.${id}`,
  unit,
  better: unit === 'us' ? 'lower' : 'none',
  dimensions,
  meaning,
})

/** What only Nsight Systems gives; the time and the count of kernels are the PyTorch profiler's as well. */
export const nsysMetrics: MetricSpec[] = [
  ...Object.entries(what).flatMap(([prefix, [label, dimensions]]) =>
    Object.entries(figures)
      .filter(([figure]) => !(prefix === 'kernel' && figure === 'total'))
      .map(([figure, meaning]) => spec(`${prefix}_${figure}_time`, 'us', dimensions, `${meaning}: ${label}`)),
  ),
  ...['memop', 'api', 'osrt', 'nvtx'].map((prefix) =>
    spec(`${prefix}_count`, '1', what[prefix]?.[1] ?? [], `Instances: ${what[prefix]?.[0] ?? prefix}`),
  ),
  spec('nvtx_gpu_ops', '1', ['range', 'style'], 'GPU operations that the NVTX range started'),
  spec('memop_bytes', 'bytes', ['op'], 'Bytes of all copies or fills of the kind'),
  ...['avg', 'median', 'min', 'max', 'stddev'].map((figure) =>
    spec(`memop_${figure}_bytes`, 'bytes', ['op'], `${(figures[figure] ?? '').replace('time', 'size')}: copy or fill operation`),
  ),
]
