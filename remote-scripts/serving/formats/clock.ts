import { parseCount } from '../../_kit/numbers'

const date = /^(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,3}))?$/

/** Milliseconds since 1970 of a number of them or of a date with the year in front; null for every other way to write a time. */
export const clockMs = (printed: string | undefined): number | null => {
  const count = parseCount(printed)
  if (count !== null) return count
  const match = date.exec(printed ?? '')
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number)
  const fraction = Number((match[7] ?? '0').padEnd(3, '0'))
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, fraction)
}
