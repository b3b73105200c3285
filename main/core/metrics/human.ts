import type { Unit } from '../../../preload/contract'
import { formatSignificant, formatWithInterval } from './format'

const prefixes: Partial<Record<Unit, readonly (readonly [number, string])[]>> = {
  us: [
    [1e6, 's'],
    [1e3, 'ms'],
    [1, 'us'],
  ],
  'FLOP/s': [
    [1e12, 'TFLOP/s'],
    [1e9, 'GFLOP/s'],
    [1, 'FLOP/s'],
  ],
  bytes: [
    [1024 ** 4, 'TiB'],
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
    [1, 'B'],
  ],
}

/** The step that suits a value: what to divide by, and the unit's name then; shares become per cent. */
export const scaleOf = (value: number, unit: Unit): { factor: number; name: string } => {
  if (unit === '1') return { factor: 0.01, name: '%' }
  const steps = prefixes[unit]
  const [factor, name] = steps?.find(([size]) => Math.abs(value) >= size) ?? steps?.at(-1) ?? [1, unit]
  return { factor, name }
}

/** `800 ms`, `92 %`, `37.2 GiB` for reading. */
export const humanText = (value: number, unit: Unit, digits = 3): string => {
  const { factor, name } = scaleOf(value, unit)
  return `${formatSignificant(value / factor, digits)} ${name}`
}

/** `812 [790, 830] ms`: estimate and interval in one unit, no digit finer than the interval; without one that has no width. */
export const humanInterval = (value: number, interval: { low: number; high: number } | null, unit: Unit): string => {
  if (interval === null || interval.low === interval.high) return humanText(value, unit)
  const { factor, name } = scaleOf(value, unit)
  return `${formatWithInterval(value / factor, interval.low / factor, interval.high / factor)} ${name}`
}
