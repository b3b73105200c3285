import type { Unit } from '../../../preload/contract'
import { convert, parseNumber, timeScale, type Scale } from '../../_kit/numbers'

const binary = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** nvprof's prefixes are binary: 16,000,000 bytes are 15.258789 MB, and its GB/s are 2^30 bytes/s. */
const scales = new Map<string, Scale>([
  ['%', { unit: '1', power: -2, factor: 1 }],
  ...binary.flatMap((name, index): [string, Scale][] => [
    [name, { unit: 'bytes', power: 0, factor: 1024 ** index }],
    [`${name}/s`, { unit: 'GB/s', power: -9, factor: 1024 ** index }],
  ]),
])

const scaleOf = (printed: string): Scale | null => scales.get(printed) ?? (/^(?:ns|us|ms|s)$/.test(printed) ? timeScale(printed) : null)

export const isUnit = (text: string): boolean => scaleOf(text) !== null

export interface Quantity {
  unit: Unit
  value: number
  /** Converted from a rate that nvprof calls GB/s. */
  isRate: boolean
}

const withUnit = /^([+-]?[\d.]{1,40}(?:[eE][+-]?\d{1,3})?)([a-zA-Z%/]{0,4})$/

/** A figure with its unit behind it or, in CSV, from the row of units; without either a plain number. Null: no figure (`-`, empty, a level). */
export const quantity = (text: string | undefined, columnUnit = ''): Quantity | null => {
  const match = withUnit.exec(text ?? '')
  if (!match) return null
  const printed = match[2] === '' ? columnUnit : (match[2] ?? '')
  if (printed === '') {
    const value = parseNumber(match[1])
    return value === null ? null : { unit: '1', value, isRate: false }
  }
  const scale = scaleOf(printed)
  const value = scale ? convert(match[1], scale) : null
  return scale && value !== null ? { unit: scale.unit, value, isRate: scale.unit === 'GB/s' } : null
}

/**
 * The unit of a counter's figures that carry none: nvprof prints counts of bytes as bare numbers, and says what they are in the counter's name
 * (`dram_read_bytes`) or in the description beside it (`Total bytes read from DRAM to L2 cache`). Empty: a plain number.
 */
export const bareUnit = (counter: string, description: string): 'B' | '' => {
  const isRatio = /\b(?:per|ratio|efficiency|rate)\b/i.test(description)
  return !isRatio && (counter.endsWith('_bytes') || /\bbytes\b/i.test(description)) ? 'B' : ''
}

/** The number of `Low (1)`: a level from 0 to 10, no share of anything. */
export const level = (text: string): number | null => {
  const match = /^(?:Idle|Low|Mid|High|Max) \((\d{1,2})\)$/.exec(text)
  return match ? Number(match[1]) : null
}

/** Product of `(32768 1 1)`. */
export const volume = (text: string | undefined): number | null => {
  const match = /^\((\d{1,10}) (\d{1,10}) (\d{1,10})\)$/.exec(text ?? '')
  return match ? Number(match[1]) * Number(match[2]) * Number(match[3]) : null
}

/** `TITAN Xp (0)` without the number of the device. */
export const deviceName = (text: string): string => text.replace(/ \(\d{1,4}\)$/, '')
