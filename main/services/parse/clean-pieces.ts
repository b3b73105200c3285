import { cleanText, utf16Of } from '../../../remote-scripts/_kit/text'

/** Blocks are cleaned whole; one without a line end is cut here, which no tool's line reaches. */
const blockCharacters = 4 * 2 ** 20

/** How the bytes must be decoded before a parser sees them; null: they are plain already. */
export const disguiseOf = (head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null => {
  const wide = utf16Of(head)
  if (wide) return wide
  const text = new TextDecoder().decode(head)
  const plain = text.replaceAll('\r\n', '\n')
  return cleanText(plain) === plain ? null : 'utf-8'
}

/** Text in blocks of whole lines, cleaned as `cleanText` does. */
export async function* cleanBlocks(pieces: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  let waiting = ''
  for await (const piece of pieces) {
    waiting += decoder.decode(piece, { stream: true })
    const end = waiting.lastIndexOf('\n') + 1
    if (waiting.length < blockCharacters || end === 0) {
      if (waiting.length < 8 * blockCharacters) continue
      yield cleanText(waiting)
      waiting = ''
      continue
    }
    yield `${cleanText(waiting.slice(0, end - 1))}\n`
    waiting = waiting.slice(end)
  }
  waiting += decoder.decode()
  if (waiting !== '') yield cleanText(waiting)
}
