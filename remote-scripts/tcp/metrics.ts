import type { MetricSpec } from '../../preload/contract'

const oneWay = ['message_bytes', 'latency']

const words: Readonly<Record<string, string>> = {
  avg: 'Mean',
  min: 'Shortest',
  max: 'Longest',
  p999: '99.9th percentile of the',
  p9999: '99.99th percentile of the',
  p99999: '99.999th percentile of the',
}

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
  ...others('tcp.lat_', ['min', 'max', 'p25', 'p75', 'p90', 'p95', 'p999', 'p9999', 'p99999'], 'one-way time'),
  ...others('tcp.rtt_', ['avg', 'min', 'max', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'p9999', 'p99999'], 'round trip'),
  {
    id: 'tcp.msg_rate',
    unit: '1/s',
    better: 'higher',
    dimensions: ['message_bytes'],
    meaning: 'Messages a second (sockperf throughput, qperf)',
  },
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
  {
    id: 'tcp.segments_sent',
    unit: '1',
    better: 'none',
    dimensions: ['end'],
    meaning: 'Segments that all TCP of this end sent from the start to the end of the test (/proc/net/snmp)',
  },
  {
    id: 'tcp.segments_resent',
    unit: '1',
    better: 'lower',
    dimensions: ['end'],
    meaning: 'Of these, segments sent again; the omitted start and other connections of the host count too',
  },
  { id: 'tcp.resent_share', unit: '1', better: 'lower', dimensions: ['end'], meaning: 'Segments sent again per segment sent' },
  { id: 'tcp.timeouts', unit: '1', better: 'lower', dimensions: ['end'], meaning: 'Times that a retransmission timer ran out' },
  {
    id: 'tcp.drops',
    unit: '1',
    better: 'lower',
    dimensions: ['end', 'where'],
    meaning: "Packets dropped during the test: by the interface, its queueing discipline, the processors' input queues or TCP itself",
  },
  { id: 'tcp.interface_errors', unit: '1', better: 'lower', dimensions: ['end'], meaning: 'Damaged packets of the interface, both ways' },
  {
    id: 'tcp.resent_traced',
    unit: '1',
    better: 'lower',
    dimensions: ['end', 'connections'],
    meaning:
      'Retransmissions that left, as bpftrace saw them: of the connections of the test, and of all of this machine; a packet of several segments is one',
  },
  {
    id: 'tcp.drops_traced',
    unit: '1',
    better: 'lower',
    dimensions: ['end', 'reason'],
    meaning: "Packets that this machine dropped as bpftrace saw them, by the kernel's reason",
  },
]
