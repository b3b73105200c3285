import { residentBlocks, type GpuFigures } from './gpu-figures'
import type { NvprofCounter } from './reports/nvprof'
import type { TrainingKernel } from './training-kernels'

type Suffix = NvprofCounter['suffix']

interface CounterModel {
  name: string
  description: string
  suffix: Suffix
  /** Of one launch that took `us`; shares from 0 to 1. */
  of(kernel: TrainingKernel, figures: GpuFigures, us: number): number
}

const residentWarps = (kernel: TrainingKernel, figures: GpuFigures): number =>
  (residentBlocks(figures, kernel.block) * Math.ceil(kernel.block.threads / 32)) / figures.maxWarps

/** Of the bytes that DRAM moves; as for ncu. */
const readShare = 0.6
const wantedBytesPerSector = 4

/** What nvprof counts of the model's kernels. It has no count of the tensor cores' operations, only a level of their use. */
const models: readonly CounterModel[] = [
  {
    name: 'flop_count_sp',
    description: 'Floating Point Operations(Single Precision)',
    suffix: '',
    of: ({ fp32Fma, fp32Single }) => Math.round(2 * fp32Fma + fp32Single),
  },
  { name: 'flop_count_dp', description: 'Floating Point Operations(Double Precision)', suffix: '', of: () => 0 },
  { name: 'flop_count_hp', description: 'Floating Point Operations(Half Precision)', suffix: '', of: () => 0 },
  {
    name: 'dram_read_bytes',
    description: 'Total bytes read from DRAM to L2 cache',
    suffix: '',
    of: ({ dramBytes }) => Math.round(dramBytes * readShare),
  },
  {
    name: 'dram_write_bytes',
    description: 'Total bytes written from L2 cache to DRAM',
    suffix: '',
    of: ({ dramBytes }) => Math.round(dramBytes) - Math.round(dramBytes * readShare),
  },
  {
    name: 'achieved_occupancy',
    description: 'Achieved Occupancy',
    suffix: '',
    of: (kernel, figures) => residentWarps(kernel, figures) * 0.94,
  },
  { name: 'sm_efficiency', description: 'Multiprocessor Activity', suffix: '%', of: (_kernel, _figures, us) => (us > 20 ? 0.98 : 0.82) },
  {
    name: 'gld_transactions_per_request',
    description: 'Global Load Transactions Per Request',
    suffix: '',
    of: ({ sectorsPerRequest }) => sectorsPerRequest,
  },
  {
    name: 'gst_transactions_per_request',
    description: 'Global Store Transactions Per Request',
    suffix: '',
    of: ({ sectorsPerRequest }) => sectorsPerRequest,
  },
  {
    name: 'gld_efficiency',
    description: 'Global Memory Load Efficiency',
    suffix: '%',
    of: ({ sectorsPerRequest }) => Math.min(1, wantedBytesPerSector / sectorsPerRequest),
  },
  { name: 'warp_execution_efficiency', description: 'Warp Execution Efficiency', suffix: '%', of: () => 31.6 / 32 },
  {
    name: 'l2_tex_hit_rate',
    description: 'L2 Cache Hit Rate',
    suffix: '%',
    of: ({ tensorFlop }) => (tensorFlop > 0 ? 0.78 : 0.36),
  },
]

export const nvprofCounterNames: readonly { name: string; description: string }[] = models

/** One launch that nvprof saw: the kernel and its time. */
export interface SeenLaunch {
  kernel: TrainingKernel
  us: number
}

/** Least, greatest and mean of the asked counters over the launches of each kernel. */
export const nvprofCounters = (figures: GpuFigures, launches: readonly SeenLaunch[], asked: readonly string[]): NvprofCounter[] =>
  [...Map.groupBy(launches, ({ kernel }) => kernel.name)].flatMap(([kernel, own]) =>
    models
      .filter(({ name }) => asked.includes(name))
      .map(({ name, description, suffix, of }) => {
        const values = own.map((launch) => of(launch.kernel, figures, launch.us))
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        return {
          kernel,
          invocations: own.length,
          name,
          description,
          suffix,
          least: Math.min(...values),
          greatest: Math.max(...values),
          mean,
        }
      }),
  )
