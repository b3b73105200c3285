import type { MetricSpec, Unit } from '../../../../preload/contract'

/** What a column of the table holds; `device` is null where the metric's name says it. */
export interface ColumnKind {
  metric: string
  unit: Unit
  cell: 'time' | 'share' | 'memory' | 'count' | 'flops'
  /** FLOPs of one unit of the column: `Total MFLOPs` counts millions. */
  power: number
  /** As the table calls it (`XPU`); null for the CPU and CUDA, which have metrics of their own. */
  device: string | null
}

const own = new Set(['cpu', 'cuda'])

const part = (device: string): string => (own.has(device.toLowerCase()) ? device.toLowerCase() : 'device')

/** Header patterns in the tables of all versions, and the metric that each makes with the device's name in it. */
const patterns: [RegExp, (device: string) => string, Unit, ColumnKind['cell']][] = [
  [/^Self (\w{2,20})(?: total)? %$/, (device) => `op_self_${device}_share`, '1', 'share'],
  [/^Self (\w{2,20})(?: total)?$/, (device) => `op_self_${device}_time`, 'us', 'time'],
  [/^Self (\w{2,20}) Mem$/, (device) => `op_self_${device}_memory`, 'bytes', 'memory'],
  [/^(\w{2,20}) total %$/, (device) => `op_${device}_total_share`, '1', 'share'],
  [/^(\w{2,20}) total$/, (device) => `op_${device}_total_time`, 'us', 'time'],
  [/^(\w{2,20}) time avg$/, (device) => `op_avg_${device}_time`, 'us', 'time'],
  [/^(\w{2,20}) Mem$/, (device) => `op_${device}_memory`, 'bytes', 'memory'],
]

const prefixes = ['', 'K', 'M', 'G', 'T', 'P']

/** What the column of this header holds; null when it holds no figure, or one that is not known. */
export const columnKind = (header: string): ColumnKind | null => {
  if (/^(?:# of Calls|Number of Calls)$/.test(header))
    return { metric: 'timeline.op_count', unit: '1', cell: 'count', power: 0, device: null }
  const flops = /^Total ([KMGTP]?)FLOPs$/i.exec(header)
  if (flops) {
    const power = 3 * prefixes.indexOf((flops[1] ?? '').toUpperCase())
    return { metric: 'timeline.op_flops', unit: '1', cell: 'flops', power, device: null }
  }
  for (const [pattern, name, unit, cell] of patterns) {
    const device = pattern.exec(header)?.[1]
    if (device === undefined) continue
    return { metric: `timeline.${name(part(device))}`, unit, cell, power: 0, device: part(device) === 'device' ? device : null }
  }
  return null
}

/** Metric of a total at the foot of the table. */
export const totalMetric = (device: string): { metric: string; device: string | null } => ({
  metric: `timeline.total_${part(device)}_time`,
  device: part(device) === 'device' ? device : null,
})

const labels: Record<string, string> = { cpu: 'the CPU', cuda: 'the GPU', device: 'a device that is not CUDA' }

const metricsOf = (device: string): MetricSpec[] => {
  const on = labels[device] ?? device
  const dimensions = device === 'device' ? ['op', 'device_type', 'input_shapes'] : ['op', 'input_shapes']
  const spec = (id: string, unit: Unit, meaning: string): MetricSpec => ({
    id: `timeline.${id}`,
    unit,
    better: unit === 'us' ? 'lower' : 'none',
    dimensions,
    meaning: `${meaning} on ${on}`,
  })
  return [
    spec(`op_self_${device}_time`, 'us', 'Time of the operator without what it calls,'),
    spec(`op_${device}_total_time`, 'us', 'Time of the operator with all that it calls,'),
    spec(`op_avg_${device}_time`, 'us', 'Mean time of one call with all that it calls,'),
    spec(`op_self_${device}_share`, '1', 'Share of all own time,'),
    spec(`op_${device}_total_share`, '1', 'Share of all time, with all that it calls,'),
    spec(`op_self_${device}_memory`, 'bytes', 'Memory taken less memory freed by the operator itself,'),
    spec(`op_${device}_memory`, 'bytes', 'The same with all that it calls,'),
    { ...spec(`total_${device}_time`, 'us', 'Own time of all operators'), dimensions: device === 'device' ? ['device_type'] : [] },
  ]
}

/** What a key_averages table gives. */
export const tableMetrics: MetricSpec[] = [
  ...['cpu', 'cuda', 'device'].flatMap(metricsOf),
  { id: 'timeline.op_count', unit: '1', better: 'none', dimensions: ['op', 'input_shapes'], meaning: 'Calls of the operator' },
  {
    id: 'timeline.op_flops',
    unit: '1',
    better: 'none',
    dimensions: ['op', 'input_shapes'],
    meaning: 'Floating-point operations of all calls (only of matrix products and convolutions)',
  },
]
