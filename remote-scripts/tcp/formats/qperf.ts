import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { convert, rateScale, timeScale } from '../../_kit/numbers'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'

const testLine = /^((?:tcp|udp|sctp|sdp|rds)_(?:bw|lat)):\s*$/
const figureLine = /^ +(\w+) +=\s+([\d.,]+) +(\S{1,16})\s*$/

const figures = new Map<string, { metric: string; direction?: string }>([
  ['bw', { metric: 'tcp.throughput', direction: 'received' }],
  ['send_bw', { metric: 'tcp.throughput', direction: 'sent' }],
  ['recv_bw', { metric: 'tcp.throughput', direction: 'received' }],
  ['latency', { metric: 'tcp.lat_avg' }],
])

/** qperf writes thousands with a comma (`1,234`), never a decimal one. */
const plain = (printed: string): string => (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(printed) ? printed.replace(/,/g, '') : printed)

const readFigure = (reading: Reading, line: string): void => {
  const match = figureLine.exec(line)
  if (!match?.[1] || !match[2] || !match[3]) return
  const known = figures.get(match[1])
  if (!known) return
  const scale = known.metric === 'tcp.lat_avg' ? timeScale(match[3]) : rateScale(match[3])
  const value = scale ? convert(plain(match[2]), scale) : null
  if (value === null || !scale) return skipRow(reading, line, 'its unit or figure is not known')
  reading.rows.understood += 1
  add(reading, known.metric, scale.unit, value, known.direction === undefined ? {} : { direction: known.direction })
}

const readTest = (name: string, lines: readonly string[], cut: boolean): ParseResult => {
  const reading = newReading('tcp', 'qperf')
  reading.facts = {
    tool: 'qperf',
    test: name,
    protocol: name.split('_')[0]?.toUpperCase() ?? null,
    ...(name.endsWith('_lat') ? { latency_kind: 'half_rtt' } : {}),
  }
  lines.forEach((line, index) => {
    if (line.length > maxLineLength) return
    if (cut && index === lines.length - 1 && figureLine.test(line)) skipRow(reading, line, 'the text ends in it')
    else readFigure(reading, line)
  })
  if (reading.measurements.length === 0) {
    warn(reading, 'truncated', 'The output breaks off.')
    fail(reading, 'parse.truncated', 'The output breaks off.', lines.at(-1))
  }
  return reading
}

/** qperf's TCP and UDP tests; GB/sec is 10^9 bytes/s, latency is one way. */
export const qperfText: FormatParser = {
  id: 'qperf-text',
  detect: (head) => (/^(?:tcp|udp|sctp|sdp|rds)_(?:bw|lat):\s*\n +\w+ +=/m.test(head) ? certain : notMine),
  parse(text) {
    const lines = cleanText(text).split('\n')
    const openEnd = lines.at(-1) !== ''
    const tests: { name: string; lines: string[] }[] = []
    for (const line of lines) {
      const name = line.length < 200 ? testLine.exec(line)?.[1] : undefined
      if (name) tests.push({ name, lines: [] })
      else if (!/^ /.test(line) && line !== '' && tests.length > 0 && /^\w+:/.test(line)) tests.push({ name: '', lines: [] })
      else tests.at(-1)?.lines.push(line)
    }
    return tests.flatMap(({ name, lines: own }, index) => (name === '' ? [] : [readTest(name, own, openEnd && index === tests.length - 1)]))
  },
}
