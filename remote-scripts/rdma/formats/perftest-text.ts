import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { convert, parseCount, parseNumber, perftestScales, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { bracketColumns, looksWhole } from '../../_kit/table'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { perftestFailure } from './perftest-failures'
import { readHeaderBlock, titleLine, type HeaderInfo } from './perftest-header'

/** Header names, and the metric of each. */
const metrics: { pattern: RegExp; metric: string; unit: Scale['unit'] }[] = [
  { pattern: /^BW peak$/i, metric: 'rdma.bw_peak', unit: 'GB/s' },
  { pattern: /^BW average$/i, metric: 'rdma.bw_average', unit: 'GB/s' },
  { pattern: /^MsgRate$/i, metric: 'rdma.msg_rate', unit: '1/s' },
  { pattern: /^t_min$/i, metric: 'rdma.lat_min', unit: 'us' },
  { pattern: /^t_max$/i, metric: 'rdma.lat_max', unit: 'us' },
  { pattern: /^t_typical$/i, metric: 'rdma.lat_typical', unit: 'us' },
  { pattern: /^t_avg$/i, metric: 'rdma.lat_avg', unit: 'us' },
  { pattern: /^t_stdev$/i, metric: 'rdma.lat_stdev', unit: 'us' },
  { pattern: /^99% percentile$/i, metric: 'rdma.lat_p99', unit: 'us' },
  { pattern: /^99\.9% percentile$/i, metric: 'rdma.lat_p999', unit: 'us' },
]
const headerLine = /^\s*#?bytes\s+#?(?:iterations|sl)\b/
const dashes = /^\s*-{20,}\s*$/
const numericRow = /^\s*\d{1,18}\s+\d{1,18}\s+[\d.]/
const waiting = /Waiting for client to connect/

interface Column {
  name: string
  metric: string | null
  scale: Scale | null
}

/** One table with what stands before it. */
interface Section {
  lines: string[]
  openEnd: boolean
}

const isEnd = (lines: readonly string[]): boolean => {
  const header = lines.findIndex((line) => headerLine.test(line))
  return header >= 0 && lines.slice(header + 1).some((line) => numericRow.test(line) || dashes.test(line))
}

/** A new test begins at its title, or at a header when the one before has its table already; banners before a title belong to it. */
const splitSections = (lines: readonly string[], openEnd: boolean): Section[] => {
  const sections: Section[] = [{ lines: [], openEnd: false }]
  let carried: string[] = []
  const begin = (): void => {
    const last = sections.at(-1)
    if (last && last.lines.some((line) => titleLine.test(line) || headerLine.test(line))) sections.push({ lines: carried, openEnd: false })
    else last?.lines.push(...carried)
    carried = []
  }
  for (const line of lines) {
    const short = line.length <= maxLineLength
    const current = sections.at(-1)
    if (short && titleLine.test(line)) begin()
    else if (short && headerLine.test(line) && current?.lines.some((known) => headerLine.test(known))) begin()
    else if (short && current && isBanner(line) && isEnd(current.lines)) {
      carried.push(line)
      continue
    } else if (carried.length > 0) {
      // Not a title after all: the lines stay where they are.
      carried.push(line)
      continue
    }
    sections.at(-1)?.lines.push(line)
  }
  sections.at(-1)?.lines.push(...carried)
  const last = sections.at(-1)
  if (last) last.openEnd = openEnd
  return sections
}

const isBanner = (line: string): boolean =>
  /^\s*\*{4,}/.test(line) || waiting.test(line) || /\bib_(?:write|read|send|atomic)_(?:bw|lat)\b/.test(line)

const readColumns = (line: string): Column[] =>
  bracketColumns(line).map(({ name, unit }) => {
    const known = metrics.find(({ pattern }) => pattern.test(name))
    const scale = unit === null ? null : (perftestScales.get(unit) ?? null)
    return { name, metric: known?.metric ?? null, scale: known && scale?.unit === known.unit ? scale : null }
  })

interface Tables {
  columns: Column[] | null
  rows: { size: number; cells: string[] }[]
  closed: boolean
}

const readTable = (reading: Reading, section: Section): Tables => {
  const tables: Tables = { columns: null, rows: [], closed: false }
  let previous: string | null = null
  section.lines.forEach((line, index) => {
    if (line.length > maxLineLength) return
    if (headerLine.test(line)) {
      tables.columns = readColumns(line)
      return
    }
    if (tables.columns && dashes.test(line)) tables.closed = true
    if (!numericRow.test(line)) return
    if (!tables.columns) {
      skipRow(reading, line, 'no header above it names its columns and units')
      return
    }
    const cells = line.trim().split(/\s+/)
    const cut = section.openEnd && index === section.lines.length - 1 && !looksWhole(line, previous)
    const size = parseCount(cells[0])
    if (cut) skipRow(reading, line, 'the text ends in it')
    else if (size === null || cells.length !== tables.columns.length) skipRow(reading, line, 'its columns are not those of the header')
    else if (contradicts(tables.columns, cells, size))
      skipRow(reading, line, 'size times message rate is not its bandwidth in the unit of the header')
    else {
      tables.rows.push({ size, cells })
      reading.rows.understood += 1
      previous = line
    }
  })
  return tables
}

/** perftest computes the message rate from the bandwidth: where the two differ by a unit, the header is not this row's. */
const contradicts = (columns: readonly Column[], cells: readonly string[], size: number): boolean => {
  const figure = (metric: string): number | null => {
    const index = columns.findIndex((column) => column.metric === metric)
    const scale = columns[index]?.scale
    return scale ? convert(cells[index], scale) : null
  }
  const [average, rate] = [figure('rdma.bw_average'), figure('rdma.msg_rate')]
  if (average === null || rate === null || average < 0.05) return false
  const computed = (size * rate) / 1e9
  return computed > 0 && rate > 50 && (computed > average * 1.5 || computed < average / 1.5)
}

const addCells = (reading: Reading, columns: readonly Column[], cells: readonly string[], dimensions: Dimensions): void => {
  columns.forEach((column, index) => {
    if (column.metric === null || column.scale === null) return
    const value = convert(cells[index], column.scale)
    if (column.metric === 'rdma.bw_peak' && value === 0) {
      warn(reading, 'peak_not_measured', 'The peak is printed as 0.00: it was not measured in this mode.')
      return
    }
    add(reading, column.metric, column.scale.unit, value, dimensions)
  })
}

const addRows = (reading: Reading, tables: Tables, header: HeaderInfo): void => {
  const columns = tables.columns ?? []
  const bare = columns.filter((column) => column.metric !== null && column.scale === null)
  if (bare.length > 0)
    fail(reading, 'parse.unit_unknown', `The header does not say the unit of ${bare.map((column) => column.name).join(', ')}.`)
  const seen = new Map<number, number>()
  const counts = new Map<number, number>()
  for (const { size } of tables.rows) counts.set(size, (counts.get(size) ?? 0) + 1)
  const levels = columns.findIndex((column) => column.name === '#sl')
  for (const { size, cells } of tables.rows) {
    const sample = seen.get(size) ?? 0
    seen.set(size, sample + 1)
    const sl = levels >= 0 ? parseNumber(cells[levels]) : null
    addCells(reading, columns, cells, {
      size_bytes: size,
      ...(header.operation === null ? {} : { op: header.operation }),
      ...(typeof header.facts['qps'] === 'number' ? { qps: header.facts['qps'] } : {}),
      ...(header.facts['bidirectional'] === true ? { bidirectional: true } : {}),
      ...(sl === null ? {} : { service_level: sl }),
      ...((counts.get(size) ?? 0) > 1 ? { sample } : {}),
    })
  }
  const iterations = new Set(tables.rows.map(({ cells }) => cells[columns.findIndex((column) => column.name === '#iterations')]))
  if (iterations.size === 1) reading.facts['iterations'] = parseNumber([...iterations][0])
  if (counts.size === 1 && tables.rows.length > 1) reading.facts['samples'] = tables.rows.length
}

const judge = (reading: Reading, section: Section, tables: Tables): void => {
  const failure = perftestFailure(section.lines)
  if (failure) fail(reading, failure.code, failure.message, failure.line)
  if (reading.problem) return
  const last = section.lines.findLast((line) => line.trim() !== '') ?? ''
  if (tables.rows.length === 0 && tables.closed)
    fail(reading, 'parse.no_rows', 'The table has no rows: this side of the test prints none, or it was stopped.', last)
  else if (tables.rows.length === 0 || (reading.rows.skipped > 0 && section.openEnd && !tables.closed)) {
    warn(reading, 'truncated', 'The output breaks off.')
    fail(reading, 'parse.truncated', `The output breaks off after "${quote(last).slice(0, 80)}".`, last)
  }
}

const readSection = (section: Section): { result: Reading; header: HeaderInfo } | null => {
  const relevant = section.lines.some((line) => line.length <= maxLineLength && (titleLine.test(line) || headerLine.test(line)))
  const failure = relevant ? null : perftestFailure(section.lines)
  if (!relevant && !failure) return null
  const header = readHeaderBlock(section.lines)
  const reading = newReading('rdma', 'perftest')
  reading.facts = { ...header.facts }
  if (section.lines.some((line) => waiting.test(line))) reading.facts['role'] = 'server'
  const headerText = section.lines.find((line) => headerLine.test(line))
  const unit = /BW average\[([^\]]{1,20})\]/i.exec(headerText ?? '')?.[1] ?? /t_avg\[([^\]]{1,20})\]/i.exec(headerText ?? '')?.[1]
  if (unit !== undefined) reading.facts['unit_printed'] = unit
  const program = programOf(section.lines, header)
  if (program) reading.tool = { name: program, version: null }
  const tables = readTable(reading, section)
  addRows(reading, tables, header)
  if (header.facts['test'] === null && tables.rows.length > 0)
    warn(reading, 'header_missing', 'Only the table is here: test, device and link are not known.')
  if (header.facts['bidirectional'] === true)
    warn(reading, 'bidirectional_sum', 'Bidirectional: the figures are the sum of both directions.')
  if (section.lines.some((line) => /BW peak won'?t be measured/.test(line)))
    warn(reading, 'peak_not_measured', 'The test says that it does not measure the peak.')
  if (section.lines.some((line) => line.includes('Conflicting CPU frequency')))
    warn(reading, 'cpu_frequency', 'The CPU frequency was not constant: perftest warns that its times may be off.')
  judge(reading, section, tables)
  return { result: reading, header }
}

const programOf = (lines: readonly string[], header: HeaderInfo): string | null => {
  const typed = lines
    .map((line) => /\b(ib_(?:write|read|send|atomic)_(?:bw|lat))\b/.exec(line.slice(0, 2000))?.[1])
    .find((name) => name !== undefined)
  if (typed) return typed
  const test = header.facts['test']
  if (header.operation === null || typeof test !== 'string') return null
  return `ib_${header.operation}_${/latency/i.test(test) ? 'lat' : 'bw'}`
}

/** Server and client of one run in one text: their queue pairs mirror each other, and the figures are the same run's. */
const isOtherSide = (a: HeaderInfo, b: HeaderInfo): boolean =>
  a.local.length > 0 && a.local.join() === b.remote.join() && a.remote.join() === b.local.join()

const mergeSides = (readings: { result: Reading; header: HeaderInfo }[]): ParseResult[] => {
  const merged: { result: Reading; header: HeaderInfo }[] = []
  for (const next of readings) {
    const other = merged.find((known) => isOtherSide(known.header, next.header))
    if (!other) {
      merged.push(next)
      continue
    }
    other.result.rows.understood += next.result.rows.understood
    other.result.rows.skipped += next.result.rows.skipped
    const known = new Set(other.result.measurements.map((entry) => JSON.stringify(entry)))
    const fresh = next.result.measurements.filter((entry) => !known.has(JSON.stringify(entry)))
    other.result.measurements.push(...fresh.map((entry) => ({ ...entry, dimensions: { ...entry.dimensions, side: 'other' } })))
    warn(other.result, 'duplicate_rows', 'Both sides of one run are in the text; equal rows are counted once.')
    if (other.header.facts['device'] === next.header.facts['device'])
      warn(other.result, 'loopback', 'Both sides use the same device name: this may be a loopback.')
    if (!other.result.problem || other.result.problem.code === 'parse.no_rows')
      other.result.problem = next.result.problem?.code === 'parse.no_rows' ? null : next.result.problem
    delete other.result.facts['role']
  }
  return merged.map(({ result }) => result)
}

/** perftest console output (ib_write_bw, ib_read_lat, ib_send_bw, …); units from the table's own header. */
export const perftestText: FormatParser = {
  id: 'perftest-text',
  detect(head) {
    if (/^\s*#?bytes\s+#?(?:iterations|sl)\b.*\[/m.test(head)) return certain
    if (/^\s*(?:RDMA_(?:Write|Read)|Send|Atomic)\b.{0,60}\b(?:BW|Latency)\b.{0,40}Test\s*$/m.test(head)) return certain
    if (/Unable to find the Infiniband\/RoCE device|IB device \S+ not found|\bib_(?:write|read|send|atomic)_(?:bw|lat)\b/.test(head))
      return likely
    return /Couldn'?t connect to \S+:\d+/.test(head) ? likely : notMine
  },
  parse(text) {
    const lines = cleanText(text).split('\n')
    const openEnd = lines.at(-1) !== ''
    if (!openEnd) lines.pop()
    const results = mergeSides(splitSections(lines, openEnd).flatMap((section) => readSection(section) ?? []))
    // Beside the JSON of the same run, a stdout without rows only lends its header: the figures are the JSON's.
    const lent = /"?(?:BW_average|t_typical)"?\s{0,20}:/.test(text)
    return lent ? results.filter((result) => result.problem?.code !== 'parse.no_rows') : results
  },
}
