import { collectives } from './hardware-model'

/** perftest's programs that the lab has. */
export const perftestTools: readonly string[] = ['ib_write_bw', 'ib_write_lat', 'ib_read_bw', 'ib_read_lat', 'ib_send_bw', 'ib_send_lat']

const everyGpuTool: readonly string[] = [
  'nvidia-smi',
  'dcgmi',
  'ncu',
  'nsys',
  'nvprof',
  'serve-model',
  ...collectives.map((name) => `${name}_perf`),
]

/** On hosts with GPUs only; hosts with GPUs from before compute capability 8.0 have nvprof and no ncu. */
export const gpuTools = (computeCapability: string): string[] =>
  everyGpuTool.filter((tool) => tool !== 'ncu' || Number(computeCapability) >= 8)

/** On every host. */
export const hostTools: readonly string[] = [
  'ip',
  'ethtool',
  'ss',
  'ibstat',
  'ibv_devinfo',
  'ibdev2netdev',
  'iperf3',
  'mpirun',
  ...perftestTools,
]
