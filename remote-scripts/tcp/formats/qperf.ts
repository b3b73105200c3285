import type { Dimensions } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { hasQperfTest, qperfTests, readQperfTest, type QperfTest } from '../../_kit/qperf'
import { add, newReading, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

const isMine = (name: string): boolean => /^(?:tcp|udp|sctp|sdp|rds)_(?:bw|lat)$/.test(name)

const figures = new Map<string, { metric: string; direction?: string }>([
  ['bw', { metric: 'tcp.throughput', direction: 'received' }],
  ['send_bw', { metric: 'tcp.throughput', direction: 'sent' }],
  ['recv_bw', { metric: 'tcp.throughput', direction: 'received' }],
  ['latency', { metric: 'tcp.lat_avg' }],
  ['msg_rate', { metric: 'tcp.msg_rate' }],
])
const ofBandwidth = new Set(['bw', 'send_bw', 'recv_bw', 'msg_rate'])
/** The message rate of a latency test says the same once more. */
const ofLatency = new Set(['latency'])

/** A size that qperf rounds is named as it prints it. */
const sizeOf = (size: number | string | undefined): Dimensions =>
  size === undefined ? {} : typeof size === 'number' ? { message_bytes: size } : { message_size: size }

const readTest = (test: QperfTest): Reading => {
  const reading = newReading('tcp', 'qperf')
  const isLatency = test.name.endsWith('_lat')
  reading.facts = {
    tool: 'qperf',
    test: test.name,
    protocol: test.name.split('_')[0]?.toUpperCase() ?? null,
    ...(isLatency ? { latency_kind: 'half_rtt' } : {}),
  }
  readQperfTest(reading, test, isLatency ? ofLatency : ofBandwidth, (name, value, unit, size) => {
    const known = figures.get(name)
    if (known)
      add(reading, known.metric, unit, value, {
        ...(known.direction === undefined ? {} : { direction: known.direction }),
        ...sizeOf(size),
      })
  })
  return reading
}

/** qperf's tests over kernel sockets; GB/sec is 10^9 bytes/s, latency is one way. Its tests of verbs are the rdma probe's. */
export const qperfText: FormatParser = {
  id: 'qperf-text',
  detect: (head) => (hasQperfTest(head, isMine) ? certain : notMine),
  parse: (text) => qperfTests(cleanText(text), isMine).map(readTest),
}
