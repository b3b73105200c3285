import type { ComparedArm, Ratio } from './model'

const finestPower = -12
const figureSpace = '\u2007'
const punctuationSpace = '\u2008'

/**
 * Power of ten of the last digit that an uncertainty supports: one digit of it, two where its first digit is 1
 * (half a width of 1.3 is 30 % off as "1"); the rule of thumb of the Particle Data Group, simplified.
 */
export const lastPower = (uncertainty: number): number => {
  if (!(uncertainty > 0) || !Number.isFinite(uncertainty)) return finestPower
  const power = Math.floor(Math.log10(uncertainty))
  return Math.max(finestPower, uncertainty / 10 ** power < 2 ? power - 1 : power)
}

/** A number whose last digit stands at `power`: (36335.9, 1) is `36340`, (1.2037, -2) is `1.20`. */
export const atPower = (value: number, power: number): string => {
  if (!Number.isFinite(value)) return '–'
  if (power <= 0) return value.toFixed(Math.min(12, -power))
  const step = 10 ** power
  return String(Math.round(value / step) * step)
}

/** At most `digits` significant digits, no exponent, no trailing zeros. */
export const significant = (value: number, digits = 3): string => {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const power = Math.floor(Math.log10(Math.abs(value))) - digits + 1
  const text = atPower(value, power)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** However small the uncertainty, more digits than these are noise to a reader. */
const mostDigits = 6

/** The finer of two powers is not finer than what `mostDigits` digits of the value reach. */
const readablePower = (value: number, power: number): number =>
  value === 0 ? power : Math.max(power, Math.floor(Math.log10(Math.abs(value))) - mostDigits + 1)

export interface RatioTexts {
  estimate: string
  low: string
  high: string
}

/** The ratio and its interval, no digit finer than the interval's half-width. */
export const ratioTexts = (ratio: Pick<Ratio, 'estimate' | 'low' | 'high'>): RatioTexts => {
  const half = (ratio.high - ratio.low) / 2
  const text = (value: number): string => {
    if (!(half > 0)) return significant(value, 4)
    const rounded = atPower(value, readablePower(ratio.estimate, lastPower(half)))
    // A ratio is never 0: an end that rounds to it keeps its first digit.
    return Number(rounded) === 0 && value !== 0 ? significant(value, 1) : rounded
  }
  // An end beside 1 takes as many digits as show on which side it lies.
  const end = (value: number): string => {
    const digits = [...Array(mostDigits + 1).keys()].slice(3).find((count) => Number(significant(value, count)) !== 1)
    return Number(text(value)) === 1 && value !== 1 && digits !== undefined ? significant(value, digits) : text(value)
  }
  return { estimate: text(ratio.estimate), low: end(ratio.low), high: end(ratio.high) }
}

/** `1.73 [1.70, 1.77]`. */
export const ratioText = (ratio: Pick<Ratio, 'estimate' | 'low' | 'high'>): string => {
  const { estimate, low, high } = ratioTexts(ratio)
  return `${estimate} [${low}, ${high}]`
}

/** Median of an arm: digits as the standard error of its launches supports, but two at least. */
export const medianText = (arm: Pick<ComparedArm, 'median' | 'cv' | 'n'>): string => {
  if (arm.median === 0) return '0'
  const error = (Math.abs(arm.median) * (arm.cv ?? 0)) / Math.sqrt(Math.max(1, arm.n))
  if (!(error > 0)) return significant(arm.median, 4)
  const least = Math.floor(Math.log10(Math.abs(arm.median))) - 1
  return atPower(arm.median, Math.min(readablePower(arm.median, lastPower(error)), least))
}

/** Percents below this are as good as none. */
const leastPercent = 0.001

/** A share as percent with two digits: 0.0123 is `1.2 %`. */
export const percentText = (share: number): string =>
  share > 0 && share * 100 < leastPercent ? `<\u202f${leastPercent}\u202f%` : `${significant(share * 100, 2)}\u202f%`

/** Texts padded on the right so that right-aligned tabular figures stand decimal point under decimal point. */
export const alignDecimals = (texts: readonly string[]): string[] => {
  const fraction = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0)
  const longest = Math.max(0, ...texts.map(fraction))
  return texts.map((text) => {
    const own = fraction(text)
    if (longest === 0 || own === longest) return text
    return `${text}${own === 0 ? punctuationSpace : ''}${figureSpace.repeat(longest - own)}`
  })
}
