import type { MetricSpec } from '../../preload/contract'

const perLaunch = ['kernel', 'launch', 'stat']

const spec = (id: string, unit: MetricSpec['unit'], better: MetricSpec['better'], meaning: string, dimensions = perLaunch): MetricSpec => ({
  id,
  unit,
  better,
  dimensions,
  meaning,
})

const counterUnits = ['1', 'us', 'bytes', 'GB/s', 'MHz', '1/s'] as const

export const kernelMetrics: MetricSpec[] = [
  { ...spec('kernel.duration', 'us', 'lower', 'Time that one launch ran on the GPU'), headline: true },
  spec('kernel.dram_bytes', 'bytes', 'none', 'Bytes read from and written to device memory'),
  spec('kernel.dram_read_bytes', 'bytes', 'none', 'Bytes read from device memory'),
  spec('kernel.dram_write_bytes', 'bytes', 'none', 'Bytes written to device memory'),
  spec('kernel.dram_bandwidth', 'GB/s', 'higher', 'Device-memory bytes per second while the kernel ran'),
  spec('kernel.dram_read_bandwidth', 'GB/s', 'higher', 'The same, reads only'),
  spec('kernel.dram_write_bandwidth', 'GB/s', 'higher', 'The same, writes only'),
  spec('kernel.dram_throughput', '1', 'higher', 'Device-memory throughput as a share of its peak'),
  spec('kernel.sm_throughput', '1', 'higher', 'Busiest part of the SM as a share of its peak: a maximum over parts, not FLOP efficiency'),
  spec('kernel.memory_throughput', '1', 'higher', 'Busiest part of the memory system as a share of its peak'),
  spec('kernel.occupancy_achieved', '1', 'higher', 'Active warps as a share of the most an SM can hold'),
  spec('kernel.occupancy_theoretical', '1', 'higher', 'The same, as far as registers, shared memory and block size allow'),
  spec('kernel.sm_active', '1', 'higher', 'Share of the time in which an SM had a warp'),
  spec('kernel.l1_hit_rate', '1', 'higher', 'Share of L1 sectors that hit'),
  spec('kernel.l2_hit_rate', '1', 'higher', 'Share of L2 sectors that hit'),
  spec('kernel.registers_per_thread', '1', 'none', 'Registers that each thread was given'),
  spec('kernel.shared_mem_static', 'bytes', 'none', 'Shared memory per block, fixed when compiled'),
  spec('kernel.shared_mem_dynamic', 'bytes', 'none', 'Shared memory per block, asked for at the launch'),
  spec('kernel.grid_size', '1', 'none', 'Blocks of the launch'),
  spec('kernel.block_size', '1', 'none', 'Threads of a block'),
  spec('kernel.waves_per_sm', '1', 'none', 'Rounds that the blocks need on the SMs'),
  spec('kernel.sm_frequency', 'MHz', 'none', 'SM clock while the kernel ran'),
  spec('kernel.dram_frequency', 'MHz', 'none', 'Device-memory clock while the kernel ran'),
  ...counterUnits.map((unit) =>
    spec('kernel.counter', unit, 'none', 'Any other counter under its own name', ['counter', 'kernel', 'launch', 'section', 'stat']),
  ),
  spec('kernel.level', '1', 'none', "nvprof's utilisation levels 0 to 10: not shares", ['counter', 'kernel', 'stat']),
  spec('kernel.count', '1', 'none', 'Launches of a kernel (summary)', ['kernel']),
  spec('kernel.total_time', 'us', 'lower', 'Time of all launches of a kernel (summary)', ['kernel']),
  spec('kernel.copy_duration', 'us', 'lower', 'Time of one copy or fill', ['op', 'copy', 'stat']),
  spec('kernel.copy_bytes', 'bytes', 'none', 'Bytes of one copy or fill', ['op', 'copy', 'stat']),
  spec('kernel.copy_bandwidth', 'GB/s', 'higher', 'Bytes per second of one copy or fill', ['op', 'copy', 'stat']),
  spec('kernel.copy_count', '1', 'none', 'Copies or fills of one kind (summary)', ['op']),
  spec('kernel.copy_total_time', 'us', 'lower', 'Time of all of them (summary)', ['op']),
  spec('kernel.api_duration', 'us', 'lower', 'Time of one call of the CUDA API on the host', ['api', 'call', 'stat']),
  spec('kernel.api_count', '1', 'none', 'Calls of one API function (summary)', ['api']),
  spec('kernel.api_total_time', 'us', 'lower', 'Time of all of them (summary)', ['api']),
  spec('kernel.um_count', '1', 'none', 'Unified-memory events of one kind', ['op', 'device']),
  spec('kernel.um_bytes', 'bytes', 'none', 'Bytes that they moved in all', ['op', 'device']),
  spec('kernel.um_total_time', 'us', 'lower', 'Time of all of them', ['op', 'device']),
]
