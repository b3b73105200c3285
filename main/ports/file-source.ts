/** A file that is read, wherever it lies; opened again for each pass. */
export interface FileSource {
  name: string
  /** Bytes as they lie there; null: not known before the end (unpacked on the way). */
  size: number | null
  /** Where it lies on this machine; null: in memory. */
  path: string | null
  /** The first bytes, at most `length`. */
  head(length: number): Promise<Uint8Array>
  /** Up to `length` bytes from `offset`; null when the source can only be read from its beginning. */
  slice: ((offset: number, length: number) => Promise<Uint8Array>) | null
  /** With `reuse` the next piece may overwrite the one before: for who does not keep them, memory then does not pile up. */
  pieces(signal?: AbortSignal, reuse?: 'reuse'): AsyncIterable<Uint8Array>
}
