import type { Dimensions } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json, type JsonDocument } from '../../_kit/json'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { failIperf } from './iperf3-errors'

const isReport = (value: Json): boolean =>
  (member(value, 'start') !== undefined && (member(value, 'end') !== undefined || member(value, 'intervals') !== undefined)) ||
  (member(value, 'error') !== undefined && member(value, 'start') !== undefined)

/** Builds of old print `nan` for the loss of no datagrams. */
const withoutNan = (text: string): string => text.replace(/(:\s{0,40})[+-]?(?:nan|inf)(?:\([a-z]{1,10}\))?(?=\s*[,}\]])/gi, '$1null')

/** Scripts gather reports in a list, or under the name of a host or a run. */
const reportsIn = (value: Json, depth = 0): Json[] => {
  if (isReport(value)) return [value]
  if (depth > 4 || value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap((inner) => reportsIn(inner, depth + 1))
}

/** `--json-stream` prints one event per line: the same report in pieces. */
const fromStream = (documents: JsonDocument[]): JsonDocument[] => {
  const events = documents.filter((document) => stringOf(member(document.value, 'event')) !== null)
  if (events.length === 0) return documents
  const reports: JsonDocument[] = documents.filter((document) => !events.includes(document))
  let report: { [key: string]: Json } | null = null
  for (const { value } of events) {
    const [name, data] = [stringOf(member(value, 'event')), member(value, 'data') ?? null]
    if (name === 'start' || report === null) {
      report = { intervals: [] }
      reports.push({ value: report, truncated: false, repaired: false, start: 0, end: 0 })
    }
    if (name === 'interval') (report['intervals'] as Json[]).push(data)
    else if (name !== null && ['start', 'end', 'error'].includes(name)) report[name] = data
  }
  return reports
}

/** Rate of a sum in GB/s; null when its bytes and seconds say otherwise: the report was damaged. */
const gbps = (sum: Json | undefined): number | null => {
  const bits = numberOf(member(sum, 'bits_per_second'))
  const [bytes, seconds] = [numberOf(member(sum, 'bytes')), numberOf(member(sum, 'seconds'))]
  if (bits === null) return null
  const computed = bytes === null || seconds === null || seconds === 0 ? bits : (bytes * 8) / seconds
  return Math.abs(computed - bits) > 0.02 * Math.max(computed, bits) ? null : bits / 8e9
}

const readFacts = (reading: Reading, value: Json): void => {
  const start = member(value, 'start')
  const test = member(start, 'test_start')
  const version = /^iperf (\S+)/.exec(stringOf(member(start, 'version')) ?? '')?.[1] ?? null
  const connected = arrayOf(member(start, 'connected'))
  const intervals = arrayOf(member(value, 'intervals'))
  const omitted = intervals.filter((interval) => member(interval, 'sum', 'omitted') === true).length
  reading.tool.version = version
  setFacts(reading, {
    tool: 'iperf3',
    version,
    protocol: stringOf(member(test, 'protocol')),
    streams: numberOf(member(test, 'num_streams')),
    // 0: the test ends after a count of bytes.
    duration_s: numberOf(member(test, 'duration')) || null,
    intervals: intervals.length - omitted,
    omitted_intervals: omitted,
    role: member(start, 'connecting_to') !== undefined ? 'client' : member(start, 'accepted_connection') !== undefined ? 'server' : null,
    reverse: test === undefined ? null : (numberOf(member(test, 'reverse')) ?? 0) > 0,
    bidirectional:
      test === undefined
        ? null
        : member(value, 'end', 'sum_sent_bidir_reverse') !== undefined || (numberOf(member(test, 'bidir')) ?? 0) > 0,
    block_bytes: numberOf(member(test, 'blksize')),
    local_address: stringOf(member(connected[0], 'local_host')),
    remote_address: stringOf(member(connected[0], 'remote_host')),
    congestion_control: stringOf(member(value, 'end', 'sender_tcp_congestion')),
    mss_bytes: numberOf(member(start, 'tcp_mss_default')) ?? numberOf(member(start, 'tcp_mss')),
    system: stringOf(member(start, 'system_info'))?.trim() ?? null,
  })
  reading.rows.understood = intervals.length
}

/** One side's 0 beside the other's bytes: it never told its count. Of datagrams all may truly be lost. */
const isUntold = (reading: Reading, sum: Json | undefined, other: Json | undefined, error: boolean): boolean =>
  (error || reading.facts['protocol'] !== 'UDP') && numberOf(member(sum, 'bytes')) === 0 && (numberOf(member(other, 'bytes')) ?? 0) > 0

const addSums = (reading: Reading, end: Json | undefined, suffix: '' | '_bidir_reverse', common: Dimensions, error: boolean): void => {
  const sent = member(end, `sum_sent${suffix}`)
  const received = member(end, `sum_received${suffix}`)
  if (!isUntold(reading, received, sent, error))
    add(reading, 'tcp.throughput', 'GB/s', gbps(received), { direction: 'received', ...common })
  if (isUntold(reading, sent, received, error)) return
  add(reading, 'tcp.throughput', 'GB/s', gbps(sent), { direction: 'sent', ...common })
  add(reading, 'tcp.retransmits', '1', numberOf(member(sent, 'retransmits')), common)
}

const addUdp = (reading: Reading, end: Json | undefined, suffix: '' | '_bidir_reverse', common: Dimensions): void => {
  const sum = member(end, `sum${suffix}`)
  const received = member(end, `sum_received${suffix}`)
  const percent = numberOf(member(received, 'lost_percent')) ?? numberOf(member(sum, 'lost_percent'))
  const jitter = numberOf(member(received, 'jitter_ms')) ?? numberOf(member(sum, 'jitter_ms'))
  if (suffix === '')
    setFacts(reading, {
      jitter_ms: jitter,
      lost_packets: numberOf(member(received, 'lost_packets')) ?? numberOf(member(sum, 'lost_packets')),
    })
  add(reading, 'tcp.loss_share', '1', percent === null ? null : percent / 100, common)
  add(reading, 'tcp.jitter', 'us', jitter === null ? null : jitter * 1000, common)
  // Before 3.2 there is only `sum`, and its rate is the sender's.
  if (received === undefined && member(end, 'sum_sent') === undefined)
    add(reading, 'tcp.throughput', 'GB/s', gbps(sum), { direction: 'sent' })
  warn(reading, 'sender_figure_udp', 'UDP: the sender counts what it sent; what arrived is the figure of the receiver.')
  if (percent !== null && percent > 1) warn(reading, 'high_loss', `${percent.toFixed(2)} % of the datagrams were lost.`)
}

const readReport = (document: JsonDocument): Reading => {
  const { value } = document
  const reading = newReading('tcp', 'iperf3')
  readFacts(reading, value)
  const end = member(value, 'end')
  const bidirectional = reading.facts['bidirectional'] === true
  const error = stringOf(member(value, 'error'))
  // A sum of a file that breaks off may itself be cut: only a whole `end` counts.
  if (!document.truncated && !document.repaired) {
    addSums(reading, end, '', bidirectional ? { bidir: 'forward' } : {}, error !== null)
    if (bidirectional) addSums(reading, end, '_bidir_reverse', { bidir: 'reverse' }, error !== null)
    if (reading.facts['protocol'] === 'UDP') addUdp(reading, end, '', bidirectional ? { bidir: 'forward' } : {})
    if (reading.facts['protocol'] === 'UDP' && bidirectional) addUdp(reading, end, '_bidir_reverse', { bidir: 'reverse' })
    const local = numberOf(member(end, 'cpu_utilization_percent', 'host_total'))
    const remote = numberOf(member(end, 'cpu_utilization_percent', 'remote_total'))
    add(reading, 'tcp.cpu_local', '1', local === null ? null : local / 100, {})
    // 0: the other side was never heard; who moves bytes takes time.
    add(reading, 'tcp.cpu_remote', '1', remote === null || remote === 0 ? null : remote / 100, {})
  }
  if (error !== null) failIperf(reading, error)
  const hasRate = reading.measurements.some((entry) => entry.metric === 'tcp.throughput')
  if (document.repaired && !document.truncated)
    fail(reading, 'parse.truncated', 'The report is damaged: it is not the JSON that iperf3 writes.')
  if (document.truncated || (!hasRate && error === null)) {
    warn(reading, 'truncated', 'The report breaks off before its end.')
    fail(reading, 'parse.truncated', 'The report breaks off before its end.')
  }
  return reading
}

/** iperf3 -J and --json-stream, every 3.x. An error document that follows a finished report is only a warning. */
export const iperf3Json: FormatParser = {
  id: 'iperf3-json',
  detect: (head) => {
    if (!/\{/.test(head)) return notMine
    if (/"version"\s*:\s*"iperf 3/.test(head)) return certain
    return /"(?:sum_received|cpu_utilization_percent|test_start)"\s*:/.test(head) && /"(?:bits_per_second|num_streams)"\s*:/.test(head)
      ? certain
      : notMine
  },
  parse(text) {
    const all = fromStream(readJsonDocuments(withoutNan(cleanText(text)))).flatMap((document) =>
      reportsIn(document.value).map((value) => ({ ...document, value })),
    )
    // Some builds print the same report twice.
    const copies = new Map(all.map((document) => [JSON.stringify(document.value), document]))
    const results = [...copies.values()].map(readReport)
    if (copies.size < all.length && results[0])
      warn(results[0], 'duplicate_rows', 'The same report is in the text more than once; it counts once.')
    const useful = results.filter((result) => result.measurements.length > 0)
    const first = useful[0]
    if (!first || useful.length === results.length) return results
    const extra = results.find((result) => result.measurements.length === 0)
    warn(first, 'second_document', `Another document follows without results: ${extra?.problem?.message ?? ''}`)
    return useful
  },
}
