import type { Unit } from '../../preload/contract'

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/** A decimal number; null for `N/A`, `inf`, `nan`, `-`, an empty field and everything else that is not one. */
export const parseNumber = (token: string | undefined): number | null => {
  if (token === undefined || token.length > 64 || !decimal.test(token)) return null
  const value = Number(token)
  return Number.isFinite(value) ? value : null
}

/** A count of bytes or elements; null when it is not a whole number of at least 0. */
export const parseCount = (token: string | undefined): number | null => {
  if (token === undefined || !/^\d{1,18}$/.test(token)) return null
  return Number(token)
}

/** token x 10^power, rounded once: 0.011611 Mpps is 11611, not 11611.000000000002. */
export const scaleByTen = (token: string, power: number): number | null => {
  const value = parseNumber(token)
  if (value === null || power === 0) return value
  const [mantissa, exponent] = token.toLowerCase().split('e')
  return parseNumber(`${mantissa}e${Number(exponent ?? 0) + power}`)
}

/** A unit as printed, in canonical terms: value x factor x 10^power. */
export interface Scale {
  unit: Unit
  power: number
  factor: number
}

const scale = (unit: Unit, power: number, factor = 1): Scale => ({ unit, power, factor })
const mebi = 2 ** 20

/** Units that mean one thing in every tool; keys in lower case except where case tells bits from bytes. */
const times = new Map<string, Scale>([
  ['ns', scale('us', -3)],
  ['nsec', scale('us', -3)],
  ['us', scale('us', 0)],
  ['usec', scale('us', 0)],
  ['µs', scale('us', 0)],
  ['ms', scale('us', 3)],
  ['msec', scale('us', 3)],
  ['s', scale('us', 6)],
  ['sec', scale('us', 6)],
])
const decimalRates = new Map<string, Scale>([
  ['GB/s', scale('GB/s', 0)],
  ['GB/sec', scale('GB/s', 0)],
  ['MB/s', scale('GB/s', -3)],
  ['MB/sec', scale('GB/s', -3)],
  ['KB/s', scale('GB/s', -6)],
  ['KB/sec', scale('GB/s', -6)],
  ['B/s', scale('GB/s', -9)],
  ['TB/s', scale('GB/s', 3)],
  ['MiB/s', scale('GB/s', -9, mebi)],
  ['GiB/s', scale('GB/s', -9, 2 ** 30)],
  ['Gb/s', scale('GB/s', 0, 1 / 8)],
  ['Gb/sec', scale('GB/s', 0, 1 / 8)],
  ['Gbits/sec', scale('GB/s', 0, 1 / 8)],
  ['Mb/s', scale('GB/s', -3, 1 / 8)],
  ['Mb/sec', scale('GB/s', -3, 1 / 8)],
  ['Mbits/sec', scale('GB/s', -3, 1 / 8)],
  ['Kbits/sec', scale('GB/s', -6, 1 / 8)],
  ['Tbits/sec', scale('GB/s', 3, 1 / 8)],
  ['bits/sec', scale('GB/s', -9, 1 / 8)],
])

/** Printed time unit; null when it is none. */
export const timeScale = (printed: string): Scale | null => times.get(printed.toLowerCase()) ?? null
/** Printed rate unit with decimal prefixes; null when it is none. Tools that print binary ones under these names have their own table. */
export const rateScale = (printed: string): Scale | null => decimalRates.get(printed) ?? null

/** perftest's MB/sec is 2^20 bytes/s (its own BW_to_MB divides by 0x100000); Gb/sec is 10^9 bits/s. */
export const perftestScales: ReadonlyMap<string, Scale> = new Map([
  ['MB/sec', scale('GB/s', -9, mebi)],
  ['MiB/sec', scale('GB/s', -9, mebi)],
  ['Gb/sec', scale('GB/s', 0, 1 / 8)],
  ['Mpps', scale('1/s', 6)],
  ['usec', scale('us', 0)],
])

/** iperf3: bits with decimal prefixes, bytes with binary ones. */
export const iperfScales: ReadonlyMap<string, Scale> = new Map([
  ['bits/sec', scale('GB/s', -9, 1 / 8)],
  ['Kbits/sec', scale('GB/s', -6, 1 / 8)],
  ['Mbits/sec', scale('GB/s', -3, 1 / 8)],
  ['Gbits/sec', scale('GB/s', 0, 1 / 8)],
  ['Tbits/sec', scale('GB/s', 3, 1 / 8)],
  ['Bytes/sec', scale('GB/s', -9)],
  ['KBytes/sec', scale('GB/s', -9, 2 ** 10)],
  ['MBytes/sec', scale('GB/s', -9, mebi)],
  ['GBytes/sec', scale('GB/s', -9, 2 ** 30)],
  ['TBytes/sec', scale('GB/s', -9, 2 ** 40)],
])

/** The printed figure in canonical units; null when the token is not a number. */
export const convert = (token: string | undefined, by: Scale): number | null => {
  if (token === undefined) return null
  const value = scaleByTen(token, by.power)
  return value === null ? null : value * by.factor
}
