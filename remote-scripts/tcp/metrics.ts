import type { MetricSpec } from '../../preload/contract'

const oneWay = ['message_bytes', 'latency']

const words: Readonly<Record<string, string>> = { avg: 'Mean', min: 'Shortest', max: 'Longest', p999: '99.9th percentile of the' }

/** Figures that sockperf prints beside those of our own ping-pong. */
const others = (prefix: string, names: readonly string[], what: string): MetricSpec[] =>
  names.map((name) => ({
    id: `${prefix}${name}`,
    unit: 'us',
    better: 'lower',
    dimensions: [],
    meaning: `${words[name] ?? `${name.slice(1)}th percentile of the`} ${what} (sockperf)`,
  }))

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
  ...others('tcp.lat_', ['min', 'max', 'p90', 'p95', 'p999'], 'one-way time'),
  ...others('tcp.rtt_', ['avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'p999'], 'round trip'),
  { id: 'tcp.msg_rate', unit: '1/s', better: 'higher', dimensions: [], meaning: 'Messages a second (sockperf throughput)' },
  {
    id: 'tcp.loss_share',
    unit: '1',
    better: 'lower',
    dimensions: ['direction', 'bidir'],
    meaning: 'Datagrams lost of those sent (iperf3 UDP)',
  },
  {
    id: 'tcp.jitter',
    unit: 'us',
    better: 'lower',
    dimensions: ['direction', 'bidir'],
    meaning: 'Jitter of arrivals as RFC 1889 has it (iperf3 UDP)',
  },
  { id: 'tcp.lat', unit: 'us', better: 'lower', dimensions: oneWay, meaning: 'Every one-way time in order, as a series' },
]
