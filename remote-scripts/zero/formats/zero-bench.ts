import type { Facts, ParseResult, Series } from '../../../preload/contract'
import { stateBytesOf } from '../../../preload/contract/zero'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, stringOf } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { quote } from '../../_kit/text'
import { readBenches, type Bench, type RankMemory, type RankStep } from './bench-lines'

const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null

/** The mean when every value is known. */
const meanOfAll = (values: readonly (number | null)[]): number | null => (values.includes(null) ? null : mean(values as number[]))

const largest = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null) ? null : Math.max(...(values as number[]))

/** Steps that every rank has told exactly once, in order; the ranks of each in order. */
const wholeSteps = (bench: Bench): { whole: RankStep[][]; rest: RankStep[] } => {
  const groups = [...Map.groupBy(bench.steps, ({ step }) => step)].sort(([left], [right]) => left - right).map(([, rows]) => rows)
  const isWhole = (rows: RankStep[]): boolean =>
    rows.length === bench.ranks &&
    new Set(rows.map(({ rank }) => rank)).size === rows.length &&
    rows.every(({ rank }) => rank < bench.ranks)
  return {
    whole: groups.filter(isWhole).map((rows) => rows.toSorted((left, right) => left.rank - right.rank)),
    rest: groups.filter((rows) => !isWhole(rows)).flat(),
  }
}

/** Time that the bytes themselves took: the shortest duration of each collective over the ranks. Waiting for a slow rank is not transfer. */
const transferUs = (rows: RankStep[]): number | null => {
  const calls = rows.map(({ callUs }) => callUs)
  const first = calls[0]
  if (!first || calls.some((one) => one === null || one.length !== first.length)) return null
  return first.reduce((sum, _, index) => sum + Math.min(...calls.map((one) => one?.[index] ?? 0)), 0)
}

const addTimes = (reading: Reading, steps: RankStep[][], tokens: number | null): void => {
  const stepUs = mean(steps.map((rows) => Math.max(...rows.map(({ timeUs }) => timeUs))))
  const part = (value: (row: RankStep) => number | null): number | null => meanOfAll(steps.flat().map(value))
  const communication = part(({ communicationUs }) => communicationUs)
  const exposed = part(({ exposedUs }) => exposedUs)
  add(reading, 'zero.step_time', 'us', stepUs, {})
  add(reading, 'zero.tokens_per_s', '1/s', stepUs === null || tokens === null ? null : (tokens / stepUs) * 1e6, {})
  add(
    reading,
    'zero.data_time',
    'us',
    part(({ dataUs }) => dataUs),
    {},
  )
  add(
    reading,
    'zero.compute_time',
    'us',
    part(({ computeUs }) => computeUs),
    {},
  )
  add(reading, 'zero.communication_time', 'us', communication, {})
  add(reading, 'zero.exposed_time', 'us', exposed, {})
  add(reading, 'zero.transfer_time', 'us', meanOfAll(steps.map(transferUs)), {})
  const hidden = communication !== null && exposed !== null && communication > 0 ? 1 - exposed / communication : null
  add(reading, 'zero.overlap', '1', hidden, {})
}

const addTraffic = (reading: Reading, bench: Bench, steps: RankStep[][]): void => {
  const rows = steps.flat()
  const total = ({ sent }: RankStep): number | null => sent && sent.reduce((sum, { bytes }) => sum + bytes, 0)
  const counted = meanOfAll(rows.map(total))
  add(reading, 'zero.bytes_per_step', 'bytes', counted, {})
  for (const name of new Set(rows.flatMap(({ sent }) => (sent ?? []).map((one) => one.name)))) {
    const of = (field: 'bytes' | 'us'): number | null => mean(rows.map(({ sent }) => sent?.find((one) => one.name === name)?.[field] ?? 0))
    add(reading, 'zero.collective_bytes', 'bytes', of('bytes'), { op: name })
    add(reading, 'zero.collective_time', 'us', of('us'), { op: name })
  }
  const link = bench.ranks > 1 ? largest(bench.links.map(({ sentBytes, steps: many }) => sentBytes / many)) : null
  add(reading, 'zero.link_bytes', 'bytes', link, {})
  const onePerHost = bench.links.length === bench.ranks
  if (link === null || counted === null || !onePerHost || counted < 1e5) return
  if (link < 0.95 * counted || link > 1.2 * counted)
    warn(
      reading,
      'link_disagrees',
      `A rank counts ${Math.round(counted)} bytes a step, and its link sent ${Math.round(link)}: other traffic, or bytes that took another way.`,
    )
}

const addMemory = (reading: Reading, memories: readonly RankMemory[]): void => {
  // The allocator sees every tensor of a GPU; on the CPU those that the bench makes and autograd keeps are counted.
  const tensors = memories.map(({ allocatedPeak, peak }) => allocatedPeak ?? peak)
  const whole = memories.map((one) => one.reservedPeak ?? one.processPeak)
  add(reading, 'zero.mem_peak', 'bytes', largest(tensors), {})
  add(reading, 'zero.mem_reserved_peak', 'bytes', largest(memories.map(({ reservedPeak }) => reservedPeak)), {})
  add(reading, 'zero.model_states', 'bytes', largest(memories.map(({ states }) => states)), {})
  add(reading, 'zero.process_mem_peak', 'bytes', largest(memories.map(({ processPeak }) => processPeak)), {})
  for (const kind of Object.keys(memories[0]?.kinds ?? {}))
    add(reading, 'zero.mem_by_kind', 'bytes', largest(memories.map(({ kinds }) => kinds?.[kind] ?? null)), { kind })
  const rest = memories.map(({ peak }, index) => {
    const all = whole[index] ?? null
    return peak === null || all === null || all < peak ? null : all - peak
  })
  add(reading, 'zero.mem_by_kind', 'bytes', largest(rest), { kind: 'rest' })
}

const factsOf = ({ header, ranks }: Bench): Facts => {
  const hosts = arrayOf(member(header, 'hosts')).flatMap((host) => stringOf(host) ?? [])
  const text = (name: string): string | null => stringOf(member(header, name))
  const number = (name: string): number | null => numberOf(member(header, name))
  const [microBatch, gradAccum] = [number('micro_batch'), number('grad_accum')]
  const dtype = text('dtype')
  return {
    ranks,
    nodes: hosts.length > 0 ? new Set(hosts).size : null,
    hostnames: [...new Set(hosts)],
    backend: text('backend'),
    torch_version: text('torch'),
    nccl_version: text('nccl'),
    device: text('device'),
    gpu: text('gpu'),
    engine: text('engine'),
    engine_version: text('engine_version'),
    dtype,
    bytes_per_parameter: { ...(stateBytesOf(dtype ?? '') ?? {}) },
    zero_stage: number('zero_stage'),
    parameters: number('parameters'),
    ...Object.fromEntries(
      ['layers', 'hidden', 'heads', 'seq', 'vocab', 'seed', 'threads', 'steps', 'warmup'].map((name) => [name, number(name)]),
    ),
    micro_batch: microBatch,
    grad_accum: gradAccum,
    global_batch_size: microBatch === null || gradAccum === null ? null : microBatch * gradAccum * ranks,
    transport: null,
  }
}

const addFigures = (reading: Reading, bench: Bench, steps: RankStep[][]): void => {
  const { facts } = reading
  const tokens =
    typeof facts['global_batch_size'] === 'number' && typeof facts['seq'] === 'number' ? facts['global_batch_size'] * facts['seq'] : null
  addTimes(reading, steps, tokens)
  addTraffic(reading, bench, steps)
  const last = steps.at(-1)
  add(reading, 'zero.loss', '1', last ? meanOfAll(last.map(({ loss }) => loss)) : null, {
    field: 'loss',
    global_step: last?.[0]?.step ?? 0,
  })
  if (steps.flat().some(({ loss }) => loss === null)) warn(reading, 'loss_not_finite', 'The loss was not a finite number in some step.')
  add(reading, 'zero.parameters', '1', numberOf(member(bench.header, 'parameters')), { field: 'parameters' })
}

const readBench = (bench: Bench): ParseResult => {
  const reading = newReading('zero', 'zero-bench', stringOf(member(bench.header, 'torch')))
  reading.facts = factsOf(bench)
  for (const { line, why } of bench.bad) skipRow(reading, line, why)
  const { whole, rest } = wholeSteps(bench)
  for (const row of rest) skipRow(reading, `step ${row.step} rank ${row.rank}`, 'the figures of all ranks are not there exactly once')
  reading.rows.understood = whole.flat().length
  const measured = whole.filter((rows) => rows.every(({ warmup }) => !warmup))
  if (measured.length > 0) addFigures(reading, bench, measured)
  else fail(reading, 'parse.no_rows', 'The benchmark left no measured step of all its ranks.')
  const memories = bench.memories.filter(({ rank }, index) => bench.memories.findIndex((one) => one.rank === rank) === index)
  if (memories.length === bench.ranks) addMemory(reading, memories)
  if (bench.ranks === 1) warn(reading, 'single_rank', 'One rank: nothing is communicated, and every stage holds the same.')
  if (stringOf(member(bench.header, 'engine')) !== 'own')
    warn(
      reading,
      'parts_not_measured',
      "This engine's communication and model states are its own affair: only step, loss and memory are measured.",
    )
  if (!bench.ended) {
    warn(reading, 'truncated', 'The benchmark did not reach its end.')
    const last = bench.bad.at(-1)?.line
    fail(reading, 'parse.truncated', 'The benchmark did not reach its end.', last === undefined ? undefined : quote(last))
  }
  return reading
}

/** The output of this probe's own training benchmark: JSON lines of every rank. */
export const zeroBench: FormatParser = {
  id: 'zero-bench',
  detect: (head) => (/^\s*\{"headroom"\s*:\s*"zero-bench"/m.test(head) ? certain : notMine),
  parse: (text) => readBenches(text).map(readBench),
}

const perRank: readonly [string, (row: RankStep) => number | null][] = [
  ['zero.step_time', ({ timeUs }) => timeUs],
  ['zero.data_time', ({ dataUs }) => dataUs],
  ['zero.compute_time', ({ computeUs }) => computeUs],
  ['zero.communication_time', ({ communicationUs }) => communicationUs],
  ['zero.exposed_time', ({ exposedUs }) => exposedUs],
]

/** Every measured step: times (us) of every rank, and the loss as the mean over the ranks. */
export const zeroSeries = (text: string): Series[] =>
  readBenches(text).flatMap((bench) => {
    const steps = wholeSteps(bench).whole.filter((rows) => rows.every(({ warmup }) => !warmup))
    if (steps.length === 0) return []
    const times = perRank.flatMap(([metric, value]) =>
      Array.from({ length: bench.ranks }, (_, rank) => steps.map((rows) => (rows[rank] ? value(rows[rank]) : null))).flatMap(
        (values, rank): Series[] =>
          values.includes(null) ? [] : [{ metric, unit: 'us', dimensions: { rank }, values: Float64Array.from(values as number[]) }],
      ),
    )
    const losses = steps.map((rows) => meanOfAll(rows.map(({ loss }) => loss)))
    if (losses.includes(null)) return times
    return [...times, { metric: 'zero.loss', unit: '1', dimensions: { field: 'loss' }, values: Float64Array.from(losses as number[]) }]
  })
