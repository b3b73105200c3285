import type { MetricSpec } from '../../preload/contract'

const oneWay = ['message_bytes', 'latency']

export const tcpMetrics: MetricSpec[] = [
  {
    id: 'tcp.throughput',
    unit: 'GB/s',
    better: 'higher',
    dimensions: ['direction'],
    meaning: 'Payload rate after the omitted start; received is what arrived, sent is what the sender counted',
    headline: true,
    headlineWhere: { direction: 'received' },
  },
  { id: 'tcp.retransmits', unit: '1', better: 'lower', dimensions: [], meaning: 'Segments sent again during the measured time' },
  {
    id: 'tcp.cpu_local',
    unit: '1',
    better: 'lower',
    dimensions: [],
    meaning: 'Processor share of iperf3 on the client; above 1: several cores',
  },
  { id: 'tcp.cpu_remote', unit: '1', better: 'lower', dimensions: [], meaning: 'Processor share of iperf3 on the server' },
  {
    id: 'tcp.lat_avg',
    unit: 'us',
    better: 'lower',
    dimensions: oneWay,
    meaning: 'Mean one-way time of a small message: half of the round trip',
  },
  { id: 'tcp.lat_p50', unit: 'us', better: 'lower', dimensions: oneWay, meaning: 'Median of the same' },
  { id: 'tcp.lat_p99', unit: 'us', better: 'lower', dimensions: oneWay, meaning: '99th percentile of the same' },
  { id: 'tcp.lat', unit: 'us', better: 'lower', dimensions: oneWay, meaning: 'Every one-way time in order, as a series' },
]
