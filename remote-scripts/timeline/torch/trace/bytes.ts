/**
 * Walking over JSON as bytes. Every walk stops at a zero byte, which the caller puts behind the last byte that it has, so
 * no walk looks at a length. A position comes back; where the text is not as expected, the complement (`~`) of the
 * position of the offending byte: it is negative, and equals `~end` when only more bytes are missing.
 */

export const quoteByte = 0x22
export const comma = 0x2c
export const colon = 0x3a
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d
const backslash = 0x5c
const point = 0x2e

const tableOf = (isStop: (byte: number) => boolean): Uint8Array => Uint8Array.from({ length: 256 }, (_, byte) => (isStop(byte) ? 1 : 0))

/** A line end within a string is no JSON: a quote is missing, and what follows is read again as structure. */
const endsRun = tableOf((byte) => byte === quoteByte || byte === backslash || byte === 0 || byte === 0x0a || byte === 0x0d)
const isStructure = tableOf((byte) => byte === 0 || '"{}[]'.includes(String.fromCharCode(byte)))
const isBlank = tableOf((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
const isWord = tableOf((byte) => /[\w.+-]/.test(String.fromCharCode(byte)))

/** Past blanks and line ends. */
export const skipBlanks = (bytes: Uint8Array, from: number): number => {
  let at = from
  while (isBlank[bytes[at] as number] === 1) at += 1
  return at
}

/** From behind an opening quote to the closing one. */
export const endOfString = (bytes: Uint8Array, from: number): number => {
  let at = from
  for (;;) {
    while (endsRun[bytes[at] as number] === 0) at += 1
    const stop = bytes[at]
    if (stop === quoteByte) return at
    if (stop !== backslash) return ~at
    if (bytes[at + 1] === 0) return ~(at + 1)
    at += 2
  }
}

/** From an opening brace or bracket to behind the one that closes it. */
export const skipContainer = (bytes: Uint8Array, from: number): number => {
  let at = from + 1
  for (let depth = 1; ;) {
    while (isStructure[bytes[at] as number] === 0) at += 1
    const stop = bytes[at] as number
    if (stop === quoteByte) {
      at = endOfString(bytes, at + 1)
      if (at < 0) return at
    } else if (stop === closeBrace || stop === closeBracket) {
      depth -= 1
      // ASCII has each closing sign two behind its opening one.
      if (depth === 0) return stop === (bytes[from] as number) + 2 ? at + 1 : ~at
    } else if (stop === 0) return ~at
    else depth += 1
    at += 1
  }
}

/** From the first byte of any value to behind it. */
export const skipValue = (bytes: Uint8Array, from: number): number => {
  const first = bytes[from] as number
  if (first === quoteByte) {
    const close = endOfString(bytes, from + 1)
    return close < 0 ? close : close + 1
  }
  if (first === openBrace || first === openBracket) return skipContainer(bytes, from)
  let at = from
  while (isWord[bytes[at] as number] === 1) at += 1
  return at === from || bytes[at] === 0 ? ~at : at
}

const decoder = new TextDecoder()
const maxNumber = 40

/** Bytes as text; escapes as they stand. */
export const textOf = (bytes: Uint8Array, from: number, to: number): string => decoder.decode(bytes.subarray(from, to))

const escapesOf: Record<string, string> = { n: ' ', t: ' ', r: ' ', b: '', f: '' }

/** A JSON string's content as text, its escapes resolved; never throws. */
export const stringOf = (bytes: Uint8Array, from: number, to: number): string =>
  textOf(bytes, from, to).replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, sign: string | undefined) =>
    code === undefined ? (escapesOf[sign ?? ''] ?? sign ?? '') : String.fromCharCode(parseInt(code, 16)),
  )

const decimal = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/

const readSlowly = (bytes: Uint8Array, start: number, base: number): number => {
  let end = start
  while (end - start < maxNumber && isWord[bytes[end] as number] === 1) end += 1
  const text = textOf(bytes, start, end)
  return decimal.test(text) ? (Number(text) - base) * 1000 : NaN
}

/**
 * Microseconds as printed, in nanoseconds beyond `base` (whole microseconds). The whole part is read for itself: today's
 * date in microseconds with three decimals does not fit a double. NaN when it is no number.
 */
export const nanosecondsAt = (bytes: Uint8Array, from: number, base: number): number => {
  const start = bytes[from] === quoteByte ? from + 1 : from
  let at = start
  let whole = 0
  for (let digit = (bytes[at] as number) - 48; digit >= 0 && digit <= 9; digit = (bytes[at] as number) - 48) {
    whole = whole * 10 + digit
    at += 1
  }
  if (at === start || at - start > 18) return readSlowly(bytes, start, base)
  let fraction = 0
  let scale = 1000
  if (bytes[at] === point) {
    at += 1
    const first = at
    for (let digit = (bytes[at] as number) - 48; digit >= 0 && digit <= 9; digit = (bytes[at] as number) - 48) {
      if (at - first < 15) {
        fraction = fraction * 10 + digit
        scale /= 10
      }
      at += 1
    }
  }
  if (isWord[bytes[at] as number] === 1) return readSlowly(bytes, start, base)
  return (whole - base) * 1000 + fraction * scale
}

/** A whole or decimal number, also in quotes; NaN when it is none. */
export const numberAt = (bytes: Uint8Array, from: number): number => nanosecondsAt(bytes, from, 0) / 1000
