import type { MetricSpec, Unit } from '../../preload/contract'

const ofGpu = ['gpu', 'sample']
const ofProcess = ['gpu', 'pid', 'process', 'sample']

const gpu = (name: string, unit: Unit, better: MetricSpec['better'], meaning: string, dimensions = ofGpu): MetricSpec => ({
  id: `gpu.${name}`,
  unit,
  better,
  dimensions,
  meaning,
})

/** What DCGM's profiling counters say of the hardware itself. */
const profiled: MetricSpec[] = [
  gpu('gr_engine_active', '1', 'higher', 'Share of time in which the graphics or compute engine was busy (DCGM GRACT)'),
  gpu('sm_active', '1', 'higher', 'Share of time in which an SM had a warp, mean over the SMs (DCGM SMACT): how full the GPU is'),
  gpu('sm_occupancy', '1', 'higher', 'Resident warps over the most that fit, mean over the SMs and the time (DCGM SMOCC)'),
  gpu('tensor_active', '1', 'higher', 'Share of time in which the tensor cores were busy (DCGM TENSO)'),
  gpu('dram_active', '1', 'higher', 'Share of time in which the device memory moved data (DCGM DRAMA)'),
  gpu('fp64_active', '1', 'higher', 'Share of time in which the FP64 pipe was busy (DCGM)'),
  gpu('fp32_active', '1', 'higher', 'Share of time in which the FP32 pipe was busy (DCGM)'),
  gpu('fp16_active', '1', 'higher', 'Share of time in which the FP16 pipe was busy (DCGM)'),
  gpu('nvlink_tx', 'GB/s', 'none', 'NVLink sent, protocol included (DCGM)'),
  gpu('nvlink_rx', 'GB/s', 'none', 'NVLink received, protocol included (DCGM)'),
]

const ofProcesses: MetricSpec[] = [
  gpu('process_util', '1', 'none', 'nvidia-smi’s "utilization" of the GPU by one process', ofProcess),
  gpu('process_mem_util', '1', 'none', 'Share of time in which one process read or wrote device memory', ofProcess),
  gpu('process_enc_util', '1', 'none', 'Encoder share of one process', ofProcess),
  gpu('process_dec_util', '1', 'none', 'Decoder share of one process', ofProcess),
  gpu('process_jpeg_util', '1', 'none', 'JPEG engine share of one process', ofProcess),
  gpu('process_ofa_util', '1', 'none', 'Optical flow engine share of one process', ofProcess),
  gpu('process_mem_used', 'bytes', 'none', 'Device memory that one process holds', ofProcess),
]

const health: MetricSpec[] = [
  gpu('power_violation', '1', 'lower', 'Share of time in which the power limit held the clocks down'),
  gpu('thermal_violation', '1', 'lower', '1 while heat held the clocks down'),
  gpu('ecc_single', '1', 'lower', 'Memory errors that were corrected'),
  gpu('ecc_double', '1', 'lower', 'Memory errors that could not be corrected'),
  gpu('pcie_replays', '1', 'lower', 'PCIe packets sent again'),
]

const watched = (id: string, unit: Unit, better: MetricSpec['better'], meaning: string, ...dimensions: string[]): MetricSpec => ({
  id,
  unit,
  better,
  dimensions: ['host', ...dimensions, 'probe'],
  meaning,
})

/** What the watcher of a host measures; of a launch one figure per `stat`. None is a headline: it stands beside what was asked. */
const ofHost: MetricSpec[] = [
  watched('host.cpu_busy', '1', 'none', 'Share of all processors’ time that was not idle', 'stat'),
  watched('host.cpu_core_max', '1', 'none', 'The same of the busiest core', 'stat'),
  watched('host.cpu_steal', '1', 'lower', 'Share of the processors’ time that the hypervisor gave to others', 'stat'),
  watched('host.cpu_launch', '1', 'none', 'Share of all processors’ time that the launch’s own processes used'),
  watched('host.cpu_others', '1', 'lower', 'Share of all processors’ time that processes outside the launch used'),
  watched('host.runnable', '1', 'none', 'Processes that ran or waited for a processor, as a series'),
  watched('host.load1', '1', 'none', 'Load average of one minute', 'stat'),
  watched('host.mem_used', 'bytes', 'none', 'Memory that is not available', 'stat'),
  watched('net.rx_rate', 'GB/s', 'none', 'Received over an interface or HCA port, headers included', 'interface', 'stat'),
  watched('net.tx_rate', 'GB/s', 'none', 'Sent over it, headers included', 'interface', 'stat'),
  watched('net.drops', '1', 'lower', 'Packets that the interface or port threw away, both directions', 'interface', 'stat'),
  watched('net.errors', '1', 'lower', 'Packets with errors, both directions', 'interface', 'stat'),
  watched('net.segments', '1', 'none', 'TCP segments sent by the whole host, as a series'),
  watched('net.retransmits', '1', 'lower', 'TCP segments sent again by the whole host', 'stat'),
  watched('net.retransmit_share', '1', 'lower', 'Of all TCP segments sent by the host'),
  watched('net.retransmits_traced', '1', 'lower', 'TCP segments sent again, counted by bpftrace'),
  watched('net.tcp_drops', '1', 'lower', 'Segments and connections that TCP threw away: full backlog, queue or listener', 'stat'),
  watched('net.rdma_retransmits', '1', 'lower', 'Packets that the HCA sent again or that timed out', 'interface', 'stat'),
  watched('gpu.throttled', '1', 'lower', 'Share of samples in which heat or hardware held the clocks down', 'gpu', 'stat'),
  watched('gpu.power_capped', '1', 'none', 'Share of samples at the power limit, which full load meets', 'gpu', 'stat'),
  watched('telemetry.overhead', '1', 'lower', 'Processor time of the watcher and its tools, share of one core'),
]

/** Readings of GPUs, from whichever tool printed them. */
export const telemetryMetrics: MetricSpec[] = [
  gpu('power', 'W', 'none', 'Power draw; `kind` says average or instant where the tool tells them apart', [...ofGpu, 'kind']),
  gpu('temperature', 'degC', 'lower', 'GPU core temperature'),
  gpu('mem_temperature', 'degC', 'lower', 'Device memory temperature'),
  gpu(
    'util',
    '1',
    'higher',
    'nvidia-smi’s "utilization": share of time in which any kernel ran, however small. Not the share of SMs that were active: that is gpu.sm_active',
  ),
  gpu('mem_util', '1', 'none', 'Share of time in which device memory was read or written (nvidia-smi); not the memory in use'),
  gpu('mem_used', 'bytes', 'none', 'Device memory in use'),
  gpu('mem_free', 'bytes', 'none', 'Device memory free'),
  gpu('mem_reserved', 'bytes', 'none', 'Device memory that driver and firmware keep'),
  gpu('mem_total', 'bytes', 'none', 'Device memory'),
  gpu('bar1_used', 'bytes', 'none', 'BAR1 window in use'),
  gpu('protected_mem_used', 'bytes', 'none', 'Protected memory in use (confidential computing)'),
  gpu('sm_clock', 'MHz', 'higher', 'SM clock at that moment'),
  gpu('mem_clock', 'MHz', 'none', 'Memory clock at that moment'),
  gpu('graphics_clock', 'MHz', 'none', 'Graphics clock at that moment'),
  gpu('video_clock', 'MHz', 'none', 'Video clock at that moment'),
  gpu('enc_util', '1', 'none', 'Encoder share'),
  gpu('dec_util', '1', 'none', 'Decoder share'),
  gpu('jpeg_util', '1', 'none', 'JPEG engine share'),
  gpu('ofa_util', '1', 'none', 'Optical flow engine share'),
  gpu('fan_speed', '1', 'none', 'Fan speed of its highest'),
  gpu('pcie_tx', 'GB/s', 'none', 'PCIe sent by the GPU'),
  gpu('pcie_rx', 'GB/s', 'none', 'PCIe received by the GPU'),
  ...profiled,
  ...ofProcesses,
  ...health,
  ...ofHost,
]
