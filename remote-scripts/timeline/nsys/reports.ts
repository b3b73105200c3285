import type { Dimensions } from '../../../preload/contract'
import type { Column, Role } from './columns'

export type Kind = 'kernel' | 'memory-time' | 'memory-size' | 'api' | 'osrt' | 'nvtx' | 'projection'

export interface Report {
  /** The dimension that a row's name becomes. */
  dimension: string
  measure: 'time' | 'size'
  metrics: Partial<Record<Role, string>>
  /** A name that no row of the report can have: the row is of another table. */
  refuses: RegExp | null
}

const timed = (prefix: string): Report['metrics'] => ({
  total: `timeline.${prefix}_total_time`,
  count: `timeline.${prefix}_count`,
  avg: `timeline.${prefix}_avg_time`,
  median: `timeline.${prefix}_median_time`,
  min: `timeline.${prefix}_min_time`,
  max: `timeline.${prefix}_max_time`,
  stddev: `timeline.${prefix}_stddev_time`,
})

const sized = (prefix: string): Report['metrics'] => ({
  total: `timeline.${prefix}_bytes`,
  avg: `timeline.${prefix}_avg_bytes`,
  median: `timeline.${prefix}_median_bytes`,
  min: `timeline.${prefix}_min_bytes`,
  max: `timeline.${prefix}_max_bytes`,
  stddev: `timeline.${prefix}_stddev_bytes`,
})

const operation = /^\[CUDA /
const notAnOperation = /^(?!\[)/
const cudaCall = /^cu(?:da)?[A-Z]/

export const reports: Readonly<Record<Kind, Report>> = {
  kernel: { dimension: 'kernel', measure: 'time', metrics: timed('kernel'), refuses: operation },
  'memory-time': { dimension: 'op', measure: 'time', metrics: timed('memop'), refuses: notAnOperation },
  'memory-size': { dimension: 'op', measure: 'size', metrics: sized('memop'), refuses: notAnOperation },
  api: { dimension: 'api', measure: 'time', metrics: timed('api'), refuses: null },
  osrt: { dimension: 'name', measure: 'time', metrics: timed('osrt'), refuses: cudaCall },
  nvtx: { dimension: 'range', measure: 'time', metrics: timed('nvtx'), refuses: operation },
  projection: {
    dimension: 'range',
    measure: 'time',
    metrics: {
      ...timed('nvtx_gpu'),
      range_total: 'timeline.nvtx_total_time',
      count: 'timeline.nvtx_count',
      gpu_ops: 'timeline.nvtx_gpu_ops',
    },
    refuses: operation,
  },
}

/** Reports that are read, under every name that nsys has had for them. */
const named: [RegExp, Kind][] = [
  [/gpu_?kern(?:_gb)?_?sum|CUDA (?:GPU )?Kernel (?:Statistics|Summary)|CUDA GPU Kernel\/Grid\/Block Summary/i, 'kernel'],
  [/gpu_?mem_?time_?sum|Mem(?:ory )?Op(?:eration)?s? (?:Statistics|Summary) \((?:by time|nanoseconds)/i, 'memory-time'],
  [/gpu_?mem_?size_?sum|Mem(?:ory )?Op(?:eration)?s? (?:Statistics|Summary) \((?:by size|KiB)/i, 'memory-size'],
  [/cuda_?api_?sum|CUDA API (?:Statistics|Summary)/i, 'api'],
  [/osrt_?sum|(?:Operating System Runtime API|OS Runtime) (?:Statistics|Summary)/i, 'osrt'],
  [/nvtx_gpu_proj_sum|NVTX GPU Projection Summary/i, 'projection'],
  [/nvtx_?(?:pushpop_?|startend_?)?sum|nvtxppsum|NVTX (?:Push-?\/?Pop |Start-?\/?End )?Range (?:Statistics|Summary)/i, 'nvtx'],
]

/** The report that a title or a report's name means; null: one that is not read here. */
export const kindOfTitle = (title: string): Kind | null => named.find(([pattern]) => pattern.test(title))?.[1] ?? null

const has = (columns: readonly Column[], ...titles: string[]): boolean =>
  columns.some((column) => titles.includes(column.title.toLowerCase()))

/** The trace of what ran on the GPU; those of API calls and NVTX ranges have other columns. */
export const isGpuTrace = (columns: readonly Column[]): boolean =>
  has(columns, 'start') &&
  has(columns, 'duration') &&
  has(columns, 'name') &&
  has(columns, 'strm', 'device', 'grdx', 'corrid') &&
  !has(columns, 'pid', 'tid', 'result', 'projected start', 'rangeid')

/** What the header alone says; `calls`: the CUDA API or the operating system's, which the rows tell apart. */
export const kindOfHeader = (columns: readonly Column[]): Kind | 'calls' | 'trace' | null => {
  if (isGpuTrace(columns)) return 'trace'
  const names = columns.filter((column) => column.role === 'name')
  if (names.length !== 1 || columns.some((column) => column.role === 'foreign') || !columns.some((column) => column.role === 'total'))
    return null
  if (has(columns, 'total proj time')) return 'projection'
  if (has(columns, 'range')) return 'nvtx'
  const isTimed = has(columns, 'total time')
  if (has(columns, 'operation', 'operations')) return isTimed ? 'memory-time' : 'memory-size'
  if (!isTimed) return null
  if (has(columns, 'instances')) return 'kernel'
  return has(columns, 'num calls', 'calls') ? 'calls' : null
}

/** Whether a row of a table of calls is one of the CUDA API. */
export const isCudaCall = (name: string): boolean => cudaCall.test(name)

/** Dimensions of a row: its name, and what else tells it from others of that name. */
export const dimensionsOf = (report: Report, columns: readonly Column[], cells: readonly string[]): Dimensions => {
  const dimensions: Dimensions = {}
  columns.forEach(({ role }, index) => {
    const cell = (cells[index] ?? '').trim()
    if (role === 'name') dimensions[report.dimension] = cell
    else if ((role === 'grid' || role === 'block') && cell !== '') dimensions[role] = cell.replace(/\s+/g, ' ')
    else if (role === 'style' && cell !== '') dimensions['style'] = cell
  })
  return dimensions
}
