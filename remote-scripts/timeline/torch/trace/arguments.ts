import { colon, comma, endOfString, numberAt, quoteByte, skipBlanks, skipValue, stringOf } from './bytes'

const encoder = new TextEncoder()
const wanted = ['device', 'bytes', 'Collective name', 'Process Group Name', 'Seq'].map((name) => encoder.encode(`${name}"`))
/** By length: no two are equally long. */
const byLength = Array.from({ length: 32 }, (_, length) => wanted.findIndex((key) => key.length === length))

const keyAt = (bytes: Uint8Array, from: number, close: number): number => {
  const index = byLength[close + 1 - from] ?? -1
  const key = wanted[index]
  if (key === undefined) return -1
  for (let at = 0; at < key.length; at += 1) if (key[at] !== bytes[from + at]) return -1
  return index
}

/** What the arguments of a GPU event say; NaN and null: nothing. */
export interface GpuArguments {
  device: number
  bytes: number
  collective: string | null
  group: string | null
  sequence: string | null
}

const shortText = (bytes: Uint8Array, value: number, end: number): string | null => {
  const isText = bytes[value] === quoteByte
  const text = isText ? stringOf(bytes, value + 1, end - 1) : stringOf(bytes, value, end)
  return text.length > 0 && text.length <= 80 ? text.replace(/\s+/g, '_') : null
}

/**
 * Reads the object that opens at `from` (0: there is none); it was walked over before, so it ends within the bytes.
 * With `deviceOnly` it stops at the device: of most kernels nothing else is asked for.
 */
export const readArguments = (bytes: Uint8Array, from: number, into: GpuArguments, deviceOnly: boolean): void => {
  into.device = into.bytes = NaN
  into.collective = into.group = into.sequence = null
  if (from === 0) return
  let at = skipBlanks(bytes, from + 1)
  while (bytes[at] === quoteByte) {
    const close = endOfString(bytes, at + 1)
    if (close < 0) return
    const sign = skipBlanks(bytes, close + 1)
    if (bytes[sign] !== colon) return
    const value = skipBlanks(bytes, sign + 1)
    const end = skipValue(bytes, value)
    if (end < 0) return
    const key = keyAt(bytes, at + 1, close)
    if (key === 0) {
      into.device = numberAt(bytes, value)
      if (deviceOnly) return
    } else if (key === 1) into.bytes = numberAt(bytes, value)
    else if (key === 2) into.collective = shortText(bytes, value, end)
    else if (key === 3) into.group = shortText(bytes, value, end)
    else if (key === 4) into.sequence = shortText(bytes, value, end)
    at = skipBlanks(bytes, end)
    if (bytes[at] !== comma) return
    at = skipBlanks(bytes, at + 1)
  }
}
