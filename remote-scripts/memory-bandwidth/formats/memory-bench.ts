import type { Dimensions, ParseResult, Series } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

const opening = /^\{"headroom"\s*:\s*"memory-bench"/

/** Arrays that one pass moves, as STREAM counts them: what the program asks for, not the lines a store may read first. */
const arraysMoved: Readonly<Record<string, number>> = { copy: 2, triad: 3, h2d: 1, d2h: 1 }

interface Row {
  metric: string
  dimensions: Dimensions
  /** GB/s of every timed round, in order. */
  rates: number[]
  wrong: number | null
}

interface Bench {
  header: Json
  rows: Row[]
  skipped: { line: string; why: string }[]
  unmeasured: string[]
  ended: boolean
}

const parseLine = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

/** An array below 4 times the caches partly stays in them; STREAM's own rule. */
const cacheOf = (arrayBytes: number, cacheBytes: number | null): 'outside' | 'inside' | 'unknown' =>
  cacheBytes === null ? 'unknown' : arrayBytes >= 4 * cacheBytes ? 'outside' : 'inside'

const hostDimensions = (header: Json): Dimensions => {
  const [engine, workers] = [stringOf(member(header, 'engine')), numberOf(member(header, 'workers'))]
  return { ...(engine === null ? {} : { engine }), ...(workers === null ? {} : { workers }) }
}

const readRow = (value: Json, header: Json): Row | null => {
  const test = stringOf(member(value, 'test')) ?? ''
  const arrays = Object.hasOwn(arraysMoved, test) ? arraysMoved[test] : undefined
  const device = stringOf(member(value, 'device'))
  const [bytes, passes] = [numberOf(member(value, 'array_bytes')), numberOf(member(value, 'passes'))]
  const times = arrayOf(member(value, 'times_us')).map(numberOf)
  if (arrays === undefined || device === null || bytes === null || bytes <= 0 || passes === null || passes < 1 || times.length === 0)
    return null
  if (times.some((time) => time === null || time <= 0)) return null
  const kind = stringOf(member(value, 'kind'))
  const onCpu = device === 'cpu'
  const cache = cacheOf(bytes, numberOf(member(onCpu ? header : value, 'cache_bytes')))
  return {
    metric: `memory.${test}_bandwidth`,
    dimensions: {
      device,
      size_bytes: bytes,
      ...(onCpu ? hostDimensions(header) : {}),
      ...(kind === null ? { cache } : { kind }),
    },
    rates: (times as number[]).map((time) => (arrays * bytes * passes) / time / 1000),
    wrong: numberOf(member(value, 'wrong')),
  }
}

const takeLine = (bench: Bench, line: string): void => {
  const value = line.endsWith('}') ? parseLine(line) : undefined
  if (value !== undefined && member(value, 'end') === true) bench.ended = true
  else if (value !== undefined && stringOf(member(value, 'skipped')) !== null)
    bench.unmeasured.push(`${stringOf(member(value, 'skipped')) ?? ''}: ${stringOf(member(value, 'why')) ?? ''}`)
  else {
    const row = value === undefined ? null : readRow(value, bench.header)
    if (row) bench.rows.push(row)
    else bench.skipped.push({ line, why: value === undefined ? 'it is not whole' : 'a field is missing or out of range' })
  }
}

const readBenches = (text: string): Bench[] => {
  const benches: Bench[] = []
  for (const raw of cleanText(text).split('\n')) {
    const line = raw.trim()
    if (!line.startsWith('{')) continue
    const header = opening.test(line) ? parseLine(line) : undefined
    if (header !== undefined) benches.push({ header, rows: [], skipped: [], unmeasured: [], ended: false })
    else if (benches.at(-1)) takeLine(benches.at(-1) as Bench, line)
  }
  return benches
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

const addRow = (reading: Reading, { metric, dimensions, rates, wrong }: Row): void => {
  reading.rows.understood += 1
  if (wrong !== null && metric === 'memory.triad_bandwidth')
    add(reading, 'memory.wrong', '1', wrong, { device: String(dimensions['device']) })
  if (wrong !== null && wrong > 0) {
    const message = `${metric} on ${String(dimensions['device'])} gave ${wrong} wrong values, so its time means nothing and no bandwidth is given. Check the host's memory and the ${String(dimensions['engine'] ?? 'engine')}.`
    return fail(reading, 'parse.tool_reported_error', message)
  }
  add(reading, metric, 'GB/s', Math.max(...rates), { ...dimensions, stat: 'best' })
  add(reading, metric, 'GB/s', median(rates), { ...dimensions, stat: 'median' })
  if (dimensions['cache'] === 'inside')
    warn(
      reading,
      'in_cache',
      'The arrays are smaller than 4 times the last-level caches: part of the figure is the cache’s, not the memory’s.',
    )
  if (dimensions['cache'] === 'unknown')
    warn(reading, 'cache_unknown', 'The size of the caches is not known: part of the figure may be theirs.')
}

const readBench = (bench: Bench): ParseResult => {
  const { header } = bench
  const reading = newReading('memory-bandwidth', 'memory-bench', String(numberOf(member(header, 'version')) ?? 1))
  reading.facts = {
    engine: stringOf(member(header, 'engine')),
    engine_version: stringOf(member(header, 'engine_version')),
    workers: numberOf(member(header, 'workers')),
    cpus: numberOf(member(header, 'cpus')),
    cache_bytes: numberOf(member(header, 'cache_bytes')),
    huge_pages: stringOf(member(header, 'huge_pages')),
    python: stringOf(member(header, 'python')),
  }
  for (const { line, why } of bench.skipped) skipRow(reading, line, why)
  for (const row of bench.rows) addRow(reading, row)
  if (bench.unmeasured.length > 0) warn(reading, 'not_measured', `Not measured: ${bench.unmeasured.join('; ').slice(0, 400)}`)
  if (!bench.ended) fail(reading, 'parse.truncated', 'The benchmark did not reach its end.')
  else if (bench.rows.length === 0) fail(reading, 'parse.no_rows', 'The benchmark measured nothing.')
  return reading
}

/** The output of our own benchmark of memory: JSON lines of times. */
export const memoryBench: FormatParser = {
  id: 'memory-bench',
  detect: (head) => (/^\s*\{"headroom"\s*:\s*"memory-bench"/m.test(head) ? certain : notMine),
  parse: (text) => readBenches(text).map(readBench),
}

/** GB/s of every timed round. */
export const memorySeries = (text: string): Series[] =>
  readBenches(text).flatMap(({ rows }) =>
    rows.map(({ metric, dimensions, rates }) => ({ metric, unit: 'GB/s' as const, dimensions, values: Float64Array.from(rates) })),
  )
