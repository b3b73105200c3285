import { existsSync, writeFileSync } from 'node:fs'
import type { Collective } from '../hardware-model'
import type { LabHostState } from '../state'
import type { ToolContext } from './context'

const TESTS_VERSION = '2.17.6'

export interface NcclTest {
  collective: Collective
  program: string
  args: string[]
  /** Host of each rank. */
  hosts: LabHostState[]
  forwarded: Record<string, string> | null
  gpusPerProcess: number
  minBytes: number
  maxBytes: number
  /** 1: steps of stepBytes. */
  stepFactor: number
  stepBytes: number
  sizes: number[]
  warmup: number
  iterations: number
  type: string
  typeBytes: number
  op: string
  root: number
  check: boolean
  perIteration: boolean
  perIterationSkip: number
  jsonPath: string | null
  startedAt: number
}

export interface Timing {
  timeUs: number
  algbwGBps: number
  busbwGBps: number
  timesUs: number[]
  /** Process -> iteration; empty without -I. */
  perProcessUs: number[][]
}

export interface NcclRow {
  sizeBytes: number
  outOfPlace: Timing
  inPlace: Timing
}

const versionCode = (version: string): number => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major * 10_000 + minor * 100 + patch
}

const busIds = ['07', '0f', '47', '4e', '87', '90', 'b7', 'bd']
const left = (text: string | number, width: number): string => String(text).padStart(width)

const deviceIndices = (test: NcclTest): number[] => {
  const used = new Map<LabHostState, number>()
  return test.hosts.map((host) => {
    const device = used.get(host) ?? 0
    used.set(host, device + 1)
    return device
  })
}

const columns = (test: NcclTest): string[] => {
  if (test.perIteration) {
    const names = ['time', 'algbw', 'busbw', '#wrong', 'i_min', 'i_max', 'i_p99', 'i_cv%']
    const units = ['(us)', '(GB/s)', '(GB/s)', '', '(us)', '(us)', '(us)', '(%)']
    const cells = (values: string[]): string => values.map((value, index) => left(value, [7, 6, 6, 6, 7, 7, 7, 7][index] ?? 7)).join('  ')
    const head = (first: string[], rest: string[]): string =>
      `# ${left(first[0] ?? '', 10)}  ${left(first[1] ?? '', 12)}  ${left(first[2] ?? '', 8)}  ${left(first[3] ?? '', 6)}  ${left(first[4] ?? '', 6)}  ${cells(rest)}  ${cells(rest)} `
    return [
      `# ${' '.repeat(50)}              out-of-place (+ per-iteration)                                in-place (+ per-iteration)`,
      head(['size', 'count', 'type', 'redop', 'root'], names),
      head(['(B)', '(elements)', '', '', ''], units),
    ]
  }
  return [
    '#                                                              out-of-place                       in-place          ',
    '#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong',
    '#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       ',
  ]
}

/** Everything before the rows. */
export const ncclHeader = (context: ToolContext, test: NcclTest): string => {
  const code = versionCode(context.model.ncclVersion)
  const step = test.stepFactor > 1 ? `${test.stepFactor}(factor)` : `${test.stepBytes}(bytes)`
  const devices = deviceIndices(test)
  return [
    `# nccl-tests version ${TESTS_VERSION} nccl-headers=${code} nccl-library=${code}`,
    `# Collective test starting: ${test.program}`,
    `# nThread 1 nGpus ${test.gpusPerProcess} minBytes ${test.minBytes} maxBytes ${test.maxBytes} step: ${step} warmup iters: ${test.warmup} iters: ${test.iterations} agg iters: 1 validation: ${test.check ? 1 : 0} graph: 0`,
    '#',
    '# Using devices',
    ...test.hosts.map((host, rank) => {
      const device = devices[rank] ?? 0
      return `#  Rank ${left(rank, 2)} Group  0 Pid ${left(process.pid + rank, 6)} on ${left(host.name, 10)} device ${left(device, 2)} [0000:${busIds[device] ?? 'c0'}:00] ${context.model.gpu.name}`
    }),
    '#',
    ...columns(test),
  ].join('\n')
}

const timeText = (timeUs: number): string =>
  left(timeUs >= 10_000 ? timeUs.toFixed(0) : timeUs >= 100 ? timeUs.toFixed(1) : timeUs.toFixed(2), 7)

/** Data columns' element count as nccl-tests reports it: per rank for the gathering collectives. */
const countOf = (test: NcclTest, sizeBytes: number): number => {
  const shared = test.collective === 'all_gather' || test.collective === 'reduce_scatter' || test.collective === 'alltoall'
  return Math.floor(sizeBytes / test.typeBytes / (shared ? test.hosts.length : 1))
}

const quantile = (ascending: number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(ascending.length * share) - 1)] ?? 0

const iterationStatistics = (
  test: NcclTest,
  timing: Timing,
): { min: number; max: number; average: number; p50: number; p95: number; p99: number; deviation: number } => {
  const sorted = timing.timesUs.slice(test.perIterationSkip).sort((a, b) => a - b)
  const average = sorted.reduce((total, time) => total + time, 0) / sorted.length
  const variance = sorted.reduce((total, time) => total + (time - average) ** 2, 0) / sorted.length
  return {
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    average,
    p50: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    deviation: Math.sqrt(variance),
  }
}

const timingText = (test: NcclTest, timing: Timing, wrong: string): string => {
  const base = `  ${timeText(timing.timeUs)}  ${left(timing.algbwGBps.toFixed(2), 6)}  ${left(timing.busbwGBps.toFixed(2), 6)}  ${left(wrong, test.perIteration ? 6 : 5)}`
  if (!test.perIteration) return base
  const statistics = iterationStatistics(test, timing)
  return `${base}  ${timeText(statistics.min)}  ${timeText(statistics.max)}  ${timeText(statistics.p99)}  ${timeText((100 * statistics.deviation) / statistics.average)}`
}

/** One line of the table. */
export const ncclRowText = (test: NcclTest, row: NcclRow): string => {
  const wrong = test.check ? '0' : 'N/A'
  const head = `${left(row.sizeBytes, 12)}  ${left(countOf(test, row.sizeBytes), 12)}  ${left(test.type, 8)}  ${left(test.op, 6)}  ${left(test.root, 6)}`
  const inPlaceWrong = test.collective === 'alltoall' ? 'N/A' : wrong
  return head + timingText(test, row.outOfPlace, wrong) + timingText(test, row.inPlace, inPlaceWrong)
}

const averageBusbw = (rows: NcclRow[]): number => {
  const all = rows.flatMap((row) => [row.outOfPlace.busbwGBps, row.inPlace.busbwGBps])
  return all.reduce((total, value) => total + value, 0) / Math.max(all.length, 1)
}

/** The summary after the rows. */
export const ncclFooter = (test: NcclTest, rows: NcclRow[]): string =>
  [
    '# Out of bounds values : 0 OK',
    `# Avg bus bandwidth    : ${Number(averageBusbw(rows).toPrecision(6))} `,
    '#',
    `# Collective test concluded: ${test.program}`,
  ].join('\n')

const timingJson = (timing: Timing, check: boolean): object => ({
  time: timing.timeUs,
  alg_bw: timing.algbwGBps,
  bus_bw: timing.busbwGBps,
  nwrong: check ? 0 : null,
})

const perIterationJson = (test: NcclTest, timing: Timing): object => {
  const { min, max, average, p50, p95, p99, deviation } = iterationStatistics(test, timing)
  return {
    skipped_iterations: test.perIterationSkip,
    min_us: min,
    max_us: max,
    avg_us: average,
    p50_us: p50,
    p95_us: p95,
    p99_us: p99,
    stdev_us: deviation,
    cv_pct: (100 * deviation) / average,
    times_us: timing.timesUs,
    ...(timing.perProcessUs.length > 1 ? { per_process_max_times_us: timing.perProcessUs } : {}),
  }
}

const configJson = (context: ToolContext, test: NcclTest): object => {
  const devices = deviceIndices(test)
  return {
    nthreads: 1,
    ngpus: test.gpusPerProcess,
    minimum_bytes: test.minBytes,
    maximum_bytes: test.maxBytes,
    ...(test.stepFactor > 1 ? { step_factor: test.stepFactor } : { step_bytes: test.stepBytes }),
    warmup_iters: test.warmup,
    iterations: test.iterations,
    aggregated_iterations: 1,
    validation: test.check ? 1 : 0,
    graph: 0,
    blocking_collectives: 'false',
    per_iter_timing: String(test.perIteration),
    per_iter_skip: test.perIterationSkip,
    parallel_init: 'false',
    devices: test.hosts.map((host, rank) => ({
      rank,
      group: 0,
      pid: process.pid + rank,
      hostname: host.name,
      device: devices[rank] ?? 0,
      device_hex: `0000:${busIds[devices[rank] ?? 0] ?? 'c0'}:00`,
      device_info: context.model.gpu.name,
    })),
  }
}

/** The first name that is free: nccl-tests never overwrites, it appends a number. */
const freePath = (path: string): string => {
  if (!existsSync(path)) return path
  let number = 0
  while (existsSync(`${path}.${number}`)) number++
  return `${path}.${number}`
}

/** `-J FILE` in format version 3: the whole environment is in it, secrets included, and booleans are strings. */
export const writeNcclJson = (context: ToolContext, test: NcclTest, rows: NcclRow[], path: string): void => {
  const document = {
    version: 3,
    start_time: new Date(test.startedAt).toISOString(),
    args: [test.program, ...test.args],
    env: Object.entries(context.env).map(([name, value]) => `${name}=${value ?? ''}`),
    nccl_version: versionCode(context.model.ncclVersion),
    config: configJson(context, test),
    results: rows.map((row) => ({
      size: row.sizeBytes,
      count: countOf(test, row.sizeBytes),
      type: test.type,
      redop: test.op,
      root: String(test.root),
      out_of_place: timingJson(row.outOfPlace, test.check),
      ...(test.perIteration ? { out_of_place_per_iter: perIterationJson(test, row.outOfPlace) } : {}),
      in_place: timingJson(row.inPlace, test.check),
      ...(test.perIteration ? { in_place_per_iter: perIterationJson(test, row.inPlace) } : {}),
    })),
    out_of_bounds: { count: 0, okay: 'true' },
    average_bus_bandwidth: { bandwidth: averageBusbw(rows), okay: 'unchecked' },
    errors: [],
    end_time: new Date().toISOString(),
  }
  writeFileSync(freePath(path), JSON.stringify(document, null, 2))
}
