import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { withoutRepeatedChannels } from '../../_kit/nccl-transport'
import { convert, parseNumber } from '../../_kit/numbers'
import { add, fail, newReading, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { inferCollective } from './collectives'
import { isHeader, type Group } from './columns'
import { mayBeFailure, readFailures } from './failures'
import { readHeaderFacts, type HeaderFacts } from './header-facts'
import { rowInside, type Row } from './rows'
import { splitTests, type Segment } from './segments'
import { TableReader, type Table } from './table-reader'

/** Lines that only nccl-tests and rccl-tests print. */
const marks = [
  /^[ \t]*(?:#[ \t]*)?(?:nccl|rccl)-tests version \d/,
  /^[ \t]*(?:#[ \t]*)?Collective test (?:starting|concluded): \S/,
  /^[ \t]*(?:#[ \t]*)?nThread \d+ nGpus \d+ minBytes \d/,
  /\bTest NCCL failure \S+:\d/,
  /^[ \t]*#[ \t]*Avg bus bandwidth[ \t]*:/,
]
const markWords = /tests version|Collective test|nThread|Test NCCL failure|Avg bus bandwidth|algbw/
/** True for a line that shows a run of nccl-tests. */
export const isNcclTestsLine = (line: string): boolean =>
  line.length < 2000 && markWords.test(line) && (isHeader(line) || marks.some((mark) => mark.test(line)))

/** Figures besides time and bandwidths: `-I` columns. */
const extras = new Map<string, { metric: string; share?: boolean }>([
  ['i_min', { metric: 'nccl.time_min' }],
  ['i_max', { metric: 'nccl.time_max' }],
  ['i_p99', { metric: 'nccl.time_p99' }],
  ['i_cv%', { metric: 'nccl.time_cv', share: true }],
])
const known = new Set(['time', 'cputime', 'algbw', 'busbw', '#wrong', 'error', ...extras.keys()])

/** busbw / algbw of the row with the most digits, and how exact the printed figures make it. */
const factorOf = (rows: readonly Row[]): { value: number; tolerance: number } | null => {
  let best: { value: number; tolerance: number } | null = null
  for (const row of rows)
    for (const { cell } of row.groups) {
      const algbw = parseNumber(cell('algbw'))
      const busbw = parseNumber(cell('busbw'))
      if (algbw === null || busbw === null || algbw < 0.2 || busbw < 0.1) continue
      const value = busbw / algbw
      const tolerance = value * (0.006 / algbw + 0.006 / busbw) + 1e-9
      if (best === null || tolerance < best.tolerance) best = { value, tolerance }
    }
  return best
}

const isChecked = (cell: (name: string) => string | undefined): boolean => parseNumber(cell('#wrong') ?? cell('error')) !== null

const collectiveFrom = (reading: Reading, header: HeaderFacts, rows: readonly Row[]): string | null => {
  if (header.collective !== null) {
    reading.facts['collectives'] = [header.collective]
    return header.collective
  }
  const checks = rows.flatMap((row) => row.groups.filter(({ group }) => group.inPlace === true).map(({ cell }) => isChecked(cell)))
  const outOfPlace = rows.flatMap((row) => row.groups.filter(({ group }) => group.inPlace === false).map(({ cell }) => isChecked(cell)))
  const inferred = inferCollective({
    ranks: header.ranks ?? 0,
    redop: rows[0]?.redop ?? null,
    root: rows[0]?.root ?? null,
    factor: factorOf(rows),
    inPlaceChecked: outOfPlace.some(Boolean) ? checks.some(Boolean) : null,
  })
  reading.facts['collectives'] = inferred === null ? null : [inferred]
  if (inferred !== null) {
    reading.facts['collective_basis'] = 'inferred'
    warn(
      reading,
      'collective_inferred',
      `The log does not name the collective; ${inferred} is inferred from the bandwidth ratio and the reduction.`,
    )
  }
  return inferred
}

const addFigures = (reading: Reading, group: Group, cell: (name: string) => string | undefined, dimensions: Dimensions): void => {
  const scaled = (name: string): number | null => {
    const scale = group.fields.get(name)?.scale
    return scale ? convert(cell(name), scale) : null
  }
  add(reading, 'nccl.time', 'us', scaled('time'), dimensions)
  add(reading, 'nccl.cpu_time', 'us', scaled('cputime'), dimensions)
  add(reading, 'nccl.algbw', 'GB/s', scaled('algbw'), dimensions)
  add(reading, 'nccl.busbw', 'GB/s', scaled('busbw'), dimensions)
  add(reading, 'nccl.wrong', '1', parseNumber(cell('#wrong')), dimensions)
  for (const [name, extra] of extras) {
    if (!group.fields.has(name)) continue
    if (extra.share) {
      const percent = parseNumber(cell(name))
      add(reading, extra.metric, '1', percent === null ? null : percent / 100, dimensions)
    } else add(reading, extra.metric, 'us', scaled(name), dimensions)
  }
}

const addRows = (reading: Reading, table: Table, collective: string | null): void => {
  const roots = new Set(table.rows.map((row) => row.root))
  for (const row of table.rows)
    for (const { group, cell } of row.groups)
      addFigures(reading, group, cell, {
        ...(collective === null ? {} : { collective }),
        size_bytes: row.sizeBytes,
        ...(group.inPlace === null ? {} : { in_place: group.inPlace }),
        ...(row.dtype === null ? {} : { dtype: row.dtype }),
        ...(row.redop === null ? {} : { redop: row.redop }),
        ...(roots.size > 1 && row.root !== null ? { root: row.root } : {}),
      })
}

const warnAboutRows = (reading: Reading, table: Table, header: HeaderFacts): void => {
  const { rows, columns } = table
  if (rows.length === 0) return
  const checked = (inPlace: boolean): boolean | null => {
    const cells = rows.flatMap((row) =>
      row.groups.filter(({ group }) => group.inPlace === inPlace).map(({ cell }) => cell('#wrong') ?? cell('error')),
    )
    return cells.length === 0 ? null : cells.some((cell) => parseNumber(cell) !== null)
  }
  const [outOfPlace, inPlace] = [checked(false), checked(true)]
  if (outOfPlace !== true && inPlace !== true && columns?.groups.every((group) => group.inPlace !== null))
    warn(reading, 'wrong_not_checked', 'The results were not checked for wrong values.')
  else if (outOfPlace && inPlace === false)
    warn(reading, 'in_place_wrong_not_checked', 'In-place results were not checked for wrong values.')
  // Before 2.11 the column holds the largest deviation, not a count of wrong values.
  const deviations = rows.flatMap((row) => row.groups.flatMap(({ cell }) => parseNumber(cell('error')) ?? []))
  if (deviations.length > 0) reading.facts['max_error'] = deviations.reduce((most, value) => Math.max(most, value))
  if (rows.some((row) => row.sizeBytes === 0)) warn(reading, 'zero_size_rows', 'Some rows have size 0; the printed average includes them.')
  if (header.iterations === 1) warn(reading, 'single_iteration', 'One iteration per size: no spread can be told.')
  if (columns?.byOrder)
    warn(
      reading,
      'placements_missing',
      'The line that names out-of-place and in-place is missing; their order was taken as in every version.',
    )
  if (columns?.groups.some((group) => group.fields.has('cputime'))) warn(reading, 'cpu_time', 'Times are CPU times (-C), not GPU times.')
  const ignored = columns?.names.slice(columns.leadCount).filter((name) => !known.has(name) && name !== 'timestamp') ?? []
  if (ignored.length > 0) warn(reading, 'columns_ignored', `Columns without a metric: ${[...new Set(ignored)].join(', ')}`)
  const wrong = reading.measurements.find((entry) => entry.metric === 'nccl.wrong' && entry.value > 0)
  if (wrong) warn(reading, 'wrong_results', `The test found wrong values, first at ${String(wrong.dimensions['size_bytes'])} bytes.`)
}

const judgeEnd = (reading: Reading, segment: Segment, table: Table, header: HeaderFacts, finished: boolean): void => {
  const last = segment.lines.findLast((line) => line.trim() !== '') ?? ''
  const outOfBounds = segment.lines.find((line) => /^[ \t]*(?:#[ \t]*)?Out of bounds values\s*: \d+ FAILED/.test(line))
  if (outOfBounds) fail(reading, 'parse.tool_reported_error', 'The test found wrong results.', outOfBounds)
  const started = header.parametersSeen || table.headerSeen || table.dataRows > 0
  if (!finished && started && (reading.problem === null || reading.problem.code === 'parse.unit_unknown')) {
    warn(reading, 'truncated', `The log breaks off before the end of the test, after: "${quote(last)}"`)
    if (reading.problem === null) fail(reading, 'parse.truncated', 'The log breaks off before the end of the test.', last)
  }
}

const readTest = (segment: Segment): ParseResult | null => {
  const reading = newReading('nccl', 'nccl-tests')
  const header = readHeaderFacts(reading, segment.lines)
  const tableReader = new TableReader(reading, header.hosts)
  const end = segment.lines.length - 1
  segment.lines.forEach((line, index) => tableReader.line(line, segment.openEnd && index === end))
  const table = tableReader.finish()
  const collective = collectiveFrom(reading, header, table.rows)
  reading.tool = {
    name: header.program?.split('/').at(-1) ?? 'nccl-tests',
    version: (reading.facts['nccl_tests_version'] as string | undefined) ?? null,
  }
  addRows(reading, table, collective)
  const cutAverage = segment.openEnd && /Avg bus bandwidth/.test(segment.lines[end] ?? '')
  if (!cutAverage)
    add(reading, 'nccl.avg_busbw', 'GB/s', parseNumber(header.averageText ?? undefined), collective === null ? {} : { collective })
  const finished = (header.averageText !== null && !cutAverage) || header.concluded
  warnAboutRows(reading, table, header)
  if (header.ranks === 1) warn(reading, 'single_rank', 'One rank: nothing is communicated, and bus bandwidth is 0 by definition.')
  readFailures(reading, segment.lines, finished && table.rows.length > 0)
  judgeEnd(reading, segment, table, header, finished)
  const empty = reading.measurements.length === 0 && reading.problem === null && table.dataRows === 0
  return empty && !header.parametersSeen && header.program === null ? null : reading
}

/**
 * NCCL's own chatter, of which a large job prints hundreds of megabytes; a host name that begins like a figure may be the end of a row
 * that was cut.
 */
const chatter = /^\s?[A-Za-z][\w.-]{0,254}:\d{1,9}:\d{1,9} \[[^\]]{1,8}\] NCCL (?:INFO|TRACE|CALL) /
const telling = /\bvia |Using |ersion|library=|network|axBytes/
const isChatter = (line: string): boolean => chatter.test(line) && !mayBeFailure(line) && !rowInside.test(line)
const keepsLine = (line: string): boolean =>
  line.length <= maxLineLength && (!chatter.test(line) || telling.test(line) || mayBeFailure(line) || rowInside.test(line))

/** nccl-tests and rccl-tests console output: every version, several tests per log, NCCL_DEBUG lines in between. */
export const ncclTestsText: FormatParser = {
  id: 'nccl-tests-text',
  detect: (head) => (markWords.test(head) && head.split('\n').some(isNcclTestsLine) ? certain : notMine),
  keepsLine,
  keeper: () => withoutRepeatedChannels({ keeps: keepsLine, begins: isNcclTestsLine, isChatter }),
  parse(text) {
    const clean = cleanText(text)
    const lines = clean.split('\n').map((line) => (line.length > maxLineLength ? '' : line))
    const openEnd = !clean.endsWith('\n')
    if (!openEnd) lines.pop()
    return splitTests(lines, openEnd).flatMap((segment) => readTest(segment) ?? [])
  },
}
