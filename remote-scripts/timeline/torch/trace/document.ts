import {
  closeBracket,
  closeBrace,
  colon,
  comma,
  endOfString,
  openBrace,
  openBracket,
  quoteByte,
  skipBlanks,
  skipValue,
  textOf,
} from './bytes'
import { EventScan } from './event'
import { Passing } from './passing'
import { ByteWindow } from './window'

/** No event and no member that is kept is longer; what is, is passed over without being held. */
const maxHeld = 4 * 2 ** 20
const wakeBytes = 65_536

/** Receives what is in a trace, in order. Bytes and positions are valid only during the call. */
export interface TraceVisitor {
  event(bytes: Uint8Array, scan: EventScan): void
  /** A member of the document besides the events, as JSON text. */
  member(key: string, json: string): void
  /** Something that is no event, or an event that is broken: a quote of it; `scan` holds what could be read of it, null when nothing. */
  damage(quote: string, position: number, bytes: Uint8Array, scan: EventScan | null): void
}

type State = 'seek' | 'members' | 'events' | 'passing' | 'lost' | 'done'

/** What an event opens with; found again behind damage. */
const eventKeys = ['ph', 'cat', 'name', 'pid', 'tid', 'ts', 'dur', 'args', 'id', 's'].map((key) => `${key}"`)
const isEventKey = (bytes: Uint8Array, from: number): boolean => {
  const text = textOf(bytes, from, from + 5)
  return eventKeys.some((key) => text.startsWith(key))
}

/**
 * One pass over a chrome trace that comes in pieces: an object whose `traceEvents` is a list of events, or the list
 * alone. Only the part that is being read is held.
 */
export class TraceDocument {
  #state: State = 'seek'
  /** Where `passing` goes on. */
  #after: 'members' | 'events' = 'members'
  #isList = false
  #wake = wakeBytes
  #isLast = false
  readonly #window = new ByteWindow()
  readonly #scan = new EventScan()
  readonly #passing = new Passing()

  constructor(
    private readonly visitor: TraceVisitor,
    private readonly wanted: ReadonlySet<string>,
  ) {}

  push(piece: Uint8Array): void {
    for (let from = 0; from < piece.length && this.#state !== 'done';) {
      from += this.#window.take(piece, from)
      if (this.#window.left >= this.#wake) this.#run()
    }
  }

  /** Reads what is left; whether the document was whole. */
  end(): boolean {
    this.#isLast = true
    this.#run()
    return this.#state === 'done'
  }

  #run(): void {
    while (this.#state !== 'done' && this.#step());
    if (this.#window.left > 3 * maxHeld) {
      // Blanks without end, or a key: nothing that a trace has is so long.
      if (this.#state !== 'seek') this.#stopAt(this.#window.at, this.#window.end - 1, null)
      this.#window.at = this.#window.end
    }
    // What is waiting is looked at again when it has doubled: small pieces cost no more than large ones.
    this.#wake = 2 * this.#window.left + wakeBytes
  }

  /** One part of the document; false when more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case 'seek':
        return this.#seek()
      case 'members':
        return this.#member()
      case 'events':
        return this.#events()
      case 'passing':
        return this.#pass()
      case 'lost':
        return this.#find()
      case 'done':
        return false
    }
  }

  /** A brace or bracket at the beginning of a line that opens JSON; lines of a log may precede it. */
  #seek(): boolean {
    const window = this.#window
    const { bytes, end } = window
    for (let at = window.at; at < end; at += 1) {
      const isStart = (bytes[at] === openBrace || bytes[at] === openBracket) && (at === 0 || bytes[at - 1] === 10 || bytes[at - 1] === 32)
      if (!isStart) continue
      const next = skipBlanks(bytes, at + 1)
      if (next >= end && !this.#isLast) {
        window.at = at
        return false
      }
      this.#isList = bytes[at] === openBracket
      if (bytes[next] !== (this.#isList ? openBrace : quoteByte)) continue
      this.#state = this.#isList ? 'events' : 'members'
      window.at = next
      return true
    }
    window.at = end
    return false
  }

  #member(): boolean {
    const window = this.#window
    const { bytes } = window
    let at = skipBlanks(bytes, window.at)
    if (bytes[at] === comma) at = skipBlanks(bytes, at + 1)
    if (bytes[at] === closeBrace) {
      this.#state = 'done'
      return false
    }
    if (bytes[at] !== quoteByte) return this.#stopAt(at, at, null)
    const close = endOfString(bytes, at + 1)
    if (close < 0) return this.#stopAt(at, ~close, null)
    let value = skipBlanks(bytes, close + 1)
    if (bytes[value] !== colon) return this.#stopAt(at, value, null)
    value = skipBlanks(bytes, value + 1)
    if (value >= window.end) return this.#stopAt(at, value, null)
    const key = textOf(bytes, at + 1, Math.min(close, at + 100))
    if (key === 'traceEvents' && bytes[value] === openBracket) {
      window.at = value + 1
      this.#state = 'events'
      return true
    }
    if (!this.wanted.has(key)) return this.#passFrom(value, 'members')
    const next = skipValue(bytes, value)
    if (next < 0) return ~next - at > maxHeld ? this.#passFrom(value, 'members') : this.#stopAt(at, ~next, null)
    this.visitor.member(key, textOf(bytes, value, next))
    window.at = next
    return true
  }

  #events(): boolean {
    const window = this.#window
    const { bytes } = window
    const scan = this.#scan
    let at = window.at
    for (;;) {
      at = skipBlanks(bytes, at)
      if (bytes[at] === comma) at = skipBlanks(bytes, at + 1)
      if (bytes[at] !== openBrace) break
      const next = scan.read(bytes, at)
      if (next < 0) return this.#brokenEvent(at, ~next)
      // Whether such a one fits depends on where pieces end; the answer must not.
      if (next - at > maxHeld) this.#report(at, scan)
      else this.visitor.event(bytes, scan)
      at = next
    }
    if (bytes[at] !== closeBracket) return this.#stopAt(at, at, null)
    window.at = at + 1
    this.#state = this.#isList ? 'done' : 'members'
    return true
  }

  #brokenEvent(from: number, at: number): boolean {
    const isTooLong = at >= this.#window.end && at - from > maxHeld
    if (!isTooLong) return this.#stopAt(from, at, this.#scan)
    this.#report(from, this.#scan)
    return this.#passFrom(from, 'events')
  }

  /** Either the bytes end at `at`, or what stands there does not belong there. */
  #stopAt(from: number, at: number, scan: EventScan | null): boolean {
    this.#window.at = from
    if (at >= this.#window.end) return false
    this.#report(from, scan)
    this.#window.at = Math.max(at, from + 1)
    this.#state = 'lost'
    return true
  }

  #report(from: number, scan: EventScan | null): void {
    const { bytes, before, end } = this.#window
    this.visitor.damage(textOf(bytes, from, Math.min(end, from + 200)), before + from, bytes, scan)
  }

  #passFrom(value: number, after: 'members' | 'events'): boolean {
    this.#window.at = value
    this.#passing.begin()
    this.#after = after
    this.#state = 'passing'
    return true
  }

  #pass(): boolean {
    const window = this.#window
    window.at = this.#passing.go(window.bytes, window.at, window.end)
    if (!this.#passing.isDone) return false
    this.#state = this.#after
    return true
  }

  /** Behind damage: the next brace that opens an event. */
  #find(): boolean {
    const window = this.#window
    const { bytes, end } = window
    for (let at = window.at; at < end; at += 1) {
      if (bytes[at] !== openBrace) continue
      const key = skipBlanks(bytes, at + 1)
      if (key + 8 >= end && !this.#isLast && at + 4096 > end) {
        window.at = at
        return false
      }
      if (bytes[key] !== quoteByte || !isEventKey(bytes, key + 1)) continue
      window.at = at
      this.#state = 'events'
      return true
    }
    window.at = end
    return false
  }
}
