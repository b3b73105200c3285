import type { Unit } from '../../../preload/contract'

/** A unit as ncu prints it, in canonical terms: value x 10^power. */
export interface CounterUnit {
  unit: Unit
  power: number
  /** Printed as a share of a hundred. */
  isPercent: boolean
  /** A number of things without a prefix (`inst`, `byte`, nothing at all): fractions come from averages only. */
  isCount: boolean
}

const prefixes = new Map([
  ['n', -9],
  ['u', -6],
  ['µ', -6],
  ['m', -3],
  ['K', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
])

interface Word {
  name: string
  power: number
}

/** `usecond`, `ns`, `Kbyte`, `Ghz`, `Minst`: ncu's prefixes are decimal, and 1 Kbyte is 1000 bytes. */
const wordOf = (printed: string): Word | null => {
  // A binary prefix is no power of ten: better no figure than one of 1000.
  if (/^[KMGTP]i(?:byte|bit)/.test(printed)) return null
  const time = /^([numµ]?)(?:s|sec|second)$/.exec(printed)
  if (time) return { name: 'second', power: prefixes.get(time[1] ?? '') ?? 0 }
  const scaled = /^([KMGTP])([a-z_]{2,40})$/.exec(printed)
  if (scaled) return { name: scaled[2] ?? '', power: prefixes.get(scaled[1] ?? '') ?? 0 }
  return /^[A-Za-z_][\w .-]{0,40}$/.test(printed) ? { name: printed, power: 0 } : null
}

const found = (unit: Unit, power: number, isCount = false): CounterUnit => ({ unit, power, isPercent: false, isCount })

const rateOf = (above: Word, secondsPower: number): CounterUnit => {
  const power = above.power - secondsPower
  if (above.name === 'byte') return found('GB/s', power - 9)
  if (above.name === 'cycle') return found('MHz', power - 6)
  return found('1/s', power)
}

/** Null for what is no unit at all. Counts per something (`inst/cycle`, `byte/block`) keep the unit of what is counted. */
export const counterUnit = (printed: string): CounterUnit | null => {
  const text = printed.trim()
  if (text === '' || text === '1') return found('1', 0, true)
  if (text === '%') return { unit: '1', power: -2, isPercent: true, isCount: false }
  const [first = '', ...rest] = text.split('/')
  const above = wordOf(first)
  const below = rest.length === 0 ? null : wordOf(rest.join('/'))
  if (!above || (rest.length > 0 && !below)) return null
  if (below?.name === 'second') return rateOf(above, below.power)
  if (above.name === 'second') return found('us', above.power + 6)
  if (above.name === 'hz') return found('MHz', above.power - 6)
  const isCount = above.power === 0 && (below === null || below.name === 'block' || (above.name === 'register' && below.name === 'thread'))
  return found(above.name === 'byte' ? 'bytes' : '1', above.power, isCount)
}

const wholeNames =
  /^(?:Elapsed Cycles|Grid Size|Block Size|Threads|Registers Per Thread|Block Limit .{1,40}|# SMs|# TPCs|Stack Size|(?:Dynamic|Static|Driver) Shared Memory Per Block)$/
const wholeIds = /\.(?:sum|max|min)$|^launch__(?!waves|occupancy)/

/** Whether the counter can only be a whole number: a sum of events, a launch's size. */
export const isWholeCounter = (counter: string, unit: CounterUnit): boolean =>
  unit.isCount && (wholeIds.test(counter) || wholeNames.test(counter))
