import { grouped, printColumns, printCsv, type NsysColumn } from './nsys-table'

/** What one name stands for: how long each of its instances took (whole ns), and what it moved. */
export interface NsysEntry {
  name: string
  timesNs: number[]
  /** Bytes of each instance; copies and fills only. */
  bytes?: number[]
}

/** What a profile holds, by report. */
export interface NsysProfile {
  kernels: NsysEntry[]
  copies: NsysEntry[]
  apiCalls: NsysEntry[]
  ranges: NsysEntry[]
}

interface Figures {
  total: number
  count: number
  avg: number
  median: number
  min: number
  max: number
  stddev: number
}

/** The figures that every row of nsys shows. */
export const figuresOf = (values: readonly number[]): Figures => {
  const sorted = [...values].sort((a, b) => a - b)
  const total = values.reduce((sum, value) => sum + value, 0)
  const count = values.length
  const avg = total / count
  const middle = Math.floor(count / 2)
  const upper = sorted[middle] ?? 0
  const median = count % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
  const variance = count < 2 ? 0 : values.reduce((sum, value) => sum + (value - avg) ** 2, 0) / (count - 1)
  return { total, count, avg, median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, stddev: Math.sqrt(variance) }
}

interface Shape {
  count: string
  name: string
  /** `PushPop` before the names of ranges. */
  style?: string
}

type Digits = (digits: string) => string

const byTotal = (entries: readonly NsysEntry[]): NsysEntry[] =>
  [...entries].sort((a, b) => figuresOf(b.timesNs).total - figuresOf(a.timesNs).total)

const numbers = (title: string, cells: string[]): NsysColumn => ({ title, cells, align: 'right' })
const texts = (title: string, cells: string[]): NsysColumn => ({ title, cells, align: 'left' })

/** Columns of a report of times, as versions from 2022 on name them. */
const timeColumns = (entries: readonly NsysEntry[], shape: Shape, digits: Digits): NsysColumn[] => {
  const rows = byTotal(entries)
  const figures = rows.map(({ timesNs }) => figuresOf(timesNs))
  const all = figures.reduce((sum, { total }) => sum + total, 0)
  const whole = (pick: (figures: Figures) => number): string[] => figures.map((one) => digits(pick(one).toFixed(0)))
  const tenths = (pick: (figures: Figures) => number): string[] => figures.map((one) => digits(pick(one).toFixed(1)))
  return [
    numbers('Time (%)', figures.map(({ total }) => ((100 * total) / Math.max(1, all)).toFixed(1))), // prettier-ignore
    numbers('Total Time (ns)', whole(({ total }) => total)), // prettier-ignore
    numbers(shape.count, whole(({ count }) => count)), // prettier-ignore
    numbers('Avg (ns)', tenths(({ avg }) => avg)), // prettier-ignore
    numbers('Med (ns)', tenths(({ median }) => median)), // prettier-ignore
    numbers('Min (ns)', whole(({ min }) => min)), // prettier-ignore
    numbers('Max (ns)', whole(({ max }) => max)), // prettier-ignore
    numbers('StdDev (ns)', tenths(({ stddev }) => stddev)), // prettier-ignore
    ...(shape.style === undefined ? [] : [texts('Style', rows.map(() => shape.style ?? ''))]), // prettier-ignore
    texts(shape.name, rows.map(({ name }) => name)), // prettier-ignore
  ]
}

/** Columns of the report of sizes: MB of 10^6 bytes with three decimals. */
const sizeColumns = (entries: readonly NsysEntry[], digits: Digits): NsysColumn[] => {
  const figures = entries.map(({ bytes }) => figuresOf(bytes ?? []))
  const megabytes = (pick: (figures: Figures) => number): string[] => figures.map((one) => digits((pick(one) / 1e6).toFixed(3)))
  return [
    numbers('Total (MB)', megabytes(({ total }) => total)), // prettier-ignore
    numbers('Count', figures.map(({ count }) => digits(String(count)))), // prettier-ignore
    numbers('Avg (MB)', megabytes(({ avg }) => avg)), // prettier-ignore
    numbers('Med (MB)', megabytes(({ median }) => median)), // prettier-ignore
    numbers('Min (MB)', megabytes(({ min }) => min)), // prettier-ignore
    numbers('Max (MB)', megabytes(({ max }) => max)), // prettier-ignore
    numbers('StdDev (MB)', megabytes(({ stddev }) => stddev)), // prettier-ignore
    texts('Operation', entries.map(({ name }) => name)), // prettier-ignore
  ]
}

interface Report {
  /** Names since 2023 and in 2022, and the headings of both. */
  id: string
  oldId: string
  heading: string
  oldHeading: string
  columns: (digits: Digits) => NsysColumn[]
  isEmpty: boolean
}

const reportsOf = (profile: NsysProfile): Report[] => {
  const timed = (entries: NsysEntry[], shape: Shape, names: Pick<Report, 'id' | 'oldId' | 'heading' | 'oldHeading'>): Report => ({
    ...names,
    columns: (digits) => timeColumns(entries, shape, digits),
    isEmpty: entries.length === 0,
  })
  const { kernels, copies, apiCalls, ranges } = profile
  return [
    timed(ranges, { count: 'Instances', name: 'Range', style: 'PushPop' }, { id: 'nvtx_sum', oldId: 'nvtxsum', heading: 'NVTX Range Summary', oldHeading: 'NVTX Range Statistics' }), // prettier-ignore
    timed(apiCalls, { count: 'Num Calls', name: 'Name' }, { id: 'cuda_api_sum', oldId: 'cudaapisum', heading: 'CUDA API Summary', oldHeading: 'CUDA API Statistics' }), // prettier-ignore
    timed(kernels, { count: 'Instances', name: 'Name' }, { id: 'cuda_gpu_kern_sum', oldId: 'gpukernsum', heading: 'CUDA GPU Kernel Summary', oldHeading: 'CUDA Kernel Statistics' }), // prettier-ignore
    timed(copies, { count: 'Count', name: 'Operation' }, { id: 'cuda_gpu_mem_time_sum', oldId: 'gpumemtimesum', heading: 'CUDA GPU MemOps Summary (by Time)', oldHeading: 'CUDA Memory Operation Statistics (by time)' }), // prettier-ignore
    {
      id: 'cuda_gpu_mem_size_sum',
      oldId: 'gpumemsizesum',
      heading: 'CUDA GPU MemOps Summary (by Size)',
      oldHeading: 'CUDA Memory Operation Statistics (by size)',
      columns: (digits) => sizeColumns(copies, digits),
      isEmpty: copies.length === 0,
    },
  ]
}

const plain: Digits = (digits) => digits
const scripts = '/opt/nvidia/nsight-systems/2024.5.1/host-linux-x64/reports'
const without = (file: string): string => `SKIPPED: ${file} does not contain the data of this report.`

/** `nsys profile --stats=true`, versions from 2022.3 on (`since` 2023) or before (2022). */
export const printNsysProfile = (profile: NsysProfile, since: 2022 | 2023): string => {
  const reports = reportsOf(profile)
  const steps = reports.length + 2
  const tables = reports.map((report, index) => {
    const step = `[${index + 3}/${steps}] Executing '${since === 2022 ? report.oldId : report.id}' stats report`
    if (report.isEmpty) return since === 2022 ? step : `${step}\n${without('/tmp/run.sqlite')}`
    const heading = since === 2022 ? `\n\n${report.oldHeading}:` : ''
    return `${step}${heading}\n\n${printColumns(report.columns(grouped))}\n`
  })
  return [
    "Generating '/tmp/nsys-report-1a2b.qdstrm'",
    `[1/${steps}] [========================100%] run.nsys-rep`,
    `[2/${steps}] [========================100%] run.sqlite`,
    ...tables,
    'Generated:',
    '    /tmp/run.nsys-rep',
    '    /tmp/run.sqlite',
    '',
  ].join('\n')
}

/** `nsys stats run.sqlite --format FORMAT`: every report with its heading, numbers not grouped in CSV. */
export const printNsysStats = (profile: NsysProfile, format: 'column' | 'csv'): string =>
  reportsOf(profile)
    .map((report) => {
      const begin = `Processing [run.sqlite] with [${scripts}/${report.id}.py]... \n`
      if (report.isEmpty) return `${begin}${without('run.sqlite')}\n`
      if (format === 'csv') return `${begin}${printCsv(report.columns(plain))}\n`
      return `${begin}\n ** ${report.heading} (${report.id}):\n\n${printColumns(report.columns(plain))}\n`
    })
    .join('\n')
