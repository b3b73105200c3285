import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dimensions, Measurement } from '../../../preload/contract'
import { countOf, packMeasurements, withDimensions, type MeasurementColumns } from './measurement-columns'

const unpacked = ({ metrics, dimensions, cells }: MeasurementColumns): Measurement[] =>
  Array.from({ length: cells.length / 3 }, (_, index) => {
    const [metric = 0, set = 0, value = 0] = cells.subarray(3 * index, 3 * index + 3)
    return { metric: '', unit: '1', ...metrics[metric], value, dimensions: JSON.parse(dimensions[set] ?? '{}') as Dimensions }
  })

const dimensions = fc.dictionary(
  fc.constantFrom('size_bytes', 'in_place', 'é"', '__proto__x'),
  fc.oneof(fc.integer(), fc.boolean(), fc.string()),
  {
    maxKeys: 3,
    noNullPrototype: true,
  },
)
const measurement = fc.record({
  metric: fc.constantFrom('nccl.time', 'nccl.busbw'),
  unit: fc.constantFrom('us' as const, 'GB/s' as const),
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  dimensions,
})

describe('measurements in columns', () => {
  it('are the same measurements in the same order', () => {
    fc.assert(
      fc.property(fc.array(measurement, { maxLength: 30 }), (list) => {
        const columns = packMeasurements(list)
        expect(unpacked(columns)).toEqual(list)
        expect(countOf(columns)).toBe(list.length)
        expect(new Set(columns.dimensions).size).toBe(columns.dimensions.length)
      }),
    )
  })

  it('can have a dimension added to all', () => {
    const columns = packMeasurements([{ metric: 'm', unit: 'us', value: 1, dimensions: { b: 1, a: 'x' } }])
    expect(withDimensions(columns, { aa: 3 }).dimensions).toEqual(['{"a":"x","aa":3,"b":1}'])
  })
})
