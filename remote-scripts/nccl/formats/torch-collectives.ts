import type { Dimensions, ParseResult, Series } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, quote } from '../../_kit/text'
import { busFactor } from './collectives'

/** One line: the times of one rank for one collective and size. */
interface RankTimes {
  collective: string
  sizeBytes: number
  rank: number
  inPlace: boolean
  timesUs: number[]
  wrong: number | null
}

interface Bench {
  header: Json
  ranks: number
  rows: RankTimes[]
  ended: boolean
  bad: { line: string; why: string }[]
}

const opening = /^\{"headroom"\s*:\s*"collective-bench"/

const parseLine = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

const readTimes = (value: Json): RankTimes | null => {
  const collective = stringOf(member(value, 'collective'))
  const sizeBytes = numberOf(member(value, 'size_bytes'))
  const rank = numberOf(member(value, 'rank'))
  const times = arrayOf(member(value, 'times_us')).map(numberOf)
  if (collective === null || sizeBytes === null || rank === null || times.length === 0) return null
  if (times.some((time) => time === null || time <= 0)) return null
  return {
    collective,
    sizeBytes,
    rank,
    inPlace: member(value, 'in_place') === true,
    timesUs: times as number[],
    wrong: numberOf(member(value, 'wrong')),
  }
}

/** Benches of a text in order; lines before the first header are not part of any. */
const readBenches = (text: string): Bench[] => {
  const benches: Bench[] = []
  for (const raw of cleanText(text).split('\n')) {
    const line = raw.trim()
    if (!line.startsWith('{')) continue
    const bench = benches.at(-1)
    const opens = opening.test(line)
    if (!opens && !bench) continue
    const value = line.endsWith('}') ? parseLine(line) : undefined
    if (opens) {
      if (value !== undefined)
        benches.push({ header: value, ranks: numberOf(member(value, 'world_size')) ?? 0, rows: [], ended: false, bad: [] })
      continue
    }
    if (!bench) continue
    if (value !== undefined && member(value, 'end') === true) bench.ended = true
    else {
      const times = value === undefined ? null : readTimes(value)
      if (times) bench.rows.push(times)
      else bench.bad.push({ line, why: value === undefined ? 'it is not whole' : 'a field is missing or not a time' })
    }
  }
  return benches
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const dimensionsOf = (bench: Bench, row: RankTimes): Dimensions => {
  const dtype = stringOf(member(bench.header, 'dtype'))
  const reduces = row.collective === 'all_reduce' || row.collective === 'reduce_scatter' || row.collective === 'reduce'
  return {
    collective: row.collective,
    size_bytes: row.sizeBytes,
    in_place: row.inPlace,
    ...(dtype === null ? {} : { dtype }),
    redop: reduces ? 'sum' : 'none',
  }
}

/** All ranks' lines of one collective and size; a repeated or missing rank makes the group unusable. */
const groupRows = (bench: Bench): RankTimes[][] => {
  const groups = new Map<string, RankTimes[]>()
  for (const row of bench.rows) {
    const key = JSON.stringify([row.collective, row.sizeBytes, row.inPlace])
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

const isComplete = (group: RankTimes[], ranks: number): boolean => {
  const seen = new Set(group.map((row) => row.rank))
  const length = group[0]?.timesUs.length ?? 0
  return seen.size === group.length && group.length === ranks && group.every((row) => row.rank < ranks && row.timesUs.length === length)
}

const addGroup = (reading: Reading, bench: Bench, group: RankTimes[]): void => {
  const first = group[0]
  if (!first) return
  const dimensions = dimensionsOf(bench, first)
  const slowest = first.timesUs.map((_, index) => Math.max(...group.map((row) => row.timesUs[index] ?? 0)))
  const timeUs = mean(slowest)
  const algbw = first.sizeBytes / timeUs / 1000
  const factor = busFactor(first.collective, bench.ranks)
  add(reading, 'nccl.time', 'us', timeUs, dimensions)
  add(reading, 'nccl.algbw', 'GB/s', algbw, dimensions)
  add(reading, 'nccl.busbw', 'GB/s', factor === null ? null : algbw * factor, dimensions)
  if (group.every((row) => row.wrong !== null)) {
    const wrong = group.reduce((sum, row) => sum + (row.wrong ?? 0), 0)
    add(reading, 'nccl.wrong', '1', wrong, dimensions)
    if (wrong > 0) warn(reading, 'wrong_results', `The bench found wrong values, first at ${first.sizeBytes} bytes.`)
  }
  if (factor === null) warn(reading, 'no_bus_factor', `No bus-bandwidth factor is known for ${first.collective}.`)
  reading.rows.understood += group.length
}

const readBench = (bench: Bench): ParseResult => {
  const { header } = bench
  const torch = stringOf(member(header, 'torch'))
  const reading = newReading('nccl', 'torch-collectives', torch)
  const hosts = arrayOf(member(header, 'hosts')).flatMap((host) => stringOf(host) ?? [])
  reading.facts = {
    ranks: bench.ranks,
    nodes: hosts.length > 0 ? new Set(hosts).size : null,
    hostnames: [...new Set(hosts)],
    backend: stringOf(member(header, 'backend')),
    torch_version: torch,
    nccl_version: stringOf(member(header, 'nccl')),
    device: stringOf(member(header, 'device')),
    gpu: stringOf(member(header, 'gpu')),
    transport: null,
    collectives: [...new Set(bench.rows.map((row) => row.collective))],
    collective_basis: 'stated',
  }
  for (const { line, why } of bench.bad) skipRow(reading, line, why)
  for (const group of groupRows(bench)) {
    if (isComplete(group, bench.ranks)) addGroup(reading, bench, group)
    else
      for (const row of group)
        skipRow(reading, `${row.collective} ${row.sizeBytes} bytes rank ${row.rank}`, 'the times of all ranks are not there exactly once')
  }
  if (bench.ranks === 1) warn(reading, 'single_rank', 'One rank: nothing is communicated, and bus bandwidth is 0 by definition.')
  const error = stringOf(member(header, 'error'))
  if (error) fail(reading, 'parse.tool_reported_error', 'The bench reported an error.', error)
  if (!bench.ended) {
    warn(reading, 'truncated', 'The bench did not reach its end.')
    const last = bench.bad.at(-1)?.line
    fail(reading, 'parse.truncated', 'The bench did not reach its end.', last === undefined ? undefined : quote(last))
  }
  return reading
}

/** The output of our own torch.distributed bench: JSON lines, times per rank; time = mean over iterations of the slowest rank, as nccl-tests. */
export const torchCollectives: FormatParser = {
  id: 'torch-collectives',
  detect: (head) => (/^\s*\{"headroom"\s*:\s*"collective-bench"/m.test(head) ? certain : notMine),
  parse: (text) => readBenches(text).map(readBench),
}

/** Per-iteration times (us) of every rank, dimensions as the measurements plus `rank`. */
export const torchSeries = (text: string): Series[] =>
  readBenches(text).flatMap((bench) =>
    bench.rows.map((row) => ({
      metric: 'nccl.time',
      unit: 'us' as const,
      dimensions: { ...dimensionsOf(bench, row), rank: row.rank },
      values: Float64Array.from(row.timesUs),
    })),
  )
