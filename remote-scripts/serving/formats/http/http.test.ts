import { describe, expect, it } from 'vitest'
import { heyConsole } from './hey-console'
import { k6Console } from './k6-console'
import { printedTimeUs } from './printed-time'
import { wrkConsole } from './wrk-console'

describe('printed times', () => {
  it.each([
    ['850.5us', 850.5],
    ['1.2µs', 1.2],
    ['928ns', 0.928],
    ['12.5ms', 12_500],
    ['0.0123 secs', 12_300],
    ['1.50m', 90_000_000],
    ['1m2.5s', 62_500_000],
    ['1h0m1s', 3_601_000_000],
    ['0s', 0],
  ])('%s are %d us', (token, us) => {
    expect(printedTimeUs(token)).toBe(us)
  })

  it.each(['12', 'ms', '1.2 kB', '-1ms', '1.2.3ms', '12ms,'])('%s is none', (token) => {
    expect(printedTimeUs(token)).toBeNull()
  })
})

describe('counts of small load generators', () => {
  const valuesOf = (results: ReturnType<typeof k6Console.parse>, metric: string): number[] =>
    results.flatMap(({ measurements }) =>
      measurements.filter((entry) => entry.metric === metric && entry.dimensions['error'] === undefined).map(({ value }) => value),
    )

  it('of k6 are those of the whole test, not of a scenario, and of each test in the log', () => {
    const test = (requests: number, failed: string): string =>
      [
        '     execution: local',
        '  █ TOTAL RESULTS',
        '    http_req_duration......: avg=20.5ms min=1ms med=20ms max=90ms p(90)=30ms p(95)=40ms',
        `    http_req_failed........: 1.00%  ${failed}`,
        `    http_reqs..............: ${requests}    10.5/s`,
        '  █ SCENARIO: one',
        '    http_req_duration......: avg=7ms min=7ms med=7ms max=7ms p(90)=7ms p(95)=7ms',
        '    http_reqs..............: 7    7/s',
        '',
      ].join('\n')
    const results = k6Console.parse(`${test(100, '1 out of 100')}${test(200, '✓ 2  ✗ 198')}${test(300, '3 out of 200')}`)
    expect(valuesOf(results, 'serving.requests')).toEqual([100, 200, 300])
    expect(valuesOf(results, 'serving.latency_mean')).toEqual([20_500, 20_500, 20_500])
    // The failures of the last are not those of all its requests.
    expect(valuesOf(results, 'serving.error_rate')).toEqual([0.01, 0.01])
  })

  it('of wrk give no share of failures beside socket errors', () => {
    const [result] = wrkConsole.parse(
      [
        'Running 10s test @ http://10.0.0.9/',
        '  2 threads and 8 connections',
        '  1000 requests in 10.00s, 1.00MB read',
        '  Socket errors: connect 1, read 2, write 0, timeout 3',
        '  Non-2xx or 3xx responses: 10',
        'Requests/sec:    100.00',
        '',
      ].join('\n'),
    )
    expect(result?.measurements.map(({ metric, value, dimensions }) => [metric, value, dimensions['error']])).toEqual([
      ['serving.requests', 1000, undefined],
      ['serving.qps', 100, undefined],
      ['serving.errors', 1, 'socket connect'],
      ['serving.errors', 2, 'socket read'],
      ['serving.errors', 3, 'socket timeout'],
      ['serving.errors', 10, 'not 2xx or 3xx'],
    ])
    expect(result?.warnings.map(({ code }) => code)).toEqual(['socket_errors'])
  })

  it('of hey are left out where some are missing', () => {
    const summary = (codes: string): string =>
      `Summary:\n  Total:\t10.0000 secs\n  Slowest:\t0.5000 secs\n  Requests/sec:\t100.0000\n\nStatus code distribution:\n${codes}`
    expect(valuesOf(heyConsole.parse(summary('  [200]\t990 responses\n  [503]\t10 responses\n')), 'serving.error_rate')).toEqual([0.01])
    const [result] = heyConsole.parse(summary('  [200]\t990 responses\n'))
    expect(result?.measurements.map(({ metric }) => metric)).toEqual(['serving.qps', 'serving.latency_max'])
    expect(result?.warnings.map(({ code }) => code)).toEqual(['requests_unknown'])
  })
})
