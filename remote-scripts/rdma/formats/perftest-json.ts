import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json, type JsonDocument } from '../../_kit/json'
import { perftestScales, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

const bandwidths = [
  ['BW_peak', 'rdma.bw_peak'],
  ['BW_average', 'rdma.bw_average'],
] as const
/** Always microseconds: perftest has no other unit for them. */
const latencies = [
  ['t_min', 'rdma.lat_min'],
  ['t_max', 'rdma.lat_max'],
  ['t_typical', 'rdma.lat_typical'],
  ['t_avg', 'rdma.lat_avg'],
  ['t_stdev', 'rdma.lat_stdev'],
  ['percentile_99', 'rdma.lat_p99'],
  ['percentile_99.9', 'rdma.lat_p999'],
] as const

/** Of `--output=bandwidth`, `message_rate` and `latency`, which write one figure and nothing else. */
const shortNames = new Map([
  ['BW_average', ['bw_avg']],
  ['MsgRate', ['msgRate_avg']],
  ['t_avg', ['avg_lat']],
])

/** Names differ between builds: `percentile_99.9`, `99.9%_percentile`, `t_99_9percentile`, blanks for underscores. */
const lookup = (results: Json, name: string): Json | undefined => {
  const normal = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '')
  const wanted = new Set([
    normal(name),
    ...(shortNames.get(name) ?? []).map(normal),
    ...(name.startsWith('percentile_')
      ? [`${normal(name).replace('percentile', '')}percentile`, `t${normal(name).replace('percentile', '')}percentile`]
      : []),
  ])
  if (results === null || typeof results !== 'object' || Array.isArray(results)) return undefined
  const key = Object.keys(results).find((candidate) => wanted.has(normal(candidate)))
  return key === undefined ? undefined : results[key]
}

const isReport = (value: Json): boolean =>
  member(value, 'test_info') !== undefined ||
  lookup(member(value, 'results') ?? null, 'BW_average') !== undefined ||
  lookup(member(value, 'results') ?? null, 't_avg') !== undefined

/** The unit that the stdout of the same run states, when it is in the same text. */
const statedUnit = (text: string): { scale: Scale; printed: string } | null => {
  const units = new Set([...text.matchAll(/BW average\[([^\]\n]{1,20})\]/g)].map((match) => match[1] ?? ''))
  const printed = [...units][0]
  const scale = printed === undefined ? undefined : perftestScales.get(printed)
  return units.size === 1 && printed !== undefined && scale ? { scale, printed } : null
}

const readInfo = (reading: Reading, info: Json | undefined): Dimensions => {
  const text = (name: string): string | null => stringOf(lookup(info ?? null, name))
  const test =
    text('test')
      ?.replace(/_Test$/i, '')
      .replace(/^(RDMA_(?:Write|Read)|Send|Atomic)_/i, '$1 ')
      .replace(/_/g, (mark, at: number) => (at < 5 ? mark : ' ')) ?? null
  const bidirectional = test === null ? null : /bidirectional/i.test(test)
  const qps = numberOf(lookup(info ?? null, 'Number_of_qps'))
  setFacts(reading, {
    test: test === null ? null : test.replace(/\bBidirectional\s+/i, '').trim(),
    link_type: text('Link_type'),
    device: text('Device'),
    qps,
    connection: text('Connection_type'),
    transport_type: text('Transport_type'),
    mtu: numberOf(lookup(info ?? null, 'Mtu')),
    bidirectional,
  })
  const op = /write|read|send|atomic/i.exec(test ?? '')?.[0].toLowerCase()
  if (op && test) reading.tool = { name: `ib_${op}_${/lat/i.test(test) ? 'lat' : 'bw'}`, version: null }
  return { ...(op ? { op } : {}), ...(qps === null ? {} : { qps }), ...(bidirectional ? { bidirectional } : {}) }
}

const readResult = (reading: Reading, result: Json, common: Dimensions, unit: ReturnType<typeof statedUnit>): void => {
  const size = numberOf(lookup(result, 'MsgSize'))
  const isShort = [...shortNames.values()].flat().some((name) => member(result, name) !== undefined)
  if (size === null && !isShort) {
    reading.rows.skipped += 1
    warn(reading, 'rows_skipped', 'A result of the file does not say its message size.')
    return
  }
  if (size === null) warn(reading, 'size_unknown', 'The file holds one figure (--output) and does not say the message size.')
  const dimensions: Dimensions = { ...(size === null ? {} : { size_bytes: size }), ...common }
  const iterations = numberOf(lookup(result, 'n_iterations'))
  if (iterations !== null) reading.facts['iterations'] = iterations
  const before = reading.measurements.length
  for (const [name, metric] of latencies) add(reading, metric, 'us', numberOf(lookup(result, name)), dimensions)
  const bare = bandwidths.filter(([name]) => lookup(result, name) !== undefined)
  if (bare.length > 0 && unit === null) {
    fail(
      reading,
      'parse.unit_unknown',
      'The JSON of perftest does not say whether its bandwidth is MiB/s or Gb/s: read it together with the stdout of the same run.',
      `BW_average: ${String(lookup(result, 'BW_average'))}`,
    )
  } else if (unit !== null) {
    for (const [name, metric] of bare) {
      const value = numberOf(lookup(result, name))
      if (metric === 'rdma.bw_peak' && value === 0) warn(reading, 'peak_not_measured', 'The peak is 0: it was not measured in this mode.')
      else add(reading, metric, 'GB/s', value === null ? null : value * 10 ** unit.scale.power * unit.scale.factor, dimensions)
    }
    const rate = numberOf(lookup(result, 'MsgRate'))
    add(reading, 'rdma.msg_rate', '1/s', rate === null ? null : Number(`${rate}e6`), dimensions)
  }
  if (reading.measurements.length > before) reading.rows.understood += 1
  else {
    reading.rows.skipped += 1
    warn(reading, 'rows_skipped', 'A result of the file was not read.')
  }
}

/** `--report-both` of new builds writes each direction beside, or instead of, the sum of both. */
const parts = [
  ['results', {}],
  ['results_local', { side: 'local' }],
  ['results_remote', { side: 'remote' }],
] as const

const resultsOf = (report: Json): { result: Json; side: Dimensions }[] =>
  parts.flatMap(([name, side]) => {
    const results = member(report, name)
    const list = Array.isArray(results) ? arrayOf(results) : results === undefined || results === null ? [] : [results]
    return list.map((result) => ({ result, side }))
  })

const readReport = (document: JsonDocument, unit: ReturnType<typeof statedUnit>): ParseResult => {
  const reading = newReading('rdma', 'perftest')
  const common = readInfo(reading, member(document.value, 'test_info'))
  if (unit) reading.facts['unit_printed'] = unit.printed
  if (document.repaired)
    warn(reading, 'json_repaired', 'The file is not valid JSON (this build of perftest writes it so); it was read all the same.')
  const list = resultsOf(document.value)
  if (!document.truncated) for (const { result, side } of list) readResult(reading, result, { ...common, ...side }, unit)
  else reading.rows.skipped += list.length
  if (document.truncated) {
    warn(reading, 'truncated', 'The file breaks off.')
    reading.problem = null
    fail(reading, 'parse.truncated', 'The file breaks off.')
  } else if (list.length === 0) fail(reading, 'parse.no_rows', 'The file holds no results.')
  return reading
}

/** perftest's `--out_json` file, valid or as broken as its builds write it. Bandwidth needs the unit from the run's stdout. */
export const perftestJson: FormatParser = {
  id: 'perftest-json',
  detect: (head) => (/\{/.test(head) && /"?test_info"?\s*:|"?BW_average"?\s*:|"?t_typical"?\s*:/.test(head) ? certain : notMine),
  parse(text) {
    const clean = cleanText(text)
    const unit = statedUnit(clean)
    return readJsonDocuments(clean)
      .filter((document) => isReport(document.value))
      .map((document) => readReport(document, unit))
  },
}
