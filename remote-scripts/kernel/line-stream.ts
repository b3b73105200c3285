import type { ParseResult } from '../../preload/contract'
import type { StreamReader } from '../_kit/probe'

/** No line of a profiler is longer, kernel names of templates included; the rest of a longer one is left out. */
const maxLine = 2 ** 20
/** Decoded at once: strings this short are collected young, and memory stays flat. */
const stepBytes = 2 ** 15

export interface LineReader {
  /** `isLast`: the text ends within this line, without a line end. */
  line(text: string, isLast: boolean): void
  results(): ParseResult[]
}

/** Gives a text to its reader line by line, so that memory does not grow with the file. */
export const readLines = (reader: LineReader): StreamReader => {
  const decoder = new TextDecoder()
  let waiting = ''
  let isSkipping = false
  const take = (text: string): void => {
    const lines = (waiting + text).split('\n')
    waiting = lines.pop() ?? ''
    for (const line of lines) {
      if (!isSkipping) reader.line(line.endsWith('\r') ? line.slice(0, -1) : line, false)
      isSkipping = false
    }
    if (waiting.length <= maxLine) return
    waiting = ''
    isSkipping = true
  }
  return {
    push(piece) {
      for (let at = 0; at < piece.length; at += stepBytes) take(decoder.decode(piece.subarray(at, at + stepBytes), { stream: true }))
    },
    end() {
      take(decoder.decode())
      if (waiting !== '' && !isSkipping) reader.line(waiting, true)
      return reader.results()
    },
  }
}
