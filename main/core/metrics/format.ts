const maxDecimals = 12

/** Power of ten of the last digit worth showing: that of the interval's half-width, one finer where it starts with 1 (1.3 would be 30 % off as "1"). */
const lastDigit = (spread: number): number => {
  const half = spread / 2
  const power = Math.floor(Math.log10(half))
  return Math.max(-maxDecimals, half / 10 ** power < 2 ? power - 1 : power)
}

/** A number with a fixed number of significant digits, no exponent between 1e-6 and 1e15, no trailing zeros. */
export const formatSignificant = (value: number, digits = 3): string => {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  return size >= 1e15 || size < 1e-6 ? rounded.toExponential() : String(rounded)
}

/** Decimals no finer than the interval, and 187312 with a width of 5100 becomes 187000; what would round to 0 keeps its first digit. */
const roundTo = (value: number, spread: number): string => {
  const power = lastDigit(spread)
  const text = power <= 0 ? value.toFixed(-power) : (Math.round(value / 10 ** power) * 10 ** power).toFixed(0)
  return Number(text) === 0 && value !== 0 ? formatSignificant(value, 1) : text
}

export interface IntervalTexts {
  estimate: string
  low: string
  high: string
}

/** An estimate and its interval as texts, no digit finer than the interval's half-width; four significant digits when the interval has no width. */
export const intervalTexts = (estimate: number, low: number, high: number): IntervalTexts => {
  const spread = high - low
  const text = (value: number): string => (spread > 0 && Number.isFinite(spread) ? roundTo(value, spread) : formatSignificant(value, 4))
  return { estimate: text(estimate), low: text(low), high: text(high) }
}

/** More digits than these are noise to a reader. */
const mostDigits = 6

/** The same for a ratio: an end beside 1 takes as many digits as show on which side it lies. */
export const ratioTexts = (estimate: number, low: number, high: number): IntervalTexts => {
  const texts = intervalTexts(estimate, low, high)
  const beside = (value: number, text: string): string => {
    if (Number(text) !== 1 || value === 1) return text
    for (let digits = 3; digits <= mostDigits; digits += 1) {
      const finer = formatSignificant(value, digits)
      if (Number(finer) !== 1) return finer
    }
    return text
  }
  return { estimate: texts.estimate, low: beside(low, texts.low), high: beside(high, texts.high) }
}

/** `0.96 [0.92, 0.998]`. */
export const formatRatio = (estimate: number, low: number, high: number): string => {
  const texts = ratioTexts(estimate, low, high)
  return `${texts.estimate} [${texts.low}, ${texts.high}]`
}

/** `1.73 [1.70, 1.77]`. */
export const formatWithInterval = (estimate: number, low: number, high: number): string => {
  const texts = intervalTexts(estimate, low, high)
  return `${texts.estimate} [${texts.low}, ${texts.high}]`
}

const binaryPrefixes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1 KiB`, `1.5 MiB`, `1000 B`: message and file sizes with binary prefixes, four significant digits at most. */
export const formatBytes = (sizeBytes: number): string => {
  if (!Number.isFinite(sizeBytes)) return `${sizeBytes} B`
  let value = Math.abs(sizeBytes)
  let prefix = 0
  while (value >= 1024 && prefix < binaryPrefixes.length - 1) {
    value /= 1024
    prefix += 1
  }
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
  return `${sizeBytes < 0 ? '-' : ''}${text} ${binaryPrefixes[prefix] ?? 'B'}`
}

/** Counter deltas in decimal megabytes with a sign, as in `+118.2 MB`. */
export const formatDeltaMB = (bytes: number): string => `${bytes < 0 ? '-' : '+'}${(Math.abs(bytes) / 1e6).toFixed(1)} MB`
