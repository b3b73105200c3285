import { scaleByTen } from '../../_kit/numbers'
import { stateOf } from '../launch-store'
import { dot, noMark, readFigure as readText, type Marks } from './figures'

/** What becomes of a cell. */
export const ignored = 0
export const counted = 1
export const kernelName = 2
export const identity = 3

const quoteByte = 34
const commaByte = 44
const zeroByte = 48
const newline = 10
const returnByte = 13
const blank = 32
const openingBracket = 40
const closingBracket = 41
/** Characters counted from `0`, as digits are. */
const dotDigit = 46 - zeroByte
const quoteDigit = quoteByte - zeroByte
const openDot = stateOf(dot)
const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

/** A field of the header: what it is, and for a counter its unit. Counters fill `values` in the order of their fields. */
export interface Field {
  kind: number
  power: number
  hasUnit: boolean
}

/**
 * Reads rows of a wide table from their bytes. Figures become numbers without a string in between; one that is not a few
 * digits with at most a point (thousands, exponents, other locales) is read as text. After `scan`, `values` and `states`
 * hold the counters by slot, and `starts` and `ends` where each kernel name or identity cell lies.
 */
export class RowScanner {
  readonly values: Float64Array
  readonly states: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Whether the row had figures whose mark is not decided. */
  hasOpen = false
  private readonly kinds: Uint8Array
  /** Values of figures of one digit, ten a slot: most cells of a report are `0`. */
  private readonly singles: Float64Array
  private readonly powers: Int32Array
  private readonly unitful: Uint8Array
  /** For the first field of a run of ignored ones that does not reach the end of the row: the field behind it. */
  private readonly runEnds: Int32Array
  private readonly runBytes = new Map<number, Buffer>()
  private readonly decoder = new TextDecoder()

  constructor(
    fields: readonly Field[],
    private readonly marks: Marks,
  ) {
    this.kinds = Uint8Array.from(fields, ({ kind }) => kind)
    this.powers = Int32Array.from(fields, ({ power }) => power)
    this.unitful = Uint8Array.from(fields, ({ hasUnit }) => Number(hasUnit))
    this.runEnds = runsOf(this.kinds)
    const counters = fields.filter(({ kind }) => kind === counted)
    this.singles = Float64Array.from({ length: counters.length * 10 }, (_, at) =>
      scaled(at % 10, counters[Math.floor(at / 10)]?.power ?? 0),
    )
    this.values = new Float64Array(counters.length)
    this.states = new Uint8Array(counters.length)
    this.starts = new Int32Array(fields.length)
    this.ends = new Int32Array(fields.length)
  }

  /**
   * Reads the row that begins at `start`; returns where its line end is, or -1 when it does not have exactly one cell per
   * field. `bytes[limit - 1]` is a line end. One loop: a call per cell would cost a third of the time.
   */
  scan(bytes: Uint8Array, start: number, limit: number): number {
    const { kinds, powers, unitful, values, states, singles } = this
    const last = kinds.length - 1
    let at = start
    let field = 0
    let slot = -1
    let points = 0
    let long = 0
    this.hasOpen = false
    for (; ; field += 1) {
      const kind = kinds[field] as number
      const isQuoted = bytes[at] === quoteByte
      const from = isQuoted ? at + 1 : at
      if (kind === counted) {
        slot += 1
        states[slot] = 1
        let digit = (bytes[from] as number) - zeroByte
        if (digit >>> 0 < 10 && bytes[from + 1] === quoteByte) {
          values[slot] = singles[slot * 10 + digit] as number
          at = from + 1
        } else {
          let figure = 0
          at = from
          while (digit >>> 0 < 10) {
            figure = (Math.imul(figure, 10) + digit) | 0
            digit = (bytes[++at] as number) - zeroByte
          }
          const wholes = at - from
          if (digit === dotDigit)
            while ((digit = (bytes[++at] as number) - zeroByte) >>> 0 < 10) figure = (Math.imul(figure, 10) + digit) | 0
          const decimals = Math.max(0, at - from - wholes - 1)
          const power = (powers[field] as number) - decimals
          if (!(isQuoted ? digit === quoteDigit : isEnd(digit)) || wholes === 0 || at - from > 9)
            at = this.readOther(bytes, from, limit, field, slot, isQuoted)
          else if (decimals === 3 && wholes < 4 && bytes[from] !== zeroByte) {
            // 12.717 may be twelve thousand: decided at the end of the file.
            values[slot] = figure
            states[slot] = openDot
            this.hasOpen = true
          } else {
            values[slot] = power < 0 ? figure / (powersOfTen[-power] as number) : figure * (powersOfTen[power] as number)
            points |= decimals
            if (wholes > 3 && decimals === 0) long |= unitful[field] as number
          }
        }
      } else if (kind === ignored && this.runEnds[field] !== 0 && (at = this.skipRun(bytes, at, limit, field)) >= 0) {
        field = (this.runEnds[field] as number) - 1
        continue
      } else {
        at = isQuoted ? closeOf(bytes, from, limit) : commaOf(bytes, from, limit)
        if (kind !== ignored) this.place(field, from, at)
      }
      if (isQuoted) at += 1
      if (field === last || bytes[at] !== commaByte) break
      at += 1
    }
    if (points !== 0) this.marks.sawDecimal(dot)
    if (long !== 0) this.marks.sawUngrouped()
    if (bytes[at] === returnByte) at += 1
    return field === last && at < limit && bytes[at] === newline ? at : -1
  }

  /** Where the cells after a run of ignored ones begin, when the run is, byte for byte, what it was in the row before; -1: read it. */
  private skipRun(bytes: Uint8Array, start: number, limit: number, field: number): number {
    const known = this.runBytes.get(field)
    if (known && start + known.length <= limit && isSame(known, bytes, start, known.length)) return start + known.length
    let at = start
    for (let index = field; index < (this.runEnds[field] as number); index += 1) {
      at = bytes[at] === quoteByte ? closeOf(bytes, at + 1, limit) + 1 : commaOf(bytes, at, limit)
      if (at >= limit || bytes[at] !== commaByte) return -1
      at += 1
    }
    this.runBytes.set(field, Buffer.from(bytes.subarray(start, at)))
    return at
  }

  private place(field: number, start: number, end: number): void {
    this.starts[field] = start
    this.ends[field] = end
  }

  /** A cell that is no short plain figure; returns where it ends. */
  private readOther(bytes: Uint8Array, start: number, limit: number, field: number, slot: number, isQuoted: boolean): number {
    const stop = isQuoted ? closeOf(bytes, start, limit) : commaOf(bytes, start, limit)
    this.states[slot] = 0
    const first = bytes[start] as number
    // Most cells that are no figures are words, and need no string to be told.
    const end = endOfTotal(bytes, start, stop)
    if (end <= start || end - start > 64 || (first > 57 && first < 128)) return stop
    const whole = wholeOf(bytes, start, end)
    if (whole >= 0) {
      this.values[slot] = scaled(whole, this.powers[field] as number)
      this.states[slot] = 1
      if (this.unitful[field] === 1) this.marks.sawUngrouped()
      return stop
    }
    const figure = readText(this.decoder.decode(bytes.subarray(start, end)), this.marks, this.unitful[field] === 1)
    const value = figure ? (figure.mark === noMark ? scaleByTen(figure.token, this.powers[field] as number) : Number(figure.token)) : null
    if (!figure || value === null) return stop
    this.values[slot] = value
    this.states[slot] = stateOf(figure.mark)
    this.hasOpen ||= figure.mark !== noMark
    return stop
  }
}

/** figure x 10^power, rounded once. */
const scaled = (figure: number, power: number): number =>
  power < 0 ? figure / (powersOfTen[-power] as number) : figure * (powersOfTen[power] as number)

/** A whole number of 10 to 15 digits, which a double holds exactly; -1: the cell is something else. */
const wholeOf = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start > 15) return -1
  let value = 0
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] as number) - zeroByte
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** `1,024 (1: 512; 2: 512)`, of --print-metric-instances: where the figure of all instances together ends. */
const endOfTotal = (bytes: Uint8Array, start: number, stop: number): number => {
  if (bytes[stop - 1] !== closingBracket) return stop
  for (let at = start + 1; at < Math.min(stop - 1, start + 64); at += 1)
    if (bytes[at] === blank && bytes[at + 1] === openingBracket) return at
  return stop
}

/** A comma, a line feed, a carriage return; as a digit. */
const isEnd = (digit: number): boolean => digit === commaByte - zeroByte || digit === newline - zeroByte || digit === returnByte - zeroByte

const runsOf = (kinds: Uint8Array): Int32Array => {
  const ends = new Int32Array(kinds.length)
  for (let field = 0; field < kinds.length;) {
    let end = field
    while (end < kinds.length && kinds[end] === ignored) end += 1
    if (end - field > 3 && end < kinds.length) ends[field] = end
    field = Math.max(end, field + 1)
  }
  return ends
}

/** The quote that closes a cell; `limit` when none does. */
const closeOf = (bytes: Uint8Array, start: number, limit: number): number => {
  let at = start
  for (;;) {
    while (at < limit && bytes[at] !== quoteByte) at += 1
    if (at + 1 >= limit || bytes[at + 1] !== quoteByte) return at
    at += 2
  }
}

/** Where a cell without quotes ends. */
const commaOf = (bytes: Uint8Array, start: number, limit: number): number => {
  let at = start
  while (at < limit && bytes[at] !== commaByte && bytes[at] !== newline && bytes[at] !== returnByte) at += 1
  return at
}

/** Whether `length` bytes from `start` are the known ones. */
export const isSame = (known: Buffer, bytes: Uint8Array, start: number, length: number): boolean => {
  if (known.length !== length) return false
  // A call out of the language costs as much as fifty bytes compared here.
  if (length > 50) return known.compare(bytes, start, start + length) === 0
  for (let at = 0; at < length; at += 1) if (known[at] !== bytes[start + at]) return false
  return true
}
