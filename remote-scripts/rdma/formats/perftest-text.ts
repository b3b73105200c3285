import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { convert, parseCount, parseNumber, perftestScales, type Scale } from '../../_kit/numbers'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { bracketColumns, looksWhole } from '../../_kit/table'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { perftestFailure } from './perftest-failures'
import { readHeaderBlock, titleLine, type HeaderInfo } from './perftest-header'
import { banner, dashes, headerLine, numericRow, splitSections, waiting, type Section } from './perftest-sections'

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
/** `BW Port1`, `MsgRate Port2`: the shares of the two ports of a dual-port test. */
const portName = /^(BW|MsgRate) Port(\d)$/i
/** Columns that carry no figure of the traffic. */
const plainColumns = new Set(['#bytes', '#iterations', '#sl'])

interface Column {
  name: string
  metric: string | null
  scale: Scale | null
  port: number | null
}

const readColumns = (line: string): Column[] =>
  bracketColumns(line).map(({ name, unit }) => {
    const port = portName.exec(name)
    const plain = port === null ? name : port[1]?.toLowerCase() === 'bw' ? 'BW average' : 'MsgRate'
    const known = metrics.find(({ pattern }) => pattern.test(plain))
    const scale = unit === null ? null : (perftestScales.get(unit) ?? null)
    const fits = known && scale?.unit === known.unit ? scale : null
    return { name, metric: known?.metric ?? null, scale: fits, port: port === null ? null : Number(port[2]) }
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
    else if (cells.some((cell) => cell.startsWith('-') && parseNumber(cell) !== null))
      skipRow(reading, line, 'a figure is negative: the clock of the processor jumped')
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
    const index = columns.findIndex((column) => column.metric === metric && column.port === null)
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
    add(reading, column.metric, column.scale.unit, value, column.port === null ? dimensions : { ...dimensions, port: column.port })
  })
}

const addRows = (reading: Reading, tables: Tables, header: HeaderInfo, side: Section['side']): void => {
  const columns = tables.columns ?? []
  const ignored = columns.filter(({ name, metric }) => metric === null && !plainColumns.has(name)).map(({ name }) => name)
  if (ignored.length > 0) warn(reading, 'columns_ignored', `Columns without a metric: ${ignored.join(', ')}`)
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
      ...(side === undefined ? {} : { side }),
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
  if (tables.rows.length === 0 && tables.closed && reading.rows.skipped > 0)
    fail(reading, 'parse.no_rows', 'No row of the table could be read.', last)
  else if (tables.rows.length === 0 && tables.closed)
    fail(reading, 'parse.no_rows', 'The table has no rows: this side of the test prints none, or it was stopped.', last)
  else if (tables.rows.length === 0 || (reading.rows.skipped > 0 && section.openEnd && !tables.closed)) {
    warn(reading, 'truncated', 'The output breaks off.')
    fail(reading, 'parse.truncated', `The output breaks off after "${quote(last).slice(0, 80)}".`, last)
  }
}

/** `-C` prints cycles of the processor under the heading `usec`. */
const asksForCycles = (line: string): boolean => /\bib_\w+_lat\b.*\s(?:-C|--report-cycles)(?:\s|$)/.test(line.slice(0, 2000))

const forgetTimeUnits = (reading: Reading, tables: Tables): void => {
  for (const column of tables.columns ?? []) if (column.scale?.unit === 'us') column.scale = null
  fail(reading, 'parse.unit_unknown', 'With -C perftest prints cycles of the processor under the heading usec: the times are left out.')
}

const readSection = (section: Section): { result: Reading; header: HeaderInfo } | null => {
  const relevant = section.lines.some((line) => line.length <= maxLineLength && (titleLine.test(line) || headerLine.test(line)))
  const failure = relevant ? null : perftestFailure(section.lines)
  const alone = !relevant && !failure && section.lines.some((line) => banner.test(line))
  if (!relevant && !failure && !alone) return null
  const header = readHeaderBlock(section.lines)
  const reading = newReading('rdma', 'perftest')
  reading.facts = { ...header.facts }
  if (section.lines.some((line) => waiting.test(line))) reading.facts['role'] = 'server'
  if (alone) fail(reading, 'parse.no_rows', 'No client came: the server was still waiting when the output ends.')
  const headerText = section.lines.find((line) => headerLine.test(line))
  const unit = /BW average\[([^\]]{1,20})\]/i.exec(headerText ?? '')?.[1] ?? /t_avg\[([^\]]{1,20})\]/i.exec(headerText ?? '')?.[1]
  if (unit !== undefined) reading.facts['unit_printed'] = unit
  const program = programOf(section.lines, header)
  if (program) reading.tool = { name: program, version: null }
  const tables = readTable(reading, section)
  if (section.lines.some(asksForCycles)) forgetTimeUnits(reading, tables)
  addRows(reading, tables, header, section.side)
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

/** Tables of one direction go to the result of the test that they belong to. */
const joinDirections = (sections: readonly Section[]): { result: Reading; header: HeaderInfo }[] => {
  const joined: { result: Reading; header: HeaderInfo }[] = []
  for (const section of sections) {
    const next = readSection(section)
    const whole = section.side === undefined ? undefined : joined.at(-1)?.result
    if (next && whole) {
      whole.measurements.push(...next.result.measurements)
      whole.rows.understood += next.result.rows.understood
      whole.rows.skipped += next.result.rows.skipped
      whole.problem ??= next.result.problem
      for (const { code, message } of next.result.warnings) warn(whole, code, message)
    } else if (next) joined.push(next)
  }
  return joined
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
    for (const entry of fresh) other.result.measurements.push({ ...entry, dimensions: { ...entry.dimensions, side: 'other' } })
    warn(other.result, 'duplicate_rows', 'Both sides of one run are in the text; equal rows are counted once.')
    if (other.header.facts['device'] === next.header.facts['device'])
      warn(other.result, 'loopback', 'Both sides use the same device name: this may be a loopback.')
    if (!other.result.problem || other.result.problem.code === 'parse.no_rows')
      other.result.problem = next.result.problem?.code === 'parse.no_rows' ? null : next.result.problem
    delete other.result.facts['role']
  }
  return merged.map(({ result }) => result)
}

/** A table that a script's comments quote: one sign before each of its lines. */
const uncommented = (text: string): string => (/^[ \t]*#[ \t]+#bytes\s/m.test(text) ? text.replace(/^[ \t]*#(?=[ \t])/gm, '') : text)

/** What of a large log this format reads: tables, `field: value` lines, banners and errors; sentences of other programs go. */
const kept = /^\s*[#\d*-]|:|CUDA|cuMem|allocated|device name|\bib_\w|\bTest\b|Number of qp|Waiting|BW peak|Conflicting/

/** perftest console output (ib_write_bw, ib_read_lat, ib_send_bw, …); units from the table's own header. */
export const perftestText: FormatParser = {
  id: 'perftest-text',
  detect(head) {
    if (/^\s*(?:#[ \t]+)?#?bytes\s+#?(?:iterations|sl)\b.*\[/m.test(head)) return certain
    if (/^\s*(?:RDMA_(?:Write|Read)(?:_imm)?|Send|Atomic)\b.{0,60}\b(?:BW|Latency)\b.{0,40}Test\s*$/m.test(head)) return certain
    if (head.includes('* Waiting for client to connect... *')) return likely
    if (
      /Unable to find the Infiniband\/RoCE device|IB device \S+ not found|\b(?:ib_(?:write|read|send|atomic)|raw_ethernet)_(?:bw|lat)\b/.test(
        head,
      )
    )
      return likely
    return /Couldn'?t connect to \S+:\d+|^\s*Port number \d+ state is Down|^\s*Couldn't get context for the device/m.test(head)
      ? likely
      : notMine
  },
  keepsLine: (line) => line === '' || (line.length <= maxLineLength && (kept.test(line) || perftestFailure([line]) !== null)),
  parse(text) {
    const lines = uncommented(cleanText(text)).split('\n')
    const openEnd = lines.at(-1) !== ''
    if (!openEnd) lines.pop()
    const results = mergeSides(joinDirections(splitSections(lines, openEnd)))
    // Beside the JSON of the same run, a stdout without rows only lends its header: the figures are the JSON's.
    const lent = /"?(?:BW_average|t_typical)"?\s{0,20}:/.test(text)
    return lent ? results.filter((result) => result.problem?.code !== 'parse.no_rows') : results
  },
}
