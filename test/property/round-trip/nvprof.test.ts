import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  printNvprofMetrics,
  printNvprofMetricsCsv,
  printNvprofTrace,
  printNvprofTraceCsv,
  type NvprofCounter,
  type NvprofRun,
  type TracedActivity,
} from '../../../main/adapters/lab/reports/nvprof'
import {
  printNvprofSummary,
  printNvprofSummaryCsv,
  type NvprofSummary,
  type SummaryRow,
} from '../../../main/adapters/lab/reports/nvprof-summary'
import type { ParseResult } from '../../../preload/contract'
import { formats } from '../../corpus/formats'

const run: NvprofRun = { process: 4711, command: './axpy 20', device: 'Lab V100 (0)' }
const kernels = ['saxpy(float*)', 'void reduce<float, 256>(float const *, float*)', 'ns::k<int, (bool)1>(int)']
const copies = ['[CUDA memcpy HtoD]', '[CUDA memcpy DtoH]', '[CUDA memset]']
const size = fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 4 }))
const timeNs = fc.integer({ min: 1, max: 2e10 })

const activity: fc.Arbitrary<TracedActivity> = fc
  .record({ startNs: timeNs, durationNs: timeNs, grid: size, block: size, registersPerThread: fc.integer({ min: 1, max: 255 }) })
  .chain((base) =>
    fc.oneof(
      fc.record({ name: fc.constantFrom(...kernels), copiedBytes: fc.constant(null) }).map((more) => ({ ...base, ...more })),
      fc.record({ name: fc.constantFrom(...copies), copiedBytes: fc.integer({ min: 1, max: 2e9 }) }).map((more) => ({ ...base, ...more })),
    ),
  )

const counter: fc.Arbitrary<NvprofCounter> = fc
  .record({
    kernel: fc.constantFrom(...kernels),
    invocations: fc.integer({ min: 1, max: 1e6 }),
    name: fc.constantFrom('sm_efficiency', 'ipc', 'gst_throughput', 'gld_transactions'),
    description: fc.constantFrom('Executed IPC', 'Global Store Throughput', 'FLOP Efficiency(Peak Single)'),
    suffix: fc.constantFrom('%' as const, 'GB/s' as const, '' as const),
    figures: fc.tuple(fc.integer({ min: 0, max: 1e4 }), fc.integer({ min: 0, max: 1e4 }), fc.integer({ min: 0, max: 1e4 })),
  })
  .map(({ figures, ...rest }) => {
    const [least = 0, mean = 0, greatest = 0] = figures.toSorted((a, b) => a - b).map((figure) => figure / 10_000)
    return { ...rest, least, mean, greatest }
  })

const summaryRow = (names: readonly string[]): fc.Arbitrary<SummaryRow[]> =>
  fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      calls: fc.integer({ min: 1, max: 1e6 }),
      totalNs: timeNs,
      meanNs: timeNs,
      leastNs: timeNs,
      greatestNs: timeNs,
    }),
    { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
  )

const parse = (text: string, rows: number): ParseResult => {
  const [result, ...more] = formats.get('nvprof')?.parse(text) ?? []
  if (!result) throw new Error('nothing was read')
  expect({ more, problem: result.problem, rows: result.rows }).toEqual({ more: [], problem: null, rows: { understood: rows, skipped: 0 } })
  return result
}

/** Values in file order equal the known ones to the printed digits. */
const expectNear = (found: number[], known: number[], relative: number): void => {
  expect(found.length).toBe(known.length)
  found.forEach((value, index) =>
    expect(Math.abs(value - (known[index] ?? NaN))).toBeLessThanOrEqual(relative * (known[index] ?? 0) + 1e-9),
  )
}

const valuesOf = (result: ParseResult, metric: string, where: Record<string, unknown> = {}): number[] =>
  result.measurements
    .filter((one) => one.metric === metric && Object.entries(where).every(([name, value]) => one.dimensions[name] === value))
    .map(({ value }) => value)

describe('what nvprof prints of known activities is read as these activities', () => {
  it.each([
    ['text', printNvprofTrace, 5e-5],
    ['CSV', printNvprofTraceCsv, 1e-9],
  ] as const)('trace as %s', (_, print, relative) => {
    fc.assert(
      fc.property(fc.array(activity, { minLength: 1, maxLength: 20 }), (activities) => {
        const result = parse(print(run, activities), activities.length)
        const launched = activities.filter(({ copiedBytes }) => copiedBytes === null)
        const copied = activities.filter(({ copiedBytes }) => copiedBytes !== null)
        expectNear(
          valuesOf(result, 'kernel.duration'),
          launched.map(({ durationNs }) => durationNs / 1000),
          relative,
        )
        expect(valuesOf(result, 'kernel.registers_per_thread')).toEqual(launched.map((one) => one.registersPerThread))
        expect(valuesOf(result, 'kernel.grid_size')).toEqual(launched.map(({ grid: [x, y, z] }) => x * y * z))
        expectNear(
          valuesOf(result, 'kernel.copy_duration'),
          copied.map(({ durationNs }) => durationNs / 1000),
          relative,
        )
        const names = result.measurements.filter(({ metric }) => metric === 'kernel.duration').map(({ dimensions }) => dimensions['kernel'])
        expect(names).toEqual(launched.map(({ name }) => name))
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['text', printNvprofMetrics],
    ['CSV', printNvprofMetricsCsv],
  ] as const)('metrics as %s', (_, print) => {
    const scale = { '%': 1, 'GB/s': 2 ** 30 / 1e9, '': 1 }
    fc.assert(
      fc.property(fc.uniqueArray(counter, { selector: ({ kernel, name }) => `${kernel} ${name}`, minLength: 1 }), (counters) => {
        const result = parse(print(run, counters), counters.length)
        for (const { kernel, name, suffix, least, greatest, mean } of counters) {
          for (const [stat, value] of Object.entries({ min: least, max: greatest, avg: mean })) {
            const [found] = valuesOf(result, 'kernel.counter', { kernel, counter: name, stat })
            // Text shows two decimals of a rate.
            expect(Math.abs((found ?? NaN) - value * scale[suffix])).toBeLessThanOrEqual(suffix === 'GB/s' ? 0.0055 : 1e-9)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['text', printNvprofSummary, 5e-5],
    ['CSV', printNvprofSummaryCsv, 1e-9],
  ] as const)('summary as %s', (_, print, relative) => {
    const gpu = summaryRow([...kernels, ...copies])
    const api = summaryRow(['cudaMalloc', 'cudaLaunchKernel', 'cuDeviceGetUuid'])
    fc.assert(
      fc.property(fc.record({ gpu, api }), (summary: NvprofSummary) => {
        const result = parse(print(run, summary), summary.gpu.length + summary.api.length)
        for (const [rows, isApi] of [[summary.gpu, false] as const, [summary.api, true] as const]) {
          for (const row of rows) {
            const [prefix, name] = isApi ? ['api_', 'api'] : row.name.startsWith('[') ? ['copy_', 'op'] : ['', 'kernel']
            expect(valuesOf(result, `kernel.${prefix}count`, { [name]: row.name })).toEqual([row.calls])
            expectNear(valuesOf(result, `kernel.${prefix}total_time`, { [name]: row.name }), [row.totalNs / 1000], relative)
            expectNear(valuesOf(result, `kernel.${prefix}duration`, { [name]: row.name, stat: 'avg' }), [row.meanNs / 1000], relative)
            expectNear(valuesOf(result, `kernel.${prefix}duration`, { [name]: row.name, stat: 'max' }), [row.greatestNs / 1000], relative)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
