import type { Unit } from '../../preload/contract'
import { convert, type Scale } from '../_kit/numbers'

const scale = (unit: Unit, power: number, factor = 1): Scale => ({ unit, power, factor })

const times: [string, Scale][] = [
  ['ns', scale('us', -3)],
  ['us', scale('us', 0)],
  ['µs', scale('us', 0)],
  ['ms', scale('us', 3)],
  ['s', scale('us', 6)],
  ['min', scale('us', 6, 60)],
  ['h', scale('us', 6, 3600)],
]

/** Prefixes of SI; `KB` is in no list: it means 1000 in one tool and 1024 in the next. */
const decimal: [string, number][] = [
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
]
const binary: [string, number][] = ['Ki', 'Mi', 'Gi', 'Ti'].map((prefix, index) => [prefix, 2 ** (10 * (index + 1))])

const bytes: [string, Scale][] = [
  ['bytes', scale('bytes', 0)],
  ...decimal.flatMap(([prefix, power]): [string, Scale][] => [
    [`${prefix}B`, scale('bytes', power)],
    [`${prefix}B/s`, scale('GB/s', power - 9)],
    [`${prefix}bit/s`, scale('GB/s', power - 9, 1 / 8)],
  ]),
  ...binary.flatMap(([prefix, factor]): [string, Scale][] => [
    [`${prefix}B`, scale('bytes', 0, factor)],
    [`${prefix}B/s`, scale('GB/s', -9, factor)],
  ]),
  ['Gb/s', scale('GB/s', 0, 1 / 8)],
  ['Mb/s', scale('GB/s', -3, 1 / 8)],
]

const rates: [string, Scale][] = ['1/s', 'ops/s', 'req/s', 'requests/s', 'tokens/s', 'samples/s', 'images/s', 'steps/s', 'items/s'].map(
  (printed) => [printed, scale('1/s', 0)],
)

const others: [string, Scale][] = [
  ['1', scale('1', 0)],
  ['count', scale('1', 0)],
  ['%', scale('1', -2)],
  ...decimal.map(([prefix, power]): [string, Scale] => [`${prefix}FLOP/s`, scale('FLOP/s', power)]),
  ['PFLOP/s', scale('FLOP/s', 15)],
  ['FLOP/byte', scale('FLOP/byte', 0)],
  ['mW', scale('W', -3)],
  ['W', scale('W', 0)],
  ['kW', scale('W', 3)],
  ['degC', scale('degC', 0)],
  ['MHz', scale('MHz', 0)],
  ['GHz', scale('MHz', 3)],
  ['USD', scale('USD', 0)],
]

/** Every spelling that a line may use; case counts, as it tells bits from bytes. */
export const unitScales: ReadonlyMap<string, Scale> = new Map([...times, ...bytes, ...rates, ...others])

/** value of `printed` in its canonical unit, converted once; null for a spelling that is not known exactly as written. */
export const toCanonical = (value: number, printed: string): { unit: Unit; value: number } | null => {
  const by = unitScales.get(printed)
  const converted = by ? convert(String(value), by) : null
  return by && converted !== null ? { unit: by.unit, value: converted } : null
}
