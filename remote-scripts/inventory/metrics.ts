import type { MetricSpec } from '../../preload/contract'

const count = (id: string, dimensions: string[], meaning: string): MetricSpec => ({
  id: `inventory.${id}`,
  unit: '1',
  better: 'none',
  dimensions,
  meaning,
})

/** What the tools' own outputs give beside facts. Readings of GPUs (gpu.*) are described by the telemetry folder. */
export const inventoryMetrics: MetricSpec[] = [
  count('gpu_count', [], 'GPUs that the output lists'),
  count('numa_nodes', [], 'NUMA nodes that the GPUs of a topology belong to'),
  count('topology_gpu_pairs', ['pair', 'link'], 'One for each pair of GPUs; `link` says how they are joined (NV18, PIX, SYS …)'),
  count(
    'peer_gpu_pairs',
    ['pair', 'status'],
    'One for each pair of GPUs; `status` says whether one may reach the memory of the other (OK), or why not',
  ),
  count('nic', ['nic', 'port'], 'One for each network port that the output lists; its state is in the facts'),
  {
    id: 'inventory.port_rate',
    unit: 'GB/s',
    better: 'higher',
    dimensions: ['nic', 'port'],
    meaning: 'Rate of a port that is up, as negotiated: the printed Gb/s over 8',
  },
  count('nic_counter', ['counter'], 'A counter of the driver (`ethtool -S`); whether it counts packets, bytes or events is in its name'),
]
