import { maxSecretLead, maxSecretLength, secretSpans } from '../../../remote-scripts/_kit/secrets'

const star = 0x2a
/** Text in two bytes per character: four letters in a row, each beside a zero byte. */
const wideText = /(?:[a-z]\0){4}/i
/** Byte of a character, and of its zero half, within a pair that begins at an even or an odd place: UTF-16, either order. */
const wideViews = [
  { low: 0, high: 1 },
  { low: 1, high: 2 },
  { low: 1, high: 0 },
  { low: 2, high: 1 },
]

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** The characters of one view, one byte each; what is no Latin character becomes a control character, which ends a word. */
const narrowed = (bytes: Uint8Array, low: number, high: number): Uint8Array => {
  const length = Math.max(0, Math.ceil((bytes.length - Math.max(low, high)) / 2))
  const narrow = new Uint8Array(length)
  for (let index = 0, at = 0; index < length; index += 1, at += 2) narrow[index] = bytes[at + high] ? 1 : (bytes[at + low] ?? 0)
  return narrow
}

/** Overwrites what `secretSpans` finds of marks in `from <= mark < to`; the number of secrets. */
const maskMarks = (bytes: Uint8Array, from: number, to: number): number => {
  const text = latin1(bytes)
  const spans = secretSpans(text, from, to)
  for (const { start, end } of spans) bytes.fill(star, start, end)
  let found = spans.length
  if (!bytes.includes(0) || !wideText.test(text)) return found
  for (const { low, high } of wideViews) {
    const wide = secretSpans(latin1(narrowed(bytes, low, high)), Math.max(0, Math.ceil((from - low) / 2)), Math.ceil((to - low) / 2))
    for (const { start, end } of wide) for (let index = start; index < end; index += 1) bytes[2 * index + low] = star
    found += wide.length
  }
  return found
}

/**
 * Overwrites every secret in place by as many `*`, so that offsets, lengths and line ends stay as they are: text in UTF-8,
 * UTF-16 or one-byte alphabets, also between other bytes. Returns how many there were.
 */
export const maskSecrets = (bytes: Uint8Array): number => maskMarks(bytes, 0, bytes.length)

/** Bytes that must be seen together: a secret in UTF-16 with its name. */
const overlap = 2 * (maxSecretLength + maxSecretLead)
/** What lies before a mark and belongs to its name, already handed out. Even, so that views of UTF-16 keep their place. */
const context = 2 * maxSecretLead

/** `maskSecrets` of a file that comes in pieces; a secret that two pieces share is found as well. */
export class Masker {
  /** Secrets overwritten so far. */
  secrets = 0
  private held = new Uint8Array(0)
  /** Bytes of `held` that were handed out already. */
  private given = 0

  /** Bytes that are safe now, in order; at most 33 KiB are held back. */
  push(piece: Uint8Array): Uint8Array {
    const all = new Uint8Array(this.held.length + piece.length)
    all.set(this.held)
    all.set(piece, this.held.length)
    return this.release(all, Math.max(this.given, (all.length - overlap) & ~1))
  }

  end(): Uint8Array {
    return this.release(this.held, this.held.length)
  }

  private release(all: Uint8Array, safe: number): Uint8Array {
    if (safe > this.given) this.secrets += maskMarks(all, this.given, safe)
    const out = all.slice(this.given, safe)
    const kept = Math.max(0, (safe - context) & ~1)
    this.held = all.slice(kept)
    this.given = safe - kept
    return out
  }
}
