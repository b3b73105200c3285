import type { Unit } from '../../preload/contract'

const names: readonly (readonly [metric: string, unit: Unit, counters: readonly string[]])[] = [
  ['kernel.duration', 'us', ['gpu__time_duration.sum', 'gpu__time_duration', 'gpu__time_duration.avg', 'Duration']],
  ['kernel.dram_bytes', 'bytes', ['dram__bytes.sum']],
  ['kernel.dram_read_bytes', 'bytes', ['dram__bytes_read.sum', 'dram_read_bytes']],
  ['kernel.dram_write_bytes', 'bytes', ['dram__bytes_write.sum', 'dram_write_bytes']],
  ['kernel.dram_bandwidth', 'GB/s', ['dram__bytes.sum.per_second', 'Memory Throughput']],
  ['kernel.dram_read_bandwidth', 'GB/s', ['dram__bytes_read.sum.per_second', 'dram_read_throughput']],
  ['kernel.dram_write_bandwidth', 'GB/s', ['dram__bytes_write.sum.per_second', 'dram_write_throughput']],
  [
    'kernel.dram_throughput',
    '1',
    [
      'dram__throughput.avg.pct_of_peak_sustained_elapsed',
      'gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed',
      'DRAM Throughput',
      'SOL DRAM',
      'SOL FB',
    ],
  ],
  [
    'kernel.sm_throughput',
    '1',
    ['sm__throughput.avg.pct_of_peak_sustained_elapsed', 'Compute (SM) Throughput', 'Compute (SM) [%]', 'SM [%]', 'SOL SM'],
  ],
  [
    'kernel.memory_throughput',
    '1',
    ['gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed', 'Memory Throughput', 'Memory [%]', 'SOL Memory'],
  ],
  ['kernel.occupancy_achieved', '1', ['sm__warps_active.avg.pct_of_peak_sustained_active', 'Achieved Occupancy', 'achieved_occupancy']],
  ['kernel.occupancy_theoretical', '1', ['sm__maximum_warps_per_active_cycle_pct', 'Theoretical Occupancy']],
  [
    'kernel.sm_active',
    '1',
    ['smsp__cycles_active.avg.pct_of_peak_sustained_elapsed', 'sm__cycles_active.avg.pct_of_peak_sustained_elapsed', 'sm_efficiency'],
  ],
  ['kernel.l1_hit_rate', '1', ['l1tex__t_sector_hit_rate.pct', 'L1/TEX Hit Rate']],
  ['kernel.l2_hit_rate', '1', ['lts__t_sector_hit_rate.pct', 'L2 Hit Rate', 'l2_tex_hit_rate']],
  ['kernel.registers_per_thread', '1', ['launch__registers_per_thread', 'Registers Per Thread']],
  ['kernel.shared_mem_static', 'bytes', ['launch__shared_mem_per_block_static', 'Static Shared Memory Per Block']],
  ['kernel.shared_mem_dynamic', 'bytes', ['launch__shared_mem_per_block_dynamic', 'Dynamic Shared Memory Per Block']],
  ['kernel.grid_size', '1', ['launch__grid_size', 'Grid Size']],
  ['kernel.block_size', '1', ['launch__block_size', 'Block Size']],
  ['kernel.waves_per_sm', '1', ['launch__waves_per_multiprocessor', 'Waves Per SM']],
  [
    'kernel.sm_frequency',
    'MHz',
    ['sm__cycles_elapsed.avg.per_second', 'smsp__cycles_elapsed.avg.per_second', 'gpc__cycles_elapsed.avg.per_second', 'SM Frequency'],
  ],
  ['kernel.dram_frequency', 'MHz', ['dram__cycles_elapsed.avg.per_second', 'DRAM Frequency']],
]

const byCounter = new Map<string, string>(
  names.flatMap(([metric, unit, counters]) => counters.map((counter) => [`${unit} ${counter}`, metric] as const)),
)

/** The metric that ncu's or nvprof's counter is, whatever each version calls it; null: it is only itself. The unit tells two of one name apart. */
export const canonicalMetric = (counter: string, unit: Unit): string | null => byCounter.get(`${unit} ${counter}`) ?? null
