import { scaleByTen } from '../../../_kit/numbers'

/** Powers of ten of a microsecond, and minutes and hours in seconds. */
const units = new Map<string, { power: number; factor: number }>([
  ['ns', { power: -3, factor: 1 }],
  ['us', { power: 0, factor: 1 }],
  ['µs', { power: 0, factor: 1 }],
  ['μs', { power: 0, factor: 1 }],
  ['ms', { power: 3, factor: 1 }],
  ['s', { power: 6, factor: 1 }],
  ['sec', { power: 6, factor: 1 }],
  ['secs', { power: 6, factor: 1 }],
  ['m', { power: 6, factor: 60 }],
  ['h', { power: 6, factor: 3600 }],
])
const whole = /^(?:\d{1,12}(?:\.\d{1,12})? ?(?:ns|[uµμ]s|ms|secs?|s|m|h)){1,4}$/
const part = /(\d{1,12}(?:\.\d{1,12})?) ?(ns|[uµμ]s|ms|secs?|s|m|h)/g

/** A time with its unit behind it, as load generators print it (`1.5ms`, `0.25 secs`, `1m2.5s`), in us; null when it is none. */
export const printedTimeUs = (token: string): number | null => {
  if (token.length > 60 || !whole.test(token)) return null
  let sum = 0
  for (const [, figure = '', name = ''] of token.matchAll(part)) {
    const unit = units.get(name)
    const us = unit === undefined ? null : scaleByTen(figure, unit.power)
    if (unit === undefined || us === null) return null
    sum += us * unit.factor
  }
  return sum
}
