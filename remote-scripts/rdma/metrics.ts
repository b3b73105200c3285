import type { MetricSpec } from '../../preload/contract'

const bandwidth = ['size_bytes', 'op', 'qps', 'side', 'port', 'direction']
const latency = ['size_bytes', 'op']

export const rdmaMetrics: MetricSpec[] = [
  { id: 'rdma.bw_average', unit: 'GB/s', better: 'higher', dimensions: bandwidth, meaning: 'Mean bandwidth of the test', headline: true },
  {
    id: 'rdma.bw_peak',
    unit: 'GB/s',
    better: 'higher',
    dimensions: bandwidth,
    meaning: 'Highest bandwidth between any two messages; absent when a duration was asked for',
  },
  { id: 'rdma.msg_rate', unit: '1/s', better: 'higher', dimensions: bandwidth, meaning: 'Messages per second' },
  {
    id: 'rdma.lat_typical',
    unit: 'us',
    better: 'lower',
    dimensions: latency,
    meaning: 'Median one-way time (half a round trip; read: the whole)',
    headline: true,
  },
  { id: 'rdma.lat_avg', unit: 'us', better: 'lower', dimensions: latency, meaning: 'Mean of the same' },
  { id: 'rdma.lat_min', unit: 'us', better: 'lower', dimensions: latency, meaning: 'Shortest of the same' },
  { id: 'rdma.lat_max', unit: 'us', better: 'lower', dimensions: latency, meaning: 'Longest of the same' },
  { id: 'rdma.lat_stdev', unit: 'us', better: 'lower', dimensions: latency, meaning: 'Standard deviation of the same' },
  { id: 'rdma.lat_p99', unit: 'us', better: 'lower', dimensions: latency, meaning: '99th percentile of the same' },
  { id: 'rdma.lat_p999', unit: 'us', better: 'lower', dimensions: latency, meaning: '99.9th percentile of the same' },
]
