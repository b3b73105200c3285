import type { Language } from '../../preload/contract/messages'

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A number with at most `digits` significant digits. */
const significant = (language: Language, value: number, digits: number): string =>
  new Intl.NumberFormat(language, { maximumSignificantDigits: digits }).format(value)

const clockParts = (language: Language, seconds: number): string => {
  const unit = (value: number, name: 'second' | 'minute' | 'hour' | 'day'): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value)
  const whole = Math.round(seconds)
  if (whole < 60) return unit(whole, 'second')
  if (whole < 3600) return `${unit(Math.floor(whole / 60), 'minute')} ${unit(whole % 60, 'second')}`
  if (whole < 86_400) return `${unit(Math.floor(whole / 3600), 'hour')} ${unit(Math.floor((whole % 3600) / 60), 'minute')}`
  return `${unit(Math.floor(whole / 86_400), 'day')} ${unit(Math.floor((whole % 86_400) / 3600), 'hour')}`
}

const relativeSteps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

export interface Formats {
  number(value: number, digits?: number): string
  /** `1.5 GiB`, binary prefixes. */
  bytes(value: number): string
  /** `2 min 5 sec`. */
  duration(seconds: number): string
  milliseconds(value: number): string
  /** Local date and time to the minute. */
  dateTime(iso: string): string
  /** `3 minutes ago`, seen from `nowMs`. */
  ago(iso: string, nowMs: number): string
  /** `200 Gb/s`. */
  rateGbps(value: number): string
}

/** Numbers and dates of one language; all by Intl. */
export const createFormats = (language: Language): Formats => {
  const whenDate = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return {
    number: (value, digits = 4) => significant(language, value, digits),
    bytes(value) {
      const power = value < 1 ? 0 : Math.min(binaryUnits.length - 1, Math.floor(Math.log2(value) / 10))
      return `${significant(language, value / 1024 ** power, 3)} ${binaryUnits[power] ?? 'B'}`
    },
    duration: (seconds) => clockParts(language, Math.max(0, seconds)),
    milliseconds: (value) => `${significant(language, value, 3)} ms`,
    dateTime(iso) {
      const date = new Date(iso)
      return Number.isNaN(date.getTime()) ? iso : whenDate.format(date)
    },
    ago(iso, nowMs) {
      const seconds = (new Date(iso).getTime() - nowMs) / 1000
      if (Number.isNaN(seconds)) return iso
      const [unit, size] = relativeSteps.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1]
      return relative.format(Math.round(seconds / size), unit)
    },
    rateGbps: (value) => `${significant(language, value, 4)} Gb/s`,
  }
}
