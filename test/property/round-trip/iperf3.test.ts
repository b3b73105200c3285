import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  iperf3ErrorJson,
  iperf3Json as printJson,
  iperf3Text as printText,
  type TcpTest,
} from '../../../main/adapters/lab/tools/iperf3-report'
import type { ParseResult } from '../../../preload/contract'
import { iperf3Json } from '../../../remote-scripts/tcp/formats/iperf3-json'
import { iperf3Text } from '../../../remote-scripts/tcp/formats/iperf3-text'

const known: fc.Arbitrary<TcpTest> = fc
  .record({
    streams: fc.integer({ min: 1, max: 8 }),
    seconds: fc.integer({ min: 1, max: 6 }),
    reverse: fc.boolean(),
    rate: fc.double({ min: 0.05, max: 12, noNaN: true }),
    retransmits: fc.nat(500),
    cpuLocalPercent: fc.double({ min: 0.5, max: 400, noNaN: true }),
    cpuRemotePercent: fc.double({ min: 0.5, max: 400, noNaN: true }),
    roundTripUs: fc.double({ min: 5, max: 500, noNaN: true }),
  })
  .map(({ rate, retransmits, ...given }) => ({
    ...given,
    clientHost: 'a',
    serverHost: 'b',
    clientAddress: '10.0.0.1',
    serverAddress: '10.0.0.2',
    port: 5201,
    omit: 0,
    blockBytes: 131_072,
    ratesGBps: Array.from({ length: given.seconds }, (_, second) =>
      Array.from({ length: given.streams }, (_, stream) => rate * (1 + 0.01 * (second + stream))),
    ),
    retransmits: Array.from({ length: given.seconds }, () => Array.from({ length: given.streams }, () => retransmits)),
    startedAt: 1_790_000_000_000,
    cookie: 'abc',
  }))

const valueOf = (result: ParseResult | undefined, metric: string, direction?: string): number =>
  result?.measurements.find((one) => one.metric === metric && (direction === undefined || one.dimensions['direction'] === direction))
    ?.value ?? NaN

const totalBytes = (test: TcpTest): number => test.ratesGBps.flat().reduce((sum, rate) => sum + rate * 1e9, 0)
const totalRetransmits = (test: TcpTest): number => test.retransmits.flat().reduce((sum, count) => sum + count, 0)

/** Three digits and a binary or decimal prefix: at most half a percent off. */
const close = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected) / expected).toBeLessThanOrEqual(0.0051)
}

describe('iperf3: the numbers that are printed come back', () => {
  it('JSON of client and server', () => {
    fc.assert(
      fc.property(known, fc.boolean(), (test, isServer) => {
        const [result, ...more] = iperf3Json.parse(printJson(test, isServer))
        expect(more).toEqual([])
        expect(result?.problem).toBeNull()
        expect(result?.facts).toMatchObject({
          streams: test.streams,
          duration_s: test.seconds,
          reverse: test.reverse,
          role: isServer ? 'server' : 'client',
        })
        expect(valueOf(result, 'tcp.throughput', 'sent')).toBeCloseTo(totalBytes(test) / test.seconds / 1e9, 9)
        expect(valueOf(result, 'tcp.throughput', 'received')).toBeCloseTo(
          totalBytes(test) / (test.seconds + test.roundTripUs / 1e6) / 1e9,
          9,
        )
        expect(valueOf(result, 'tcp.retransmits')).toBe(totalRetransmits(test))
        const [local, remote] = isServer ? [test.cpuRemotePercent, test.cpuLocalPercent] : [test.cpuLocalPercent, test.cpuRemotePercent]
        expect(valueOf(result, 'tcp.cpu_local')).toBeCloseTo(local / 100, 12)
        expect(valueOf(result, 'tcp.cpu_remote')).toBeCloseTo(remote / 100, 12)
      }),
      { numRuns: 200 },
    )
  })

  it('text of the client, to three digits', () => {
    fc.assert(
      fc.property(known, (test) => {
        const [result, ...more] = iperf3Text.parse(`${printText(test, false)}\n`)
        expect(more).toEqual([])
        expect(result).toMatchObject({
          problem: null,
          rows: { skipped: 0 },
          facts: { streams: test.streams, intervals: test.seconds, role: 'client' },
        })
        close(valueOf(result, 'tcp.throughput', 'sent'), totalBytes(test) / test.seconds / 1e9)
        close(valueOf(result, 'tcp.throughput', 'received'), totalBytes(test) / test.seconds / 1e9)
        expect(valueOf(result, 'tcp.retransmits')).toBe(totalRetransmits(test))
      }),
      { numRuns: 200 },
    )
  })

  it('an error is a problem with the tool’s own words', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('unable to connect to server: Connection refused', 'the server is busy running a test. try again later'),
        (message) => {
          const [result] = iperf3Json.parse(iperf3ErrorJson('a', message))
          expect(result?.measurements).toEqual([])
          expect(result?.problem?.evidence).toBe(message)
        },
      ),
      { numRuns: 5 },
    )
  })
})
