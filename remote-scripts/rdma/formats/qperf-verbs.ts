import type { Dimensions } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { hasQperfTest, qperfTests, readQperfTest, type QperfTest } from '../../_kit/qperf'
import { add, newReading, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

const named =
  /^(ver_rc|rc|uc|ud|xrc)_(?:bi_bw|bw|lat|rdma_(?:read|write)_(?:bw|lat)|rdma_write_poll_lat|compare_swap(?:_mr)?|fetch_add(?:_mr)?)$/
const isMine = (name: string): boolean => named.test(name)

const directions = new Map([
  ['send_bw', 'sent'],
  ['recv_bw', 'received'],
])
const metrics = new Map([
  ['bw', 'rdma.bw_average'],
  ['send_bw', 'rdma.bw_average'],
  ['recv_bw', 'rdma.bw_average'],
  ['latency', 'rdma.lat_avg'],
  ['msg_rate', 'rdma.msg_rate'],
])
const ofBandwidth = new Set(['bw', 'send_bw', 'recv_bw', 'msg_rate'])
const ofLatency = new Set(['latency'])
const ofAtomic = new Set(['msg_rate'])

const operationOf = (name: string): string => {
  if (/compare_swap|fetch_add/.test(name)) return 'atomic'
  return /rdma_(read|write)/.exec(name)?.[1] ?? 'send'
}

/** A size that qperf rounds is named as it prints it. */
const sizeOf = (size: number | string | undefined): Dimensions =>
  size === undefined ? {} : typeof size === 'number' ? { size_bytes: size } : { message_size: size }

const readTest = (test: QperfTest): Reading => {
  const { name } = test
  const op = operationOf(name)
  const bidirectional = name.includes('_bi_')
  const reading = newReading('rdma', 'qperf')
  reading.facts = { tool: 'qperf', test: name, connection: (named.exec(name)?.[1] ?? '').replace('ver_', '').toUpperCase(), bidirectional }
  const wanted = op === 'atomic' ? ofAtomic : name.endsWith('_lat') ? ofLatency : ofBandwidth
  readQperfTest(reading, test, wanted, (figure, value, unit, size) => {
    const direction = directions.get(figure)
    add(reading, metrics.get(figure) ?? '', unit, value, {
      ...sizeOf(size),
      op,
      ...(bidirectional ? { bidirectional } : {}),
      ...(direction === undefined ? {} : { direction }),
    })
  })
  if (bidirectional) warn(reading, 'bidirectional_sum', 'Bidirectional: the figures are the sum of both directions.')
  return reading
}

/** qperf's tests of verbs; latency is one way, of a read the whole operation. */
export const qperfVerbs: FormatParser = {
  id: 'qperf-verbs-text',
  detect: (head) => (hasQperfTest(head, isMine) ? certain : notMine),
  parse: (text) => qperfTests(cleanText(text), isMine).map(readTest),
}
