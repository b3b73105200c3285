import type { MetricSpec } from '../../preload/contract'

const tuning = ['collective', 'algorithm', 'protocol', 'communicator']
const row = ['collective', 'size_bytes', 'in_place', 'dtype', 'redop']

export const ncclMetrics: MetricSpec[] = [
  {
    id: 'nccl.time',
    unit: 'us',
    better: 'lower',
    dimensions: row,
    meaning: 'Time of one call: mean over the iterations, the slowest rank of each; as a series every iteration of every rank',
  },
  { id: 'nccl.algbw', unit: 'GB/s', better: 'higher', dimensions: row, meaning: 'Total size over time' },
  {
    id: 'nccl.busbw',
    unit: 'GB/s',
    better: 'higher',
    dimensions: row,
    meaning: 'algbw times the factor of the collective: what each link had to carry',
    headline: true,
  },
  { id: 'nccl.wrong', unit: '1', better: 'lower', dimensions: row, meaning: 'Elements of the result that were wrong, over all ranks' },
  {
    id: 'nccl.avg_busbw',
    unit: 'GB/s',
    better: 'none',
    dimensions: ['collective'],
    meaning: "nccl-tests' mean of busbw over all sizes; depends on which sizes were run",
  },
  { id: 'nccl.time_min', unit: 'us', better: 'lower', dimensions: row, meaning: 'Fastest iteration (builds of nccl-tests that tell)' },
  { id: 'nccl.time_max', unit: 'us', better: 'lower', dimensions: row, meaning: 'Slowest iteration (builds of nccl-tests that tell)' },
  {
    id: 'nccl.time_p99',
    unit: 'us',
    better: 'lower',
    dimensions: row,
    meaning: '99th percentile of the iterations (builds of nccl-tests that tell)',
  },
  { id: 'nccl.time_cv', unit: '1', better: 'lower', dimensions: row, meaning: 'Spread of the iterations: standard deviation over mean' },
  {
    id: 'nccl.cpu_time',
    unit: 'us',
    better: 'lower',
    dimensions: row,
    meaning: 'Host time of the call, when nccl-tests was asked for that instead',
  },
  {
    id: 'nccl.channels',
    unit: '1',
    better: 'none',
    dimensions: ['kind'],
    meaning: 'Channels that NCCL set up, by kind: coll, p2p, nvls, collnet, p2p_per_peer',
  },
  {
    id: 'nccl.tuning_latency',
    unit: 'us',
    better: 'none',
    dimensions: tuning,
    meaning: "Latency in NCCL's own model, by which it chooses algorithm and protocol; not measured",
  },
  {
    id: 'nccl.tuning_bandwidth',
    unit: 'GB/s',
    better: 'none',
    dimensions: tuning,
    meaning: "Bandwidth in NCCL's own model; not measured. A pair that is switched off (0.0) is left out",
  },
  {
    id: 'nccl.tuning_time',
    unit: 'us',
    better: 'none',
    dimensions: ['collective', 'size_bytes', 'algorithm', 'protocol'],
    meaning: 'Time that NCCL expected of a call when it chose its algorithm',
  },
  {
    id: 'nccl.graph_bandwidth',
    unit: 'GB/s',
    better: 'none',
    dimensions: ['pattern', 'scope', 'channels'],
    meaning: 'Bandwidth of one channel of a search pattern, inside a node and between nodes, by the model of the topology',
  },
  { id: 'nccl.init_time', unit: 'us', better: 'lower', dimensions: ['rank', 'phase'], meaning: 'Time to set up a communicator' },
]
