import { blockLimits, residentBlocks, type GpuFigures } from './gpu-figures'
import type { RawCounter } from './reports/ncu-raw'
import type { TrainingKernel } from './training-kernels'

const counter = (unit: string, value: number, decimals = 0): RawCounter => ({ unit, value, decimals })
const percent = (share: number): RawCounter => counter('%', 100 * Math.min(1, share), 2)

const operations = (figures: GpuFigures, kernel: TrainingKernel): Record<string, RawCounter> => {
  const executed: Record<string, number> = { ffma: kernel.fp32Fma, fadd: kernel.fp32Single / 2, fmul: kernel.fp32Single / 2 }
  const sass = ['fadd', 'fmul', 'ffma', 'dadd', 'dmul', 'dfma', 'hadd', 'hmul', 'hfma'].map((op) => [
    `smsp__sass_thread_inst_executed_op_${op}_pred_on.sum`,
    counter('inst', Math.round(executed[op] ?? 0)),
  ])
  const tensor = figures.tensorCounters.map((name) => [
    `${name}.sum`,
    counter('', name.includes('_bf16_') ? Math.round(kernel.tensorFlop) : 0),
  ])
  return Object.fromEntries([...sass, ...tensor]) as Record<string, RawCounter>
}

const launchShape = (figures: GpuFigures, kernel: TrainingKernel): Record<string, RawCounter> => {
  const limits = blockLimits(figures, kernel.block)
  return {
    launch__grid_size: counter('', kernel.grid),
    launch__block_size: counter('', kernel.block.threads),
    launch__registers_per_thread: counter('register/thread', kernel.block.registersPerThread),
    launch__shared_mem_per_block_static: counter('byte/block', 0),
    launch__shared_mem_per_block_dynamic: counter('byte/block', kernel.block.sharedBytes),
    launch__waves_per_multiprocessor: counter('', kernel.grid / (figures.smCount * residentBlocks(figures, kernel.block)), 2),
    launch__occupancy_limit_blocks: counter('block', limits.blocks),
    launch__occupancy_limit_registers: counter('block', limits.registers),
    launch__occupancy_limit_shared_mem: counter('block', limits.sharedMem),
    launch__occupancy_limit_warps: counter('block', limits.warps),
  }
}

const memory = (kernel: TrainingKernel, us: number, figures: GpuFigures): Record<string, RawCounter> => ({
  'dram__bytes.sum': counter('byte', Math.round(kernel.dramBytes)),
  'dram__bytes_read.sum': counter('byte', Math.round(kernel.dramBytes * 0.6)),
  'dram__bytes_write.sum': counter('byte', Math.round(kernel.dramBytes) - Math.round(kernel.dramBytes * 0.6)),
  'dram__throughput.avg.pct_of_peak_sustained_elapsed': percent(kernel.dramBytes / (us * 1000) / figures.dramPeakGBps),
  'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio': counter('sector/request', kernel.sectorsPerRequest, 2),
  'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st.ratio': counter('sector/request', kernel.sectorsPerRequest, 2),
  'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct': percent(4 / kernel.sectorsPerRequest),
  'l1tex__t_sector_hit_rate.pct': percent(kernel.tensorFlop > 0 ? 0.41 : 0.03),
  'lts__t_sector_hit_rate.pct': percent(kernel.tensorFlop > 0 ? 0.78 : 0.36),
})

/** What ncu would count of one launch that took `us` at this clock. */
export const launchCounters = (
  figures: GpuFigures,
  clocks: { smMHz: number; memoryMHz: number },
  kernel: TrainingKernel,
  us: number,
  hasHopperPipe: boolean,
): Record<string, RawCounter> => {
  const cycles = us * clocks.smMHz * figures.smCount
  const tensorShare = kernel.tensorFlop / (cycles * figures.tensorFlopPerCycle)
  const fp32Share = (kernel.fp32Fma + kernel.fp32Single) / (cycles * figures.fp32FmaPerCycle)
  const dramShare = kernel.dramBytes / (us * 1000) / figures.dramPeakGBps
  const warps = (residentBlocks(figures, kernel.block) * Math.ceil(kernel.block.threads / 32)) / figures.maxWarps
  const tensorPipe = hasHopperPipe ? 'sm__pipe_tensor_cycles_active' : 'sm__pipe_tensor_op_hmma_cycles_active'
  return {
    'gpu__time_duration.sum': counter('ns', Math.round(us * 1000)),
    ...operations(figures, kernel),
    ...memory(kernel, us, figures),
    ...launchShape(figures, kernel),
    'sm__sass_thread_inst_executed_op_ffma_pred_on.sum.peak_sustained': counter('inst/cycle', figures.smCount * figures.fp32FmaPerCycle),
    'sm__sass_thread_inst_executed_op_dfma_pred_on.sum.peak_sustained': counter('inst/cycle', figures.smCount * figures.fp64FmaPerCycle),
    'dram__bytes.sum.peak_sustained': counter('byte/cycle', (figures.dramPeakGBps * 1000) / clocks.memoryMHz, 3),
    'sm__cycles_elapsed.avg.per_second': counter('cycle/second', clocks.smMHz * 1e6),
    'dram__cycles_elapsed.avg.per_second': counter('cycle/second', clocks.memoryMHz * 1e6),
    'sm__throughput.avg.pct_of_peak_sustained_elapsed': percent(Math.max(tensorShare, fp32Share)),
    'gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed': percent(Math.max(dramShare, fp32Share / 2)),
    'sm__warps_active.avg.pct_of_peak_sustained_active': percent(warps * 0.94),
    'smsp__cycles_active.avg.pct_of_peak_sustained_elapsed': percent(us > 20 ? 0.98 : 0.82),
    [`${tensorPipe}.avg.pct_of_peak_sustained_active`]: percent(tensorShare),
    'smsp__thread_inst_executed_per_inst_executed.ratio': counter('', 31.6, 2),
  }
}
