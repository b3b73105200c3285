import { describe, expect, it } from 'vitest'
import { convert, iperfScales, parseCount, parseNumber, perftestScales, rateScale, scaleByTen, timeScale } from './numbers'

describe('parseNumber', () => {
  it.each([
    ['43.78', 43.78],
    ['-1', -1],
    ['1.2e6', 1_200_000],
    ['0e+00', 0],
    ['.5', 0.5],
    ['12.', 12],
  ])('reads %j', (token, value) => expect(parseNumber(token)).toBe(value))

  it.each(['N/A', 'inf', '-inf', 'nan', '-nan', '-', '', '1,234', '0x10', '1 2', '1e999', 'Infinity', undefined])(
    '%j is not a number',
    (token) => expect(parseNumber(token)).toBeNull(),
  )
})

it('parseCount takes whole numbers only', () => {
  expect(parseCount('8589934592')).toBe(8589934592)
  for (const token of ['-1', '1.5', '1e3', '9'.repeat(30), '']) expect(parseCount(token)).toBeNull()
})

it('converts once, without a second rounding', () => {
  expect(scaleByTen('0.011611', 6)).toBe(11611)
  expect(scaleByTen('1.2e-3', 3)).toBe(1.2)
  expect(scaleByTen('N/A', 6)).toBeNull()
})

describe('units', () => {
  it('perftest: MB/sec is 2^20 bytes, Gb/sec 10^9 bits', () => {
    expect(convert('779.21', perftestScales.get('Gb/sec')!)).toBe(97.40125)
    expect(convert('24056.72', perftestScales.get('MB/sec')!)).toBeCloseTo(25.22529923072, 12)
    expect(convert('9.154486', perftestScales.get('Mpps')!)).toBe(9154486)
  })

  it('iperf3: decimal bits, binary bytes', () => {
    expect(convert('555', iperfScales.get('Mbits/sec')!)).toBe(0.069375)
    expect(convert('1', iperfScales.get('GBytes/sec')!)).toBe(1.073741824)
  })

  it('times in us', () => {
    expect(convert('1.5', timeScale('ms')!)).toBe(1500)
    expect(convert('0.25', timeScale('s')!)).toBe(250_000)
    expect(timeScale('furlong')).toBeNull()
    expect(rateScale('(GB/s)')).toBeNull()
  })
})
