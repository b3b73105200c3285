import { closeBrace, closeBracket, openBrace, openBracket, quoteByte } from './bytes'

const backslash = 0x5c
const endsWord = new Set([0x2c, 0x7d, 0x5d, 0x20, 0x0a, 0x0d, 0x09])

/** Passes over one value of any length without holding it; may stop and go on between any two bytes. */
export class Passing {
  isDone = false
  #depth = 0
  #isText = false
  #isEscaped = false

  begin(): void {
    this.#depth = 0
    this.isDone = this.#isText = this.#isEscaped = false
  }

  /** From `from` up to `end`, or to behind the value. */
  go(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number
      if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (byte === backslash) this.#isEscaped = true
        else if (byte === quoteByte) this.#isText = false
        if (this.#isText || this.#depth > 0) continue
        this.isDone = true
        return at + 1
      }
      if (byte === quoteByte) this.#isText = true
      else if (byte === openBrace || byte === openBracket) this.#depth += 1
      else if (this.#depth === 0 && endsWord.has(byte)) {
        this.isDone = true
        return at
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1
        if (this.#depth > 0) continue
        this.isDone = true
        return at + 1
      }
    }
    return end
  }
}
