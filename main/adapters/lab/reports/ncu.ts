/** What the profiler knows about one launch; shares from 0 to 1. */
export interface ProfiledLaunch {
  kernel: string
  grid: readonly [number, number, number]
  block: readonly [number, number, number]
  durationNs: number
  elapsedCycles: number
  registersPerThread: number
  dramBytes: number
  smThroughput: number
  dramThroughput: number
  achievedOccupancy: number
}

export interface ProfiledRun {
  process: { id: number; name: string }
  computeCapability: string
  launches: readonly ProfiledLaunch[]
}

/** The marks of a locale; `C` groups nothing. */
export interface Numerals {
  decimal: '.' | ','
  thousands: '' | ',' | '.'
}

export const plainNumerals: Numerals = { decimal: '.', thousands: '' }

const figure = (value: number, decimals: number, { decimal, thousands }: Numerals): string => {
  const [whole = '', fraction = ''] = value.toFixed(decimals).split('.')
  return whole.replace(/\B(?=(?:\d{3})+$)/g, thousands) + (fraction === '' ? '' : decimal + fraction)
}

const percent = (share: number, numerals: Numerals): string => figure(share * 100, 2, numerals)
const size = ([x, y, z]: readonly [number, number, number]): string => `(${x}, ${y}, ${z})`
const product = ([x, y, z]: readonly [number, number, number]): number => x * y * z
/** One row of CSV: every cell quoted. */
export const ncuRow = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')

/** The lines about the process and each launch, which stand before every page. */
export const ncuOpening = (process: ProfiledRun['process'], launches: readonly { kernel: string }[]): string[] => [
  `==PROF== Connected to process ${process.id} (/opt/lab/bin/${process.name})`,
  ...launches.map(({ kernel }, index) => `==PROF== Profiling "${kernel.slice(0, 32)}" - ${index}: 0%....50%....100% - 8 passes`),
  `==PROF== Disconnected from process ${process.id}`,
]

/** Columns that say which launch a row is about. */
export const ncuIdentity = [
  'ID',
  'Process ID',
  'Process Name',
  'Host Name',
  'Kernel Name',
  'Context',
  'Stream',
  'Block Size',
  'Grid Size',
  'Device',
  'CC',
]

export const ncuIdentityOf = (
  run: Omit<ProfiledRun, 'launches'>,
  launch: Pick<ProfiledLaunch, 'kernel' | 'grid' | 'block'>,
  index: number,
): string[] => [
  String(index),
  String(run.process.id),
  run.process.name,
  '127.0.0.1',
  launch.kernel,
  '1',
  '7',
  size(launch.block),
  size(launch.grid),
  '0',
  run.computeCapability,
]

const rawColumns: readonly (readonly [name: string, unit: string, cell: (launch: ProfiledLaunch, numerals: Numerals) => string])[] = [
  ['dram__bytes.sum', 'byte', ({ dramBytes }, numerals) => figure(dramBytes, 0, numerals)],
  ['dram__throughput.avg.pct_of_peak_sustained_elapsed', '%', ({ dramThroughput }, numerals) => percent(dramThroughput, numerals)],
  ['gpc__cycles_elapsed.max', 'cycle', ({ elapsedCycles }, numerals) => figure(elapsedCycles, 0, numerals)],
  ['gpu__time_duration.sum', 'ns', ({ durationNs }, numerals) => figure(durationNs, 0, numerals)],
  ['launch__block_size', '', ({ block }, numerals) => figure(product(block), 0, numerals)],
  ['launch__func_cache_config', '', () => 'CachePreferNone'],
  ['launch__grid_size', '', ({ grid }, numerals) => figure(product(grid), 0, numerals)],
  ['launch__registers_per_thread', 'register/thread', ({ registersPerThread }, numerals) => figure(registersPerThread, 0, numerals)],
  ['sm__throughput.avg.pct_of_peak_sustained_elapsed', '%', ({ smThroughput }, numerals) => percent(smThroughput, numerals)],
  ['sm__warps_active.avg.pct_of_peak_sustained_active', '%', ({ achievedOccupancy }, numerals) => percent(achievedOccupancy, numerals)],
]

/** `ncu --csv --page raw --print-units base`: header, units, a row per launch. */
export const printNcuRawPage = (run: ProfiledRun, numerals = plainNumerals): string =>
  [
    ...ncuOpening(run.process, run.launches),
    ncuRow([...ncuIdentity, ...rawColumns.map(([name]) => name)]),
    ncuRow([...ncuIdentity.map(() => ''), ...rawColumns.map(([, unit]) => unit)]),
    ...run.launches.map((launch, index) =>
      ncuRow([...ncuIdentityOf(run, launch, index), ...rawColumns.map(([, , cell]) => cell(launch, numerals))]),
    ),
    '',
  ].join('\n')

interface Section {
  title: string
  counters: [name: string, unit: string, value: string][]
}

/** The sections that `ncu` prints by default, with units that fit the figures. */
const sectionsOf = (launch: ProfiledLaunch, numerals: Numerals): Section[] => [
  {
    title: 'GPU Speed Of Light Throughput',
    counters: [
      ['Elapsed Cycles', 'cycle', figure(launch.elapsedCycles, 0, numerals)],
      ['DRAM Throughput', '%', percent(launch.dramThroughput, numerals)],
      ['Duration', 'usecond', figure(launch.durationNs / 1000, 2, numerals)],
      ['Compute (SM) Throughput', '%', percent(launch.smThroughput, numerals)],
    ],
  },
  {
    title: 'Launch Statistics',
    counters: [
      ['Block Size', '', figure(product(launch.block), 0, numerals)],
      ['Function Cache Configuration', '', 'CachePreferNone'],
      ['Grid Size', '', figure(product(launch.grid), 0, numerals)],
      ['Registers Per Thread', 'register/thread', figure(launch.registersPerThread, 0, numerals)],
    ],
  },
  { title: 'Occupancy', counters: [['Achieved Occupancy', '%', percent(launch.achievedOccupancy, numerals)]] },
]

const detailColumns = ['Section Name', 'Metric Name', 'Metric Unit', 'Metric Value', 'Rule Name', 'Rule Type', 'Rule Description']

/** `ncu --csv`: the details page, a row per counter, and a rule at the end of each launch. */
export const printNcuDetailsPage = (run: ProfiledRun, numerals = plainNumerals): string =>
  [
    ...ncuOpening(run.process, run.launches),
    ncuRow([...ncuIdentity, ...detailColumns]),
    ...run.launches.flatMap((launch, index) => {
      const who = ncuIdentityOf(run, launch, index)
      const counters = sectionsOf(launch, numerals).flatMap(({ title, counters: all }) =>
        all.map((counter) => `${ncuRow([...who, title, ...counter])},`),
      )
      return [
        ...counters,
        ncuRow([...who, 'Occupancy', '', '', '', 'AchievedOccupancy', 'OPT', 'Occupancy may be 12.5% higher, see "warps".']),
      ]
    }),
    '',
  ].join('\n')

const sectionText = ({ title, counters }: Section): string[] => {
  const rows = [['Metric Name', 'Metric Unit', 'Metric Value'], ...counters]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const dashes = `    ${widths.map((width) => '-'.repeat(width)).join(' ')}`
  const lines = rows.map(
    ([name = '', unit = '', value = '']) =>
      `    ${name.padEnd(widths[0] ?? 0)} ${unit.padStart(widths[1] ?? 0)} ${value.padStart(widths[2] ?? 0)}`,
  )
  return [`    Section: ${title}`, dashes, lines[0] ?? '', dashes, ...lines.slice(1), dashes, '']
}

/** `ncu` without `--csv`. */
export const printNcuConsole = (run: ProfiledRun, numerals = plainNumerals): string =>
  [
    ...ncuOpening(run.process, run.launches),
    `[${run.process.id}] ${run.process.name}@127.0.0.1`,
    ...run.launches.flatMap((launch) => [
      `  ${launch.kernel} ${size(launch.grid)}x${size(launch.block)}, Context 1, Stream 7, Device 0, CC ${run.computeCapability}`,
      ...sectionsOf(launch, numerals).flatMap(sectionText),
      '    OPT   Est. Local Speedup: 12.5%',
      '          The kernel reaches less than its theoretical occupancy.',
      '',
    ]),
  ].join('\n')

/** What `ncu` says where the counters are reserved for administrators. */
export const printNcuNotPermitted = ({ process }: ProfiledRun): string =>
  [
    `==PROF== Connected to process ${process.id} (/opt/lab/bin/${process.name})`,
    '==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access NVIDIA GPU Performance Counters on the target device 0. For instructions on enabling permissions and to get more information see https://developer.nvidia.com/ERR_NVGPUCTRPERM',
    `==PROF== Disconnected from process ${process.id}`,
    '==WARNING== No kernels were profiled.',
    '',
  ].join('\n')
