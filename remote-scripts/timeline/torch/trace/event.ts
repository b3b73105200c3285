import { closeBrace, colon, comma, endOfString, openBrace, quoteByte, skipBlanks, skipContainer, skipValue } from './bytes'

const [a, c, d, e, g, h, i, m, n, p, r, s, t, u] = [...'acdeghimnprstu'].map((letter) => letter.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/** Places of an event's members in the bytes that were read; 0: it has none. Of a string the place behind its quote. */
export class EventScan {
  /** The phase's letter. */
  phase = 0
  category = 0
  categoryEnd = 0
  name = 0
  nameEnd = 0
  pid = 0
  tid = 0
  ts = 0
  dur = 0
  args = 0
  /** Where the event begins, and where it ends or the reading of it stopped. */
  start = 0
  end = 0

  /**
   * Reads the event whose brace opens at `from`, and comes back with the position behind it, or the complement of the
   * position of what does not belong there. Members other than these are passed over.
   */
  read(bytes: Uint8Array, from: number): number {
    this.start = from
    const next = this.#members(bytes, from)
    this.end = next < 0 ? ~next : next
    return next
  }

  #members(bytes: Uint8Array, from: number): number {
    this.phase = this.category = this.categoryEnd = this.name = this.nameEnd = 0
    this.pid = this.tid = this.ts = this.dur = this.args = 0
    let at = skipBlanks(bytes, from + 1)
    if (bytes[at] === closeBrace) return at + 1
    for (;;) {
      if (bytes[at] !== quoteByte) return ~at
      at = this.#member(bytes, at + 1)
      if (at < 0) return at
      at = skipBlanks(bytes, at)
      if (bytes[at] === closeBrace) return at + 1
      if (bytes[at] !== comma) return ~at
      at = skipBlanks(bytes, at + 1)
    }
  }

  /** From behind the quote of the key to behind the value. */
  #member(bytes: Uint8Array, key: number): number {
    const length = lengthOfKnown(bytes, key)
    let at = key + length
    if (length === 0) {
      at = endOfString(bytes, key)
      if (at < 0) return at
    }
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] !== colon) return ~at
    at = skipBlanks(bytes, at + 1)
    return length === 0 ? skipValue(bytes, at) : this.#known(bytes, key, at)
  }

  #known(bytes: Uint8Array, key: number, value: number): number {
    const first = bytes[key]
    const isText = bytes[value] === quoteByte
    if (first === n || first === c) {
      if (!isText) return skipValue(bytes, value)
      const close = endOfString(bytes, value + 1)
      if (close < 0) return close
      if (first === n) {
        this.name = value + 1
        this.nameEnd = close
      } else {
        this.category = value + 1
        this.categoryEnd = close
      }
      return close + 1
    }
    if (first === a) {
      if (bytes[value] !== openBrace) return skipValue(bytes, value)
      this.args = value
      return skipContainer(bytes, value)
    }
    if (first === d) this.dur = value
    else if (first === t) {
      if (bytes[key + 1] === s) this.ts = value
      else this.tid = value
    } else if (bytes[key + 1] === i) this.pid = value
    else if (isText) this.phase = bytes[value + 1] as number
    return skipValue(bytes, value)
  }
}

/** Length of the key when it is one of those that are kept, else 0. */
const lengthOfKnown = (bytes: Uint8Array, key: number): number => {
  const second = bytes[key + 1]
  switch (bytes[key] as number) {
    case p:
      if (second === h) return bytes[key + 2] === quoteByte ? 2 : 0
      return second === i && bytes[key + 2] === d && bytes[key + 3] === quoteByte ? 3 : 0
    case t:
      if (second === s) return bytes[key + 2] === quoteByte ? 2 : 0
      return second === i && bytes[key + 2] === d && bytes[key + 3] === quoteByte ? 3 : 0
    case c:
      return second === a && bytes[key + 2] === t && bytes[key + 3] === quoteByte ? 3 : 0
    case d:
      return second === u && bytes[key + 2] === r && bytes[key + 3] === quoteByte ? 3 : 0
    case n:
      return second === a && bytes[key + 2] === m && bytes[key + 3] === e && bytes[key + 4] === quoteByte ? 4 : 0
    case a:
      return second === r && bytes[key + 2] === g && bytes[key + 3] === s && bytes[key + 4] === quoteByte ? 4 : 0
    default:
      return 0
  }
}
