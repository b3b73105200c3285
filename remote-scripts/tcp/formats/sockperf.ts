import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { convert, parseNumber, timeScale, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'

const percentiles = new Map([
  [25, 'p25'],
  [50, 'p50'],
  [75, 'p75'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p999'],
  [99.99, 'p9999'],
  [99.999, 'p99999'],
])

const startLine = /^sockperf: {1,2}== version #/
const startLineVersion = /^sockperf: {1,2}== version #(\d+(?:\.\d+)*)/
/** sockperf's MBps is 2^20 bytes/s: message rate x message size agrees with that, not with 10^6. */
const mebibytes: Scale = { unit: 'GB/s', power: -9, factor: 2 ** 20 }

const find = (lines: readonly string[], pattern: RegExp): RegExpExecArray | null => {
  for (const line of lines) {
    if (line.length > maxLineLength) continue
    const match = pattern.exec(line)
    if (match) return match
  }
  return null
}

const readFacts = (reading: Reading, lines: readonly string[]): void => {
  const version = find(lines, startLineVersion)?.[1] ?? null
  const endpoint = find(lines, /IP = (\S{1,64})\s+PORT = +(\d{1,5}) # (TCP|UDP)/)
  reading.tool.version = version
  const dropped = find(lines, /# dropped messages = (\d{1,15})/)?.[1]
  const observations = find(lines, /^sockperf: Total (\d{1,15}) observations/)?.[1]
  setFacts(reading, {
    tool: 'sockperf',
    version,
    protocol: endpoint?.[3] ?? null,
    ...(endpoint?.[1] ? { remote_address: endpoint[1] } : {}),
    ...(observations === undefined ? {} : { observations: Number(observations) }),
    ...(dropped === undefined ? {} : { dropped: Number(dropped) }),
  })
}

const readLatency = (reading: Reading, lines: readonly string[]): boolean => {
  const summary = find(lines, /^sockperf: Summary: (Latency|Round trip) is +([\d.]+) +(\w+)\s*$/)
  const average = find(lines, /====> avg-(?:latency|lat|rtt)=\s*([\d.]+) /)
  const roundTrip = summary?.[1] === 'Round trip' || find(lines, /====> avg-rtt=/) !== null
  const rows = lines.filter((line) => /^sockperf: ---> (?:percentile|<M)/.test(line))
  if (!summary && !average && rows.length === 0) return false
  const scale = summary?.[3] === undefined ? null : timeScale(summary[3])
  const prefix = roundTrip ? 'tcp.rtt_' : 'tcp.lat_'
  reading.facts['latency_kind'] = roundTrip ? 'rtt' : 'half_rtt'
  if (!scale) {
    reading.rows.skipped += rows.length
    if (summary || !lines.some((line) => line.startsWith('sockperf: Total ')))
      fail(reading, 'parse.truncated', 'The output breaks off before the summary that names the unit.')
    else fail(reading, 'parse.unit_unknown', 'The summary line, which names the unit, is missing.')
    return true
  }
  if (!roundTrip) warn(reading, 'latency_is_half_rtt', 'sockperf reports half of the round trip.')
  add(reading, `${prefix}avg`, 'us', convert(average?.[1] ?? summary?.[2], scale), {})
  for (const row of rows) readPercentile(reading, row, prefix, scale)
  if (!rows.some((row) => row.includes('<MIN>'))) {
    warn(reading, 'truncated', 'The list of percentiles breaks off.')
    fail(reading, 'parse.truncated', 'The list of percentiles breaks off.', rows.at(-1))
  }
  return true
}

const readPercentile = (reading: Reading, row: string, prefix: string, scale: Scale): void => {
  const match = /---> (?:percentile +([\d.]+)|<(MAX|MIN)> observation) += +(\d+\.\d{3})\s*$/.exec(row)
  if (!match) {
    reading.rows.skipped += 1
    warn(reading, 'rows_skipped', `A percentile was not understood: "${row.slice(0, 160)}"`)
    return
  }
  reading.rows.understood += 1
  const name = match[2]?.toLowerCase() ?? percentiles.get(parseNumber(match[1]) ?? -1)
  if (name === undefined) warn(reading, 'columns_ignored', `A percentile without a metric: ${match[1] ?? ''}`)
  else add(reading, `${prefix}${name}`, 'us', convert(match[3], scale), {})
}

const readThroughput = (reading: Reading, lines: readonly string[]): boolean => {
  const rate = find(lines, /^sockperf: Summary: Message Rate is +([\d.]+) +\[msg\/sec\]/)
  const bandwidth = find(lines, /^sockperf: Summary: BandWidth is +([\d.]+) +MBps +\(([\d.]+) +Mbps\)/)
  if (!rate && !bandwidth) return false
  add(reading, 'tcp.msg_rate', '1/s', parseNumber(rate?.[1]), {})
  add(reading, 'tcp.throughput', 'GB/s', convert(bandwidth?.[1], mebibytes), { direction: 'sent' })
  reading.rows.understood += Number(rate !== null) + Number(bandwidth !== null)
  if (!bandwidth) fail(reading, 'parse.truncated', 'The summary breaks off.', rate?.[0])
  return true
}

const readSection = (lines: readonly string[]): ParseResult | null => {
  const reading = newReading('tcp', 'sockperf')
  readFacts(reading, lines)
  const latency = readLatency(reading, lines)
  const throughput = readThroughput(reading, lines)
  const error = find(lines, /^sockperf: (?:ERROR:|Server not responding|No (?:valid observations found|messages were received)|failed).*$/i)
  const silent = error !== null && /refused|not responding|No messages were received|unreachable|No route/i.test(error[0])
  if (error) fail(reading, silent ? 'remote.not_listening' : 'remote.tool_failed', `sockperf reported: ${error[0].slice(0, 300)}`, error[0])
  if (latency || throughput || error) return reading
  if (!lines.some((line) => startLine.test(line))) return null
  if (find(lines, /^sockperf: \[SERVER\]|messages received and handled/)) {
    fail(reading, 'parse.no_rows', 'This is the output of the server side, which prints no figures.')
    return reading
  }
  warn(reading, 'truncated', 'The output breaks off before the summary.')
  fail(
    reading,
    'parse.truncated',
    'The output breaks off before the summary.',
    lines.findLast((line) => line.trim() !== ''),
  )
  return reading
}

/** What a script, a comment or an indented text puts before sockperf's own lines. */
const withoutPrefix = (text: string): string => text.replace(/^(?!sockperf)[^\n"'`]{1,40}?(?=sockperf: )/gm, '')
const quoted =
  /^[^\n"'`]{0,40}?sockperf: (?:Summary: (?:Latency|Round trip|Message Rate|BandWidth) is +\d|---> [^\n]{1,30}= +\d|====> avg-\w{1,10}= ?\d)/m

/** sockperf ping-pong, under-load and throughput; each `== version` line begins another run. */
export const sockperfText: FormatParser = {
  id: 'sockperf-text',
  detect: (head) => (/^sockperf(?:\[CLIENT\])?: |^sockperf\[CLIENT\]/m.test(head) || quoted.test(head) ? certain : notMine),
  parse(text) {
    const sections: string[][] = [[]]
    for (const line of withoutPrefix(cleanText(text)).split('\n')) {
      if (startLine.test(line)) sections.push([])
      sections.at(-1)?.push(line)
    }
    return sections.flatMap((section) => readSection(section) ?? [])
  },
}
