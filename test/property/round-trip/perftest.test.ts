import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bandwidthTable,
  latencyTable,
  perftestHeader,
  perftestJson as printJson,
  type BandwidthRow,
  type LatencyRow,
  type RdmaTest,
} from '../../../main/adapters/lab/tools/perftest-report'
import type { ParseResult } from '../../../preload/contract'
import { perftestJson } from '../../../remote-scripts/rdma/formats/perftest-json'
import { perftestText } from '../../../remote-scripts/rdma/formats/perftest-text'

const rule = '-'.repeat(87)

const test: fc.Arbitrary<Omit<RdmaTest, 'measures' | 'durationSeconds'>> = fc
  .record({
    verb: fc.constantFrom('write', 'read', 'send'),
    linkLayer: fc.constantFrom('InfiniBand', 'Ethernet'),
    queuePairs: fc.integer({ min: 1, max: 8 }),
    bidirectional: fc.boolean(),
    gigabits: fc.boolean(),
    seed: fc.nat(1e6),
  })
  .map((given) => ({
    ...given,
    tool: `ib_${given.verb}_bw`,
    device: 'mlx5_0',
    sizes: [],
    iterations: 1000,
    clientHost: 'a',
    serverHost: 'b',
    clientIndex: 1,
    serverIndex: 2,
  })) as fc.Arbitrary<Omit<RdmaTest, 'measures' | 'durationSeconds'>>

const powers = fc.uniqueArray(fc.integer({ min: 1, max: 23 }), { minLength: 1, maxLength: 12 }).map((all) => [...all].sort((a, b) => a - b))

const valueOf = (result: ParseResult | undefined, metric: string, size: number): number =>
  result?.measurements.find((one) => one.metric === metric && one.dimensions['size_bytes'] === size)?.value ?? NaN

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-12)
}

const whole = (given: RdmaTest, table: string): string => `${rule}\n${perftestHeader(given, 'client')}\n${rule}\n${table}\n${rule}\n`

describe('perftest: the numbers that are printed come back', () => {
  it('bandwidth in MiB/s and Gb/s, to the printed digits; a peak of 0 was not measured', () => {
    fc.assert(
      fc.property(test, powers, fc.double({ min: 0.01, max: 1, noNaN: true }), fc.boolean(), (base, sizes, share, isDuration) => {
        const given: RdmaTest = { ...base, measures: 'bandwidth', durationSeconds: isDuration ? 5 : null }
        const rows: BandwidthRow[] = sizes.map((power) => {
          const averageBytesPerUs = Math.max(60 * 2 ** power * share * 1e-3, 200 * share)
          return { sizeBytes: 2 ** power, iterations: 1000, peakBytesPerUs: isDuration ? 0 : averageBytesPerUs * 1.05, averageBytesPerUs }
        })
        const [result, ...more] = perftestText.parse(whole(given, bandwidthTable(given, rows)))
        expect(more).toEqual([])
        expect(result).toMatchObject({ problem: null, rows: { understood: rows.length, skipped: 0 } })
        expect(result?.facts).toMatchObject({ qps: given.queuePairs, bidirectional: given.bidirectional, device: 'mlx5_0' })
        const printed = (bytesPerUs: number): number =>
          given.gigabits
            ? Number(((bytesPerUs * 8) / 1000).toFixed(2)) / 8
            : (Number(((bytesPerUs * 1e6) / 2 ** 20).toFixed(2)) * 2 ** 20) / 1e9
        for (const row of rows) {
          near(valueOf(result, 'rdma.bw_average', row.sizeBytes), printed(row.averageBytesPerUs))
          if (isDuration || printed(row.peakBytesPerUs) === 0) expect(valueOf(result, 'rdma.bw_peak', row.sizeBytes)).toBeNaN()
          else near(valueOf(result, 'rdma.bw_peak', row.sizeBytes), printed(row.peakBytesPerUs))
          near(valueOf(result, 'rdma.msg_rate', row.sizeBytes), Number((row.averageBytesPerUs / row.sizeBytes).toFixed(6)) * 1e6)
        }
      }),
      { numRuns: 200 },
    )
  })

  const samples = fc
    .array(fc.double({ min: 0.5, max: 5000, noNaN: true }), { minLength: 3, maxLength: 60 })
    .map((all) => [...all].sort((a, b) => a - b))

  it('latency: extremes, mean and percentiles as text and JSON', () => {
    fc.assert(
      fc.property(test, powers, samples, (base, sizes, samplesUs) => {
        const given: RdmaTest = { ...base, measures: 'latency', durationSeconds: null, bidirectional: false }
        const rows: LatencyRow[] = sizes.map((power) => ({ sizeBytes: 2 ** power, iterations: 1000, samplesUs }))
        const table = latencyTable(given, rows)
        const [result] = perftestText.parse(whole(given, table))
        expect(result).toMatchObject({ problem: null, rows: { understood: rows.length, skipped: 0 } })
        const twoDecimals = (value: number): number => Number(value.toFixed(2))
        const mean = samplesUs.reduce((sum, value) => sum + value, 0) / samplesUs.length
        for (const { sizeBytes } of rows) {
          expect(valueOf(result, 'rdma.lat_min', sizeBytes)).toBe(twoDecimals(samplesUs[0] ?? NaN))
          expect(valueOf(result, 'rdma.lat_max', sizeBytes)).toBe(twoDecimals(samplesUs.at(-1) ?? NaN))
          expect(valueOf(result, 'rdma.lat_avg', sizeBytes)).toBe(twoDecimals(mean))
        }
        const last = rows.at(-1)?.sizeBytes ?? 0
        const [json] = perftestJson.parse(printJson(given, table))
        for (const metric of ['rdma.lat_min', 'rdma.lat_typical', 'rdma.lat_avg', 'rdma.lat_p99', 'rdma.lat_p999'])
          expect(valueOf(json, metric, last)).toBe(valueOf(result, metric, last))
      }),
      { numRuns: 200 },
    )
  })

  it('JSON of bandwidth alone has no unit, and none is assumed', () => {
    fc.assert(
      fc.property(test, (base) => {
        const given: RdmaTest = { ...base, measures: 'bandwidth', durationSeconds: null }
        const table = bandwidthTable(given, [{ sizeBytes: 65_536, iterations: 5, peakBytesPerUs: 20_000, averageBytesPerUs: 19_000 }])
        const [alone] = perftestJson.parse(printJson(given, table))
        expect(alone).toMatchObject({ measurements: [], problem: { code: 'parse.unit_unknown' } })
        const [together] = perftestJson.parse(`${table}\n${printJson(given, table)}`)
        expect(valueOf(together, 'rdma.bw_average', 65_536)).toBeCloseTo(19, 1)
      }),
      { numRuns: 50 },
    )
  })
})
