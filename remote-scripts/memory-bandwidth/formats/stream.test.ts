import { expect, it } from 'vitest'
import { stream } from './stream'

it('gives no bandwidth of a STREAM whose result is wrong', () => {
  const [result] = stream.parse(
    [
      'Function    Best Rate MB/s  Avg time     Min time     Max time',
      'Copy:           12500.5     0.010100     0.010000     0.010300',
      'Triad:          11250.5     0.016000     0.015900     0.016300',
      'Failed Validation on array a[], AvgRelAbsErr > epsilon (1.000000e-13)',
      '     Expected Value: 1.153301e+12, AvgAbsErr: 1.0e+11, AvgRelAbsErr: 1.0e-01',
      '',
    ].join('\n'),
  )
  expect(result?.measurements).toEqual([])
  expect(result?.problem).toMatchObject({ code: 'parse.tool_reported_error' })
  expect(result?.problem?.evidence).toContain('Failed Validation on array a[]')
})
