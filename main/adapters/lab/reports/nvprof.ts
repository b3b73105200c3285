/** One launch of a kernel, or one copy (`copiedBytes`). */
export interface TracedActivity {
  name: string
  startNs: number
  durationNs: number
  grid: readonly [number, number, number]
  block: readonly [number, number, number]
  registersPerThread: number
  copiedBytes: number | null
  /** Shared memory of each block that the launch asks for. */
  sharedBytes?: number
}

export interface NvprofCounter {
  kernel: string
  invocations: number
  name: string
  description: string
  /** Printed with it: `%` of a share from 0 to 1, `GB/s` of 2^30 bytes, or nothing. */
  suffix: '%' | 'GB/s' | ''
  least: number
  greatest: number
  mean: number
}

export interface NvprofRun {
  process: number
  command: string
  /** `Tesla V100-SXM2-16GB (0)`. */
  device: string
}

const heading = ({ process, command }: NvprofRun, ...results: string[]): string[] => [
  `==${process}== NVPROF is profiling process ${process}, command: ${command}`,
  `==${process}== Profiling application: ${command}`,
  ...results.map((result) => `==${process}== ${result} result:`),
]

/** nvprof's cells: five digits and the unit that fits. */
const scaled = (value: number, units: readonly (readonly [unit: string, size: number])[]): string => {
  const [unit, size] = units.findLast(([, one]) => value >= one) ?? units[0] ?? ['', 1]
  if (size === 1) return `${value}${unit}`
  const figure = value / size
  return `${figure.toFixed(Math.max(0, 4 - Math.floor(Math.log10(figure))))}${unit}`
}

export const nvprofTime = (ns: number): string =>
  scaled(ns, [
    ['ns', 1],
    ['us', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ])
export const nvprofSize = (bytes: number): string =>
  scaled(bytes, [
    ['B', 1],
    ['KB', 2 ** 10],
    ['MB', 2 ** 20],
    ['GB', 2 ** 30],
  ])

const size = ([x, y, z]: readonly [number, number, number]): string => `(${x} ${y} ${z})`

const textColumns = [
  'Start',
  'Duration',
  'Grid Size',
  'Block Size',
  'Regs*',
  'SSMem*',
  'DSMem*',
  'Size',
  'Throughput',
  'SrcMemType',
  'DstMemType',
  'Device',
  'Context',
  'Stream',
  'Name',
]
const widths = [8, 8, 19, 14, 8, 8, 8, 8, 10, 10, 10, 24, 8, 8]
const textRow = (cells: readonly string[]): string => cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ')

const textActivity = (run: NvprofRun, activity: TracedActivity): string => {
  const copied = activity.copiedBytes
  const launch =
    copied === null
      ? [size(activity.grid), size(activity.block), String(activity.registersPerThread), '0B', '0B']
      : ['-', '-', '-', '-', '-']
  const copy =
    copied === null
      ? ['-', '-', '-', '-']
      : [nvprofSize(copied), `${((copied / activity.durationNs) * (1e9 / 2 ** 30)).toFixed(4)}GB/s`, 'Pageable', 'Device']
  return textRow([nvprofTime(activity.startNs), nvprofTime(activity.durationNs), ...launch, ...copy, run.device, '1', '7', activity.name])
}

/** `nvprof --print-gpu-trace`. */
export const printNvprofTrace = (run: NvprofRun, activities: readonly TracedActivity[]): string =>
  [...heading(run, 'Profiling'), textRow(textColumns), ...activities.map((activity) => textActivity(run, activity)), ''].join('\n')

const csvHeader =
  '"Start","Duration","Grid X","Grid Y","Grid Z","Block X","Block Y","Block Z","Registers Per Thread","Static SMem","Dynamic SMem","Size","Throughput","Device","Context","Stream","Name"'

/** `nvprof --csv --print-gpu-trace`, durations in microseconds. */
export const printNvprofTraceCsv = (run: NvprofRun, activities: readonly TracedActivity[]): string =>
  [
    ...heading(run, 'Profiling'),
    csvHeader,
    'ms,us,,,,,,,,B,B,MB,GB/s,,,,',
    ...activities.map((activity) => {
      const { copiedBytes: copied, durationNs } = activity
      const launch =
        copied === null
          ? [...activity.grid, ...activity.block, activity.registersPerThread, 0, activity.sharedBytes ?? 0]
          : ['', '', '', '', '', '', '', '', '']
      const copy = copied === null ? ['', ''] : [(copied / 2 ** 20).toFixed(6), ((copied / durationNs) * (1e9 / 2 ** 30)).toFixed(6)]
      const times = [(activity.startNs / 1e6).toFixed(6), (durationNs / 1e3).toFixed(6)]
      return [...times, ...launch, ...copy, `"${run.device}"`, '"1"', '"7"', `"${activity.name}"`].join(',')
    }),
    '',
  ].join('\n')

const counterCell = (value: number, suffix: NvprofCounter['suffix'], decimals: number): string =>
  suffix === '' ? value.toFixed(6) : `${(suffix === '%' ? value * 100 : value).toFixed(decimals)}${suffix}`

const cellsOf = ({ least, greatest, mean, suffix }: NvprofCounter, decimals: number): string[] =>
  [least, greatest, mean].map((value) => counterCell(value, suffix, decimals))

/** `nvprof --metrics …`. */
export const printNvprofMetrics = (run: NvprofRun, counters: readonly NvprofCounter[]): string => {
  const kernels = [...new Set(counters.map(({ kernel }) => kernel))]
  const line = (count: string, name: string, description: string, figures: readonly string[]): string =>
    count.padStart(11) + name.padStart(42) + description.padStart(46) + figures.map((text) => text.padStart(14)).join('')
  return [
    ...heading(run, 'Profiling', 'Metric'),
    line('Invocations', 'Metric Name', 'Metric Description', ['Min', 'Max', 'Avg']),
    `Device "${run.device}"`,
    ...kernels.flatMap((kernel) => [
      `    Kernel: ${kernel}`,
      ...counters
        .filter((counter) => counter.kernel === kernel)
        .map((counter) => line(String(counter.invocations), counter.name, counter.description, cellsOf(counter, 2))),
    ]),
    '',
  ].join('\n')
}

/** `nvprof --csv --metrics …`. */
export const printNvprofMetricsCsv = (run: NvprofRun, counters: readonly NvprofCounter[]): string =>
  [
    ...heading(run, 'Profiling', 'Metric'),
    '"Device","Kernel","Invocations","Metric Name","Metric Description","Min","Max","Avg"',
    ...counters.map((counter) =>
      [
        `"${run.device}"`,
        `"${counter.kernel}"`,
        counter.invocations,
        `"${counter.name}"`,
        `"${counter.description}"`,
        ...cellsOf(counter, 6),
      ].join(','),
    ),
    '',
  ].join('\n')

/** `nvprof --metrics …` without the right to read the counters. */
export const printNvprofNotPermitted = (run: NvprofRun): string => {
  const [first = '', ...rest] = heading(run, 'Profiling')
  const warning = `==${run.process}== Warning: The user does not have permission to profile on the target device. See the following link for instructions to enable permissions and get more information: https://developer.nvidia.com/NVSOLN1000`
  return [first, warning, ...rest, 'No kernels were profiled.', ''].join('\n')
}
