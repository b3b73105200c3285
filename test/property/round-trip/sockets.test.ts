import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qperfText } from '../../../remote-scripts/tcp/formats/qperf'
import { sockperfText } from '../../../remote-scripts/tcp/formats/sockperf'
import { printQperf, type QperfTest } from '../../lab/printers/qperf'
import { printSockperfPingpong } from '../../lab/printers/sockperf'

const numRuns = 200
const names = new Map([
  [99.99, 'p9999'],
  [99.9, 'p999'],
  [99, 'p99'],
  [90, 'p90'],
  [50, 'p50'],
])
/** Thousandths, so that what is printed is the number itself. */
const times = fc.array(fc.integer({ min: 1000, max: 9_000_000 }), { minLength: names.size + 3, maxLength: names.size + 3 })

describe('sockperf', () => {
  it('a printed ping-pong reads back as the same times', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 100, max: 1_000_000 }), (thousandths, observations) => {
        const [minUs = 0, maxUs = 0, avgUs = 0, ...rest] = thousandths.map((time) => time / 1000)
        const percentilesUs = [...names.keys()].map((percentile, index) => [percentile, rest[index] ?? 0] as const)
        const [result] = sockperfText.parse(printSockperfPingpong({ observations, avgUs, minUs, maxUs, percentilesUs }))
        const read = Object.fromEntries(result?.measurements.map(({ metric, value }) => [metric, value]) ?? [])
        expect(read).toEqual({
          'tcp.lat_avg': avgUs,
          'tcp.lat_min': minUs,
          'tcp.lat_max': maxUs,
          ...Object.fromEntries(percentilesUs.map(([percentile, value]) => [`tcp.lat_${names.get(percentile)}`, value])),
        })
        expect(result).toMatchObject({ facts: { observations }, rows: { understood: names.size + 2, skipped: 0 }, problem: null })
      }),
      { numRuns },
    )
  })
})

const figure = fc.integer({ min: 100, max: 999 })
const tests: fc.Arbitrary<QperfTest> = fc.oneof(
  figure.map((digits) => ({ test: 'tcp_bw' as const, gbPerS: digits / 100 })),
  figure.map((digits) => ({ test: 'tcp_lat' as const, us: digits / 10 })),
  fc.tuple(figure, figure).map(([sent, received]) => ({ test: 'udp_bw' as const, sentMbPerS: sent, receivedMbPerS: received })),
)
const expected = (one: QperfTest): [string, number, string][] => {
  if (one.test === 'tcp_bw') return [['tcp.throughput', one.gbPerS, 'received']]
  if (one.test === 'tcp_lat') return [['tcp.lat_avg', one.us, '']]
  return [
    ['tcp.throughput', one.sentMbPerS / 1000, 'sent'],
    ['tcp.throughput', one.receivedMbPerS / 1000, 'received'],
  ]
}

describe('qperf', () => {
  it('printed tests read back as the same figures, each a result of its own', () => {
    fc.assert(
      fc.property(fc.array(tests, { minLength: 1, maxLength: 6 }), (given) => {
        const results = qperfText.parse(printQperf(given))
        expect(
          results.map(({ measurements }) =>
            measurements.map(({ metric, value, dimensions }) => [metric, value, String(dimensions['direction'] ?? '')]),
          ),
        ).toEqual(given.map(expected))
        expect(results.flatMap(({ problem }) => problem ?? [])).toEqual([])
      }),
      { numRuns },
    )
  })
})
