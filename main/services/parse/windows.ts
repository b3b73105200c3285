import { headLength } from '../../../remote-scripts/_kit/detect'
import { cleanText, decodeText } from '../../../remote-scripts/_kit/text'
import type { FileSource } from '../../ports/file-source'

/** At most this many windows are looked at, spread over the file: a tool that follows another in one log is found as well. */
export const maxWindows = 32

/** From the first line that begins in it. */
const fromLine = (window: string): string => window.slice(window.indexOf('\n') + 1)

/** The head, then further windows; each begins at a line. */
export const windowsOf = (text: string): string[] => {
  if (text.length <= headLength) return [text]
  const step = Math.max(headLength, Math.floor(text.length / maxWindows))
  const windows: string[] = []
  for (let at = 0; at < text.length; at += step) {
    const start = at === 0 ? 0 : text.indexOf('\n', at) + 1
    if (start === 0 && at > 0) break
    windows.push(text.slice(start, start + headLength))
  }
  return windows
}

/** Windows of bytes that only come in order and whose length is not known: every other one is let go when there are too many. */
const passing = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> => {
  let windows: { at: number; parts: Uint8Array[]; length: number }[] = []
  let step = headLength
  let at = 0
  for await (const piece of pieces) {
    for (let begin = Math.ceil(at / step) * step; begin < at + piece.length; begin += step)
      windows.push({ at: begin, parts: [], length: 0 })
    for (const window of windows) {
      const wanted = headLength - window.length
      if (wanted === 0) continue
      // Copied: the piece's memory may be used again.
      const part = new Uint8Array(piece.subarray(Math.max(0, window.at - at), Math.max(0, window.at - at) + wanted))
      window.parts.push(part)
      window.length += part.length
    }
    at += piece.length
    while (windows.length > maxWindows) {
      step *= 2
      windows = windows.filter((window) => window.at % step === 0)
    }
  }
  return windows.map(({ parts }) => Buffer.concat(parts))
}

const sliced = async (source: FileSource, size: number): Promise<Uint8Array[]> => {
  const step = Math.max(headLength, Math.floor(size / maxWindows / 2) * 2)
  const windows = [await source.head(headLength)]
  for (let at = step; source.slice && at < size; at += step) windows.push(await source.slice(at, headLength))
  return windows
}

/** Windows of a file that is read in pieces, decoded and cleaned; a packed one is unpacked once for them. */
export const windowsOfSource = async (source: FileSource, encoding: string, signal?: AbortSignal): Promise<string[]> => {
  const windows = source.slice && source.size !== null ? await sliced(source, source.size) : await passing(source.pieces(signal))
  const text = (bytes: Uint8Array): string => cleanText(encoding === 'utf-8' ? decodeText(bytes) : new TextDecoder(encoding).decode(bytes))
  return windows.map((window, index) => (index === 0 ? text(window) : fromLine(text(window))))
}
