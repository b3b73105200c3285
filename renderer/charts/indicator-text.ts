import type { IndicatorCell, IndicatorRow, TargetSide } from '../../preload/contract/indicators'
import type { Unit } from '../../preload/contract/measurement'
import { alignDecimals, percentText, ratioTexts, significant } from './digits'

/** How a value is shown: divided by the factor, with this name. */
export interface Scale {
  factor: number
  name: string
}

const scales: Partial<Record<Unit, readonly Scale[]>> = {
  us: [
    { factor: 1e6, name: 's' },
    { factor: 1e3, name: 'ms' },
    { factor: 1, name: 'µs' },
  ],
  bytes: [
    { factor: 1024 ** 4, name: 'TiB' },
    { factor: 1024 ** 3, name: 'GiB' },
    { factor: 1024 ** 2, name: 'MiB' },
    { factor: 1024, name: 'KiB' },
    { factor: 1, name: 'B' },
  ],
  'FLOP/s': [
    { factor: 1e15, name: 'PFLOP/s' },
    { factor: 1e12, name: 'TFLOP/s' },
    { factor: 1e9, name: 'GFLOP/s' },
    { factor: 1, name: 'FLOP/s' },
  ],
}

/** The scale that suits a value; shares are per cent, rates per second. */
export const scaleOf = (value: number, unit: Unit): Scale => {
  if (unit === '1') return { factor: 0.01, name: '%' }
  if (unit === '1/s') return { factor: 1, name: '/s' }
  const steps = scales[unit]
  return steps?.find(({ factor }) => Math.abs(value) >= factor) ?? steps?.at(-1) ?? { factor: 1, name: unit }
}

/** `800 ms`, `92 %`, `37.2 GiB`. */
export const figureText = (value: number, unit: Unit, digits = 3): string => {
  const { factor, name } = scaleOf(value, unit)
  return `${significant(value / factor, digits)}\u202f${name}`
}

/** One scale for all arms of an indicator, so that their figures can be read against each other. */
export const sharedScale = ({ cells, unit }: Pick<IndicatorRow, 'cells' | 'unit'>): Scale =>
  scaleOf(Math.max(0, ...cells.map(({ value }) => value ?? 0)), unit)

/** Value and interval of a cell on a scale, no digit finer than the interval. */
export const cellTexts = (
  { value, interval }: Pick<IndicatorCell, 'value' | 'interval'>,
  { factor }: Scale,
): { value: string; interval: string } => {
  if (value === null) return { value: '', interval: '' }
  const plain = significant(value / factor, 3)
  if (interval === null) return { value: plain, interval: '' }
  // Launches that are all equal: no digit is finer than another.
  if (interval.low === interval.high) return { value: plain, interval: `[${plain}, ${plain}]` }
  const texts = ratioTexts({ estimate: value / factor, low: interval.low / factor, high: interval.high / factor })
  return { value: texts.estimate, interval: `[${texts.low}, ${texts.high}]` }
}

/** The values of all arms on one scale, decimal point under decimal point. */
export const alignedCells = (row: Pick<IndicatorRow, 'cells' | 'unit'>): { value: string; interval: string; unit: string }[] => {
  const scale = sharedScale(row)
  const texts = row.cells.map((cell) => cellTexts(cell, scale))
  const values = alignDecimals(texts.map(({ value }) => value))
  return texts.map(({ interval }, index) => ({ value: values[index] ?? '', interval, unit: scale.name }))
}

const signs: Record<TargetSide, string> = { '<': '<', '>': '>', '<=': '≤', '>=': '≥' }

/** `< 800 ms`; empty without a target. */
export const targetText = ({ target, unit }: Pick<IndicatorRow, 'target' | 'unit'>): string =>
  target.value === null ? '' : `${signs[target.side]}\u202f${figureText(target.value, unit, 4)}`

export const sideText = (side: TargetSide): string => signs[side]

/** `94 %` of the bound, or what it covers where that is only a part of the value; empty without a bound. */
export const boundShareText = ({ bound }: Pick<IndicatorCell, 'bound'>): string =>
  bound === null ? '' : bound.ratio === null ? (bound.covers ?? '') : percentText(bound.ratio)

/** Whether some arm has a value. */
export const isMeasured = ({ cells }: Pick<IndicatorRow, 'cells'>): boolean => cells.some(({ value }) => value !== null)
