const sassOps = ['fadd', 'fmul', 'ffma', 'dadd', 'dmul', 'dfma', 'hadd', 'hmul', 'hfma'] as const

/** ncu's counters of executed operations, per thread, only where the predicate holds. */
const operations = sassOps.map((op) => `smsp__sass_thread_inst_executed_op_${op}_pred_on.sum`)

/** Peaks per cycle, and the clocks that make rates of them. */
const peaks = [
  'sm__sass_thread_inst_executed_op_ffma_pred_on.sum.peak_sustained',
  'sm__sass_thread_inst_executed_op_dfma_pred_on.sum.peak_sustained',
  'dram__bytes.sum.peak_sustained',
  'sm__cycles_elapsed.avg.per_second',
  'dram__cycles_elapsed.avg.per_second',
]

/**
 * What is asked of ncu: what roofline, occupancy and the named patterns need. Names differ by chip; the script asks only for
 * those that `--query-metrics` lists there. `launch__…` come from the launch itself and exist on every chip.
 */
export const ncuCounters: readonly string[] = [
  'gpu__time_duration.sum',
  ...operations,
  ...peaks,
  'dram__bytes.sum',
  'dram__bytes_read.sum',
  'dram__bytes_write.sum',
  'dram__throughput.avg.pct_of_peak_sustained_elapsed',
  'sm__throughput.avg.pct_of_peak_sustained_elapsed',
  'gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed',
  'sm__warps_active.avg.pct_of_peak_sustained_active',
  'smsp__cycles_active.avg.pct_of_peak_sustained_elapsed',
  'sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_active',
  'sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_active',
  'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio',
  'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st.ratio',
  'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct',
  'l1tex__t_sector_hit_rate.pct',
  'lts__t_sector_hit_rate.pct',
  'smsp__thread_inst_executed_per_inst_executed.ratio',
  'launch__grid_size',
  'launch__block_size',
  'launch__registers_per_thread',
  'launch__shared_mem_per_block_static',
  'launch__shared_mem_per_block_dynamic',
  'launch__waves_per_multiprocessor',
  'launch__occupancy_limit_blocks',
  'launch__occupancy_limit_registers',
  'launch__occupancy_limit_shared_mem',
  'launch__occupancy_limit_warps',
]

/** nvprof's metrics that say the same; its utilisation levels 0 to 10 are no shares and are left out. */
export const nvprofCounters: readonly string[] = [
  'flop_count_sp',
  'flop_count_dp',
  'flop_count_hp',
  'dram_read_bytes',
  'dram_write_bytes',
  'achieved_occupancy',
  'sm_efficiency',
  'gld_transactions_per_request',
  'gst_transactions_per_request',
  'gld_efficiency',
  'warp_execution_efficiency',
  'l2_tex_hit_rate',
]
