import { collectives } from './hardware-model'

/** perftest's programs that the lab has. */
export const perftestTools: readonly string[] = ['ib_write_bw', 'ib_write_lat', 'ib_read_bw', 'ib_read_lat', 'ib_send_bw', 'ib_send_lat']

/** On hosts with GPUs only. */
export const gpuTools: readonly string[] = ['nvidia-smi', ...collectives.map((name) => `${name}_perf`)]

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
