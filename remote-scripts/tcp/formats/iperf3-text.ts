import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { convert, iperfScales, parseCount, parseNumber, scaleByTen } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { failIperf } from './iperf3-errors'

interface Row {
  id: string
  /** TX-C, RX-S, … in bidirectional tests. */
  role: string | null
  from: number
  to: number
  transfer: string
  gigabytesPerSecond: number | null
  retransmits: number | null
  jitterMs: number | null
  lost: { lost: number; total: number } | null
  side: 'sender' | 'receiver' | null
  omitted: boolean
  /** Stands under the header that follows the last interval. */
  summary: boolean
}

const rowLine =
  /^\[ *(\d{1,5}|SUM)\](?:\[([TR]X-[CS])\])? +(\d+\.\d+)- *(\d+\.\d+) +sec +([\d.]+) +([KMGTP]?Bytes) +([\d.]+) +(\S{1,16}\/sec)(.*)$/
const rowLike = /^\[ *(?:\d{1,5}|SUM)\](?:\[[TR]X-[CS]\])? +[\d.]+- *[\d.]+ +sec\b/
const headerLine = /^\[ *ID\](?:\[ ?Role\])? +Interval +Transfer +(?:Bandwidth|Bitrate)(.*)$/
const startLine = /^(?:Connecting to host \S+, port \d+|Accepted connection from \S+, port \d+)/
const errorLine = /^\s*iperf3: (?:error|interrupt|exiting)\b *-? *(.*)$/

/** `Retransmits` in 3.0. */
const retransmitColumn = /\bRetr(?:ansmits)?\b/
const startingLine = /^Starting Test: protocol: (\w{2,8}),/
/** `-V`: percent of one processor, first of the end that prints. */
const cpuLine =
  /^CPU Utilization: local\/(?:sender|receiver) (\d{1,5}(?:\.\d{1,3})?)% \(.{3,60}?\), remote\/(?:sender|receiver) (\d{1,5}(?:\.\d{1,3})?)% \(/
/** Looks like a row, and counts what came late: those datagrams are in the rows already. */
const lateLine = /\d datagrams received out-of-order\s*$/

const readRow = (line: string, columns: string, summary: boolean): Row | null => {
  const match = rowLine.exec(line)
  if (!match) return null
  const [, id, role, from, to, transfer, transferUnit, rate, rateUnit, tail] = match
  const scale = rateUnit === undefined ? undefined : iperfScales.get(rateUnit)
  const rest = (tail ?? '').trim()
  const side = /\b(sender|receiver)\s*$/.exec(rest)?.[1]
  const figures = rest.replace(/\b(?:sender|receiver)\s*$|\(omitted\)\s*$/, '').trim()
  const retransmits = retransmitColumn.test(columns) ? /^(\d{1,12})(?:\s|$)/.exec(figures)?.[1] : undefined
  const udp = /^([\d.]+) +ms +(-?\d{1,15})\/ *(\d{1,15})\b/.exec(figures)
  return {
    id: id ?? '',
    role: role ?? null,
    from: Number(from),
    to: Number(to),
    transfer: `${transfer ?? ''} ${transferUnit ?? ''}`,
    gigabytesPerSecond: scale ? convert(rate, scale) : null,
    retransmits: parseCount(retransmits),
    jitterMs: udp ? parseNumber(udp[1]) : null,
    lost: udp ? { lost: Number(udp[2]), total: Number(udp[3]) } : null,
    side: side === 'sender' || side === 'receiver' ? side : null,
    omitted: rest.endsWith('(omitted)'),
    summary,
  }
}

interface Test {
  rows: Row[]
  /** As `-V` names it. */
  protocol: string | null
  /** A column of retransmissions, which only TCP has. */
  resends: boolean
  cpu: [local: number | null, remote: number | null] | null
  role: 'client' | 'server' | null
  udp: boolean
  reverse: boolean
  done: boolean
  version: string | null
  error: string | null
  last: string
}

const readTest = (reading: Reading, lines: readonly string[], openEnd: boolean): Test => {
  const test: Test = {
    rows: [],
    protocol: null,
    resends: false,
    cpu: null,
    role: null,
    udp: false,
    reverse: false,
    done: false,
    version: null,
    error: null,
    last: '',
  }
  let columns: string | null = null
  let headers = 0
  let afterLine = false
  lines.forEach((given, index) => {
    if (given.length > maxLineLength) return
    // A terminal echoes the key that ended the test in front of the next row.
    const line = given.replace(/^\^C/, '')
    if (line.trim() !== '') test.last = line
    if (/^Connecting to host/.test(line)) test.role = 'client'
    else if (/^(?:Accepted connection|Server listening)/.test(line)) test.role ??= 'server'
    else if (/^Reverse mode/.test(line)) test.reverse = true
    else if (/^iperf Done\./.test(line)) test.done = true
    test.version ??= /^iperf (3\.\S+)/.exec(line)?.[1] ?? null
    test.error ??= errorLine.exec(line)?.[1] ?? null
    test.protocol ??= startingLine.exec(line)?.[1] ?? null
    const cpu = cpuLine.exec(line)
    if (cpu) test.cpu = [scaleByTen(cpu[1] ?? '', -2), scaleByTen(cpu[2] ?? '', -2)]
    const header = headerLine.exec(line)
    if (header) {
      columns = header[1] ?? ''
      headers += 1
      afterLine = headers > 1
      if (/Jitter|Datagrams/.test(columns)) test.udp = true
      if (retransmitColumn.test(columns)) test.resends = true
    }
    if (!rowLike.test(line) || lateLine.test(line)) return
    const cut = openEnd && index === lines.length - 1 && !/(?:sender|receiver|\(omitted\)|Bytes|%\))\s*$/.test(line)
    const row = cut || columns === null ? null : readRow(line, columns, afterLine)
    if (!row)
      skipRow(reading, line, cut ? 'the text ends in it' : columns === null ? 'no header above it' : 'not a row as iperf3 prints it')
    else {
      test.rows.push(row)
      reading.rows.understood += 1
    }
  })
  return test
}

const pathOf = (row: Row): Dimensions => {
  if (row.role === null) return {}
  return { bidir: row.role === 'TX-C' || row.role === 'RX-S' ? 'forward' : 'reverse' }
}

/** A log may hold more rows than a call takes arguments. */
const latest = (rows: readonly Row[]): number => rows.reduce((end, row) => Math.max(end, row.to), -Infinity)

/**
 * Totals: of all streams together when there are several, else of the one. Before 3.2 the total of UDP names no side;
 * it is the row under the second header that spans the whole test.
 */
const totals = (rows: readonly Row[]): Row[] => {
  const sided = rows.filter((row) => row.side !== null)
  const end = latest(rows)
  const summary = sided.length > 0 ? sided : rows.filter((row) => row.summary && row.from === 0 && row.to >= end)
  const streams = new Set(rows.filter((row) => row.id !== 'SUM').map((row) => row.id))
  const roles = new Set(rows.map((row) => row.role))
  return streams.size > roles.size || summary.some((row) => row.id === 'SUM') ? summary.filter((row) => row.id === 'SUM') : summary
}

const addTotals = (reading: Reading, test: Test): void => {
  for (const row of totals(test.rows)) {
    const direction = row.side === 'sender' ? 'sent' : row.side === 'receiver' ? 'received' : test.udp ? 'sent' : null
    const path = pathOf(row)
    // The receiving side prints 0.00 for what it does not know.
    if (direction === null || row.transfer.startsWith('0.00 ')) continue
    add(reading, 'tcp.throughput', 'GB/s', row.gigabytesPerSecond, { direction, ...path })
    if (direction === 'sent') add(reading, 'tcp.retransmits', '1', row.retransmits, path)
    else reading.facts['bytes_received_printed'] ??= row.transfer
    const isLoss = test.udp && row.lost !== null && (row.side !== 'sender' || row.lost.lost > 0)
    if (isLoss && row.lost && row.lost.total > 0) {
      // What comes late was first counted as lost: the count may end below 0, and is then not known.
      if (row.lost.lost >= 0) add(reading, 'tcp.loss_share', '1', row.lost.lost / row.lost.total, path)
      add(reading, 'tcp.jitter', 'us', row.jitterMs === null ? null : row.jitterMs * 1000, path)
      reading.facts['lost_packets'] = row.lost.lost >= 0 ? row.lost.lost : null
      if (row.lost.lost > row.lost.total * 0.01) warn(reading, 'high_loss', `${row.lost.lost} of ${row.lost.total} datagrams were lost.`)
    }
  }
  add(reading, 'tcp.cpu_local', '1', test.cpu?.[0], {})
  add(reading, 'tcp.cpu_remote', '1', test.cpu?.[1], {})
  if (test.udp) warn(reading, 'sender_figure_udp', 'UDP: the sender counts what it sent; what arrived is the figure of the receiver.')
}

/** A client that sends over TCP has a column of retransmissions; SCTP prints none, nor do systems that do not count them. */
const protocolOf = (test: Test): string | null => {
  if (test.protocol !== null || test.rows.length === 0) return test.protocol
  if (test.udp) return 'UDP'
  return test.role === 'client' && !test.reverse && !test.resends ? null : 'TCP'
}

const describe = (reading: Reading, test: Test): void => {
  const streams = new Set(test.rows.filter((row) => row.id !== 'SUM').map((row) => row.id))
  const roles = [...new Set(test.rows.map((row) => row.role))]
  const several = streams.size > roles.length
  const intervals = test.rows.filter(
    (row) => row.side === null && !row.summary && row.role === roles[0] && (several ? row.id === 'SUM' : row.id !== 'SUM'),
  )
  const nominal = intervals[0] ? intervals[0].to - intervals[0].from : 0
  const whole = intervals.filter((row) => !row.omitted && row.to - row.from >= nominal * 0.1)
  const summary = totals(test.rows)
  reading.tool.version = test.version
  setFacts(reading, {
    tool: 'iperf3',
    version: test.version,
    role: test.role,
    protocol: protocolOf(test),
    streams: streams.size > 0 ? streams.size / Math.max(roles.length, 1) : null,
    bidirectional: roles.length > 1,
    duration_s: summary.length > 0 ? latest(summary) : null,
    intervals: whole.length,
    omitted_intervals: intervals.filter((row) => row.omitted).length,
    reverse: test.reverse,
  })
}

const readSection = (lines: readonly string[], openEnd: boolean): ParseResult | null => {
  const reading = newReading('tcp', 'iperf3')
  const test = readTest(reading, lines, openEnd)
  if (test.rows.length === 0 && reading.rows.skipped === 0 && test.error === null && !lines.some((line) => startLine.test(line)))
    return null
  describe(reading, test)
  addTotals(reading, test)
  if (test.error !== null) failIperf(reading, test.error)
  const finished = reading.measurements.some((entry) => entry.metric === 'tcp.throughput')
  const clientWithoutReceiver = test.role === 'client' && !test.done && !test.rows.some((row) => row.side === 'receiver')
  if (!finished || clientWithoutReceiver) {
    warn(reading, 'truncated', 'The output breaks off before the totals.')
    fail(reading, 'parse.truncated', 'The output breaks off before the totals.', quote(test.last))
  }
  return reading
}

/** Its rows look alike, and are none of the test above it. */
const iperf2Line = /^(?:Client connecting to \S+, (?:TCP|UDP) port \d+|Server listening on (?:TCP|UDP) port \d+)/

const splitTests = (lines: readonly string[]): string[][] => {
  const sections: string[][] = [[]]
  let started = false
  for (const line of lines) {
    const isOther = iperf2Line.test(line)
    if (isOther || startLine.test(line)) {
      if (started || isOther) sections.push([])
      started = true
    }
    sections.at(-1)?.push(line)
  }
  return sections.filter(([first]) => first === undefined || !iperf2Line.test(first))
}

/** What of a large log this format reads. */
const kept =
  /^[ \t]{0,12}(?:\^C)?(?:\[|- - |\s*iperf|Connecting to |Accepted connection|Server listening|Reverse mode|Client connecting to |Starting Test|CPU Utilization|-{5,80}\s*$)/

/** As copied out of a document that indents it. */
const unindented = (text: string): string => text.replace(/^[ \t]{1,12}(?=\[|Connecting to |Accepted connection|iperf)/gm, '')

/** iperf3 console output of client and server, TCP and UDP, any number of streams. Bits are decimal, bytes binary. */
export const iperf3Text: FormatParser = {
  id: 'iperf3-text',
  detect(indented) {
    const head = unindented(indented)
    if (
      /^\[ *ID\](?:\[ ?Role\])? +Interval +Transfer +(?:Bandwidth|Bitrate)/m.test(head) &&
      !/^Client connecting to |^Server listening on TCP port/m.test(head)
    )
      return certain
    if (/^iperf3: (?:error|interrupt)/m.test(head)) return certain
    return /^Connecting to host \S+, port \d+/m.test(head) || /^\[ *\d+\] local \S+ port \d+ connected to /m.test(head) ? likely : notMine
  },
  keepsLine: (line) => line === '' || (line.length <= maxLineLength && kept.test(line)),
  parse(text) {
    const lines = unindented(cleanText(text)).split('\n')
    const openEnd = lines.at(-1) !== ''
    if (!openEnd) lines.pop()
    const sections = splitTests(lines)
    return sections.flatMap((section, index) => readSection(section, openEnd && index === sections.length - 1) ?? [])
  },
}
