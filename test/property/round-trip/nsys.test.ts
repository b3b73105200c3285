import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figuresOf, printNsysProfile, printNsysStats, type NsysEntry, type NsysProfile } from '../../../main/adapters/lab/reports/nsys'
import { printNsysTrace, type NsysEvent } from '../../../main/adapters/lab/reports/nsys-trace'
import type { ParseResult } from '../../../preload/contract'
import { formats } from '../../corpus/formats'

const numRuns = 200

const parse = (format: string, text: string): ParseResult[] => {
  const found = formats.get(format)
  if (!found) throw new Error(`no format ${format}`)
  expect(found.detect(text.slice(0, 65_536))).toBeGreaterThanOrEqual(0.9)
  return found.parse(text)
}

const times = fc.array(fc.integer({ min: 1, max: 5_000_000_000 }), { minLength: 1, maxLength: 6 })
const kernelName = fc
  .tuple(fc.constantFrom('void at::native::reduce<', 'gemm<float, ', 'ncclDevKernel_AllReduce<', 'my "quoted" kernel<'), fc.nat(9999))
  .map(([start, number]) => `${start}(int)${number}>(T1 *, const T1 *)`)
const copyName = fc.constantFrom('[CUDA memcpy HtoD]', '[CUDA memcpy Device-to-Host]', '[CUDA memset]', '[CUDA Unified Memory memcpy HtoD]')
const apiName = fc.nat(999).map((number) => `cudaCall${number}_v2`)
const rangeName = fc.nat(999).map((number) => `:step ${number}, forward`)

const entries = (name: fc.Arbitrary<string>, minLength: number): fc.Arbitrary<NsysEntry[]> =>
  fc.uniqueArray(fc.record({ name, timesNs: times }), { selector: (entry) => entry.name, minLength, maxLength: 4 })

const copies = fc.uniqueArray(
  fc.tuple(copyName, fc.array(fc.tuple(fc.nat(10 ** 9), fc.nat(10 ** 10)), { minLength: 1, maxLength: 5 })).map(([name, moves]) => ({
    name,
    timesNs: moves.map(([ns]) => ns + 1),
    bytes: moves.map(([, bytes]) => bytes),
  })),
  { selector: (entry) => entry.name, minLength: 1, maxLength: 4 },
)

const profiles: fc.Arbitrary<NsysProfile> = fc.record({
  kernels: entries(kernelName, 1),
  copies,
  apiCalls: entries(apiName, 1),
  ranges: entries(rangeName, 0),
})

const valueOf = (results: readonly ParseResult[], metric: string, dimension: string, name: string): number | undefined =>
  results.flatMap((result) => result.measurements).find((entry) => entry.metric === metric && entry.dimensions[dimension] === name)?.value

/** What a report must give back for a name: whole ns exactly, tenths of ns as printed. */
const expectTimes = (results: readonly ParseResult[], prefix: string, dimension: string, { name, timesNs }: NsysEntry): void => {
  const { total, count, avg, median, min, max } = figuresOf(timesNs)
  const at = (figure: string): number | undefined => valueOf(results, `timeline.${prefix}_${figure}`, dimension, name)
  expect([at('total_time'), at('count'), at('min_time'), at('max_time')]).toEqual([total / 1000, count, min / 1000, max / 1000])
  expect(at('avg_time')).toBeCloseTo(avg / 1000, 3)
  expect(at('median_time')).toBeCloseTo(median / 1000, 3)
}

const printers: [string, (profile: NsysProfile) => string][] = [
  ['nsys profile --stats=true, 2023 and later', (profile) => printNsysProfile(profile, 2023)],
  ['nsys profile --stats=true, 2022', (profile) => printNsysProfile(profile, 2022)],
  ['nsys stats --format column', (profile) => printNsysStats(profile, 'column')],
  ['nsys stats --format csv', (profile) => printNsysStats(profile, 'csv')],
]

describe.each(printers)('%s', (_, print) => {
  it('gives back the numbers that were printed', () => {
    fc.assert(
      fc.property(profiles, (profile) => {
        const results = parse('nsys-stats', print(profile))
        expect(results).toHaveLength(1)
        for (const entry of profile.kernels) expectTimes(results, 'kernel', 'kernel', entry)
        for (const entry of profile.apiCalls) expectTimes(results, 'api', 'api', entry)
        for (const entry of profile.ranges) expectTimes(results, 'nvtx', 'range', entry)
        for (const entry of profile.copies) {
          expectTimes(results, 'memop', 'op', entry)
          const bytes = valueOf(results, 'timeline.memop_bytes', 'op', entry.name) ?? NaN
          expect(Math.abs(bytes - figuresOf(entry.bytes ?? []).total)).toBeLessThanOrEqual(501)
        }
        const rows = profile.kernels.length + profile.apiCalls.length + profile.ranges.length + 2 * profile.copies.length
        expect(results[0]?.rows).toEqual({ understood: rows, skipped: 0 })
        expect(results[0]?.facts['kernel_total_ns']).toBe(profile.kernels.reduce((sum, { timesNs }) => sum + figuresOf(timesNs).total, 0))
        expect(results[0]?.problem).toBeNull()
      }),
      { numRuns },
    )
  })
})

const events: fc.Arbitrary<NsysEvent[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('kernel' as const),
      name: kernelName,
      startNs: fc.nat(10_000),
      durationNs: fc.integer({ min: 1, max: 500 }),
      device: fc.nat(2),
      stream: fc.nat(3),
    }),
    fc.record({
      kind: fc.constant('copy' as const),
      name: copyName,
      startNs: fc.nat(10_000),
      durationNs: fc.integer({ min: 1, max: 500 }),
      device: fc.nat(2),
      stream: fc.nat(3),
    }),
  ),
  { minLength: 1, maxLength: 30 },
)

/** Nanoseconds in which one of the events runs, counted one by one. */
const busyNs = (chosen: readonly NsysEvent[]): number => {
  const cells = new Set<number>()
  for (const { startNs, durationNs } of chosen) for (let ns = startNs; ns < startNs + durationNs; ns += 1) cells.add(ns)
  return cells.size
}

describe('nsys stats -r cuda_gpu_trace', () => {
  it('gives back sums by name, and busy, exposed and idle time as counted nanosecond by nanosecond', () => {
    fc.assert(
      fc.property(events, (given) => {
        const [result] = parse('nsys-trace', printNsysTrace(given))
        if (!result) throw new Error('no result')
        expect(result.rows).toEqual({ understood: given.length, skipped: 0 })
        const kernels = given.filter(({ kind }) => kind === 'kernel')
        for (const name of new Set(kernels.map((event) => event.name))) {
          const own = kernels.filter((event) => event.name === name)
          expect(valueOf([result], 'timeline.kernel_count', 'kernel', name)).toBe(own.length)
          const total = own.reduce((sum, { durationNs }) => sum + durationNs, 0)
          expect(valueOf([result], 'timeline.kernel_total_time', 'kernel', name)).toBe(total / 1000)
        }
        for (const device of new Set(given.map((event) => event.device))) {
          const at = (metric: string): number | undefined =>
            result.measurements.find((entry) => entry.metric === `timeline.${metric}` && entry.dimensions['device'] === device)?.value
          const all = given.filter((event) => event.device === device)
          const own = all.filter(({ kind }) => kind === 'kernel')
          const compute = own.filter(({ name }) => !name.startsWith('nccl'))
          if (own.length > 0) expect(at('kernel_busy_time')).toBe(busyNs(own) / 1000)
          if (compute.length < own.length) expect(at('exposed_communication')).toBe((busyNs(own) - busyNs(compute)) / 1000)
          const span = Math.max(...all.map((event) => event.startNs + event.durationNs)) - Math.min(...all.map((event) => event.startNs))
          expect(at('idle_share')).toBeCloseTo(1 - busyNs(all) / span, 9)
        }
      }),
      { numRuns },
    )
  })
})
