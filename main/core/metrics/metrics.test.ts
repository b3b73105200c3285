import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { busBandwidthFactor, collectives } from './bus-bandwidth'
import { formatBytes, formatRatio, formatSignificant, formatWithInterval } from './format'
import { gbpsToGBps, toCanonicalUnit } from './units'

describe('busBandwidthFactor', () => {
  it('is nccl-tests’ factor for every collective', () => {
    expect(busBandwidthFactor('all_reduce', 16)?.factor).toBe(1.875)
    expect(busBandwidthFactor('all_gather', 16)?.factor).toBe(0.9375)
    expect(busBandwidthFactor('reduce_scatter', 4)?.factor).toBe(0.75)
    expect(busBandwidthFactor('all_to_all', 2)?.factor).toBe(0.5)
    expect(busBandwidthFactor('broadcast', 16)?.factor).toBe(1)
    expect(busBandwidthFactor('sendrecv', 2)?.factor).toBe(1)
  })

  it('makes an all-reduce as busy as its reduce-scatter and all-gather together, from 2 to 1024 ranks', () => {
    for (let ranks = 2; ranks <= 1024; ranks += 1) {
      const of = (collective: string): number => busBandwidthFactor(collective, ranks)?.factor ?? Number.NaN
      expect(of('all_reduce')).toBeCloseTo(of('reduce_scatter') + of('all_gather'), 12)
      for (const collective of collectives) expect(of(collective)).toBeLessThanOrEqual(2)
    }
  })

  it('knows nothing of other collectives or of half a rank', () => {
    expect(busBandwidthFactor('all_to_some', 4)).toBeNull()
    expect(busBandwidthFactor('all_reduce', 2.5)).toBeNull()
    expect(busBandwidthFactor('all_reduce', 0)).toBeNull()
  })
})

describe('formatWithInterval', () => {
  it.each([
    [1.7312, 1.7013, 1.7694, '1.73 [1.70, 1.77]'],
    [1.7312, 1.5, 2.1, '1.7 [1.5, 2.1]'],
    [187312, 184800, 189900, '187000 [185000, 190000]'],
    [8.123, 8.1226, 8.1235, '8.1230 [8.1226, 8.1235]'],
    [0.00012345, 0.00012, 0.00013, '0.000123 [0.000120, 0.000130]'],
    [2, 2, 2, '2 [2, 2]'],
  ])('%d [%d, %d] is %s', (estimate, low, high, text) => {
    expect(formatWithInterval(estimate, low, high)).toBe(text)
  })
})

describe('formatRatio', () => {
  it.each([
    [0.9612, 0.9169, 0.9978, '0.96 [0.92, 0.998]'],
    [1.03, 1.0004, 1.06, '1.03 [1.0004, 1.06]'],
    [1.01, 0.97, 1.05, '1.01 [0.97, 1.05]'],
    [1, 1, 1, '1 [1, 1]'],
  ])('an end beside 1 shows its side: %d [%d, %d] is %s', (estimate, low, high, text) => {
    expect(formatRatio(estimate, low, high)).toBe(text)
  })
})

describe('formatBytes and formatSignificant', () => {
  it.each([
    [0, '0 B'],
    [1000, '1000 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [16 * 1024 ** 2, '16 MiB'],
    [8 * 1024 ** 3, '8 GiB'],
    [26549638485, '24.73 GiB'],
  ])('%d bytes is %s', (size, text) => {
    expect(formatBytes(size)).toBe(text)
  })

  it('keeps significant digits and no trailing zeros', () => {
    expect(formatSignificant(0.0079365, 2)).toBe('0.0079')
    expect(formatSignificant(1234.5)).toBe('1230')
    expect(formatSignificant(2)).toBe('2')
  })
})

describe('toCanonicalUnit', () => {
  it('never mixes bits with bytes, nor powers of ten with powers of two', () => {
    expect(toCanonicalUnit(25, 'Gb/s')).toEqual({ unit: 'GB/s', value: 3.125 })
    expect(toCanonicalUnit(25, 'GB/s')).toEqual({ unit: 'GB/s', value: 25 })
    expect(toCanonicalUnit(1000, 'MiB/s')?.value).toBeCloseTo(1.048576, 12)
    expect(toCanonicalUnit(1.5, 'ms')).toEqual({ unit: 'us', value: 1500 })
    expect(toCanonicalUnit(40, '%')).toEqual({ unit: '1', value: 0.4 })
    expect(gbpsToGBps(200)).toBe(25)
  })

  it('refuses what it does not know exactly', () => {
    expect(toCanonicalUnit(1, 'gb/s')).toBeNull()
    expect(toCanonicalUnit(1, 'constructor')).toBeNull()
    expect(toCanonicalUnit(Number.NaN, 'us')).toBeNull()
  })

  it('is linear', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.constantFrom('ns', 'ms', 'Gb/s', 'MiB/s', 'GiB'), (value, unit) => {
        const [once, twice] = [toCanonicalUnit(value, unit)?.value ?? 0, toCanonicalUnit(2 * value, unit)?.value ?? 0]
        expect(twice).toBeCloseTo(2 * once, 12)
      }),
    )
  })
})
