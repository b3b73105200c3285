import type { Dimensions, Measurement, Unit } from '../../../preload/contract'

/** Measurements as a few distinct words and many numbers: what crosses threads and goes into the store quickly. */
export interface MeasurementColumns {
  metrics: { metric: string; unit: Unit }[]
  /** `canonicalJson` of each distinct set. */
  dimensions: string[]
  /** Three per measurement, in order: which metric, which dimensions, the value. */
  cells: Float64Array
}

/** JSON with sorted keys: equal dimensions give equal text. */
export const canonicalJson = (record: Dimensions): string => {
  const pairs = Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(record[key])}`)
  return `{${pairs.join(',')}}`
}

/** Numbers texts in the order of their first coming. */
const numbering = () => {
  const numbers = new Map<string, number>()
  return {
    numbers,
    of(text: string): number {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, numbers.size)
      return numbers.size - 1
    },
  }
}

export const packMeasurements = (measurements: readonly Measurement[]): MeasurementColumns => {
  const [metricNames, dimensionTexts] = [numbering(), numbering()]
  const metrics: MeasurementColumns['metrics'] = []
  const cells = new Float64Array(3 * measurements.length)
  // The metrics of one row of a table share the object; writing it out again would take longer than all the rest.
  let last: Dimensions | null = null
  let lastIndex = 0
  measurements.forEach(({ metric, unit, value, dimensions }, index) => {
    const number = metricNames.of(`${unit} ${metric}`)
    if (number === metrics.length) metrics.push({ metric, unit })
    if (dimensions !== last) lastIndex = dimensionTexts.of(canonicalJson(dimensions))
    last = dimensions
    cells[3 * index] = number
    cells[3 * index + 1] = lastIndex
    cells[3 * index + 2] = value
  })
  return { metrics, dimensions: [...dimensionTexts.numbers.keys()], cells }
}

export const countOf = ({ cells }: MeasurementColumns): number => cells.length / 3

/** The same measurements, each set of dimensions with more in it. */
export const withDimensions = (columns: MeasurementColumns, more: Dimensions): MeasurementColumns => ({
  ...columns,
  dimensions: columns.dimensions.map((text) => canonicalJson({ ...(JSON.parse(text) as Dimensions), ...more })),
})
