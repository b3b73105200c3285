import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  plainNumerals,
  printNcuConsole,
  printNcuDetailsPage,
  printNcuNotPermitted,
  printNcuRawPage,
  type Numerals,
  type ProfiledLaunch,
  type ProfiledRun,
} from '../../../main/adapters/lab/reports/ncu'
import { formats } from '../../corpus/formats'

const kernel = fc.constantFrom(
  'gemm(float*)',
  'void at::native::reduce_kernel<512, 1>(T3)',
  'f<"a, b">(int)',
  'void (anonymous namespace)::norm<8>(float const*, int)',
)
const size = fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 8 }), fc.constant(1))
/** A share whose percentage has two decimals. */
const share = fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000)
const launch: fc.Arbitrary<ProfiledLaunch> = fc.record({
  kernel,
  grid: size,
  block: fc.tuple(fc.integer({ min: 1, max: 1024 }), fc.constant(1), fc.constant(1)),
  durationNs: fc.integer({ min: 1, max: 1e8 }).map((value) => value * 10),
  elapsedCycles: fc.integer({ min: 0, max: 2e9 }),
  registersPerThread: fc.integer({ min: 1, max: 255 }),
  dramBytes: fc.integer({ min: 0, max: 4e12 }),
  smThroughput: share,
  dramThroughput: share,
  achievedOccupancy: share,
})
const run: fc.Arbitrary<ProfiledRun> = fc.record({
  process: fc.record({ id: fc.integer({ min: 1, max: 4e6 }), name: fc.constantFrom('train', 'python3.11') }),
  computeCapability: fc.constantFrom('7.0', '8.0', '10.0'),
  launches: fc.array(launch, { minLength: 1, maxLength: 12 }),
})
const numerals: fc.Arbitrary<Numerals> = fc.constantFrom<Numerals[]>(
  plainNumerals,
  { decimal: '.', thousands: ',' },
  { decimal: ',', thousands: '.' },
  { decimal: ',', thousands: '' },
)

const product = ([x, y, z]: readonly [number, number, number]): number => x * y * z
const always = {
  'kernel.duration': ({ durationNs }: ProfiledLaunch) => durationNs / 1000,
  'kernel.sm_throughput': ({ smThroughput }: ProfiledLaunch) => smThroughput,
  'kernel.dram_throughput': ({ dramThroughput }: ProfiledLaunch) => dramThroughput,
  'kernel.occupancy_achieved': ({ achievedOccupancy }: ProfiledLaunch) => achievedOccupancy,
  'kernel.registers_per_thread': ({ registersPerThread }: ProfiledLaunch) => registersPerThread,
  'kernel.grid_size': ({ grid }: ProfiledLaunch) => product(grid),
  'kernel.block_size': ({ block }: ProfiledLaunch) => product(block),
}
type Known = Record<string, (launch: ProfiledLaunch) => number>

const expectKnown = (format: string, text: string, known: Known, cycles: string, { launches }: ProfiledRun): void => {
  const [result, ...more] = formats.get(format)?.parse(text) ?? []
  expect(more).toEqual([])
  expect({ problem: result?.problem, skipped: result?.rows.skipped, kernels: result?.facts['kernels'] }).toEqual({
    problem: null,
    skipped: 0,
    kernels: launches.length,
  })
  const values = (metric: string, counter?: string) =>
    result?.measurements
      .filter((one) => one.metric === metric && one.dimensions['counter'] === counter)
      .map((one) => [one.dimensions['launch'], one.dimensions['kernel'], one.value])
  for (const [metric, of] of Object.entries(known))
    expect(values(metric), metric).toEqual(launches.map((one, index) => [index, one.kernel, of(one)]))
  expect(values('kernel.counter', cycles)).toEqual(launches.map((one, index) => [index, one.kernel, one.elapsedCycles]))
}

describe('what ncu prints of known launches is read as these launches, in every locale', () => {
  it('raw page', () => {
    fc.assert(
      fc.property(run, numerals, (given, marks) => {
        const known = { ...always, 'kernel.dram_bytes': ({ dramBytes }: ProfiledLaunch) => dramBytes }
        expectKnown('ncu-csv', printNcuRawPage(given, marks), known, 'gpc__cycles_elapsed.max', given)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['details page', 'ncu-csv', printNcuDetailsPage],
    ['console', 'ncu-console', printNcuConsole],
  ] as const)('%s', (_, format, print) => {
    fc.assert(
      fc.property(run, numerals, (given, marks) => expectKnown(format, print(given, marks), always, 'Elapsed Cycles', given)),
      { numRuns: 200 },
    )
  })

  it('counters that are reserved for administrators', () => {
    fc.assert(
      fc.property(run, (given) => {
        const [result] = formats.get('ncu-console')?.parse(printNcuNotPermitted(given)) ?? []
        expect(result).toMatchObject({ measurements: [], problem: { code: 'remote.not_permitted' } })
      }),
      { numRuns: 20 },
    )
  })
})
