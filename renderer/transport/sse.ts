export interface ServerSentEvent {
  event: string
  data: string
}

/** Longest unfinished event kept, characters; a server that never ends a line cannot fill the memory. */
export const maxBufferedChars = 8 * 1024 * 1024

/**
 * Incremental parser of a text/event-stream: feed chunks as they come, complete events go to `onEvent`.
 * Follows the WHATWG rules for `event`, `data`, comments and the three line ends. Throws RangeError past `maxBufferedChars`.
 */
export const createSseParser = (onEvent: (event: ServerSentEvent) => void): ((chunk: string) => void) => {
  let buffer = ''
  let name = ''
  let data: string[] = []

  const dispatch = (): void => {
    if (data.length > 0) onEvent({ event: name === '' ? 'message' : name, data: data.join('\n') })
    name = ''
    data = []
  }

  const readLine = (line: string): void => {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }

  return (chunk) => {
    buffer += chunk
    for (;;) {
      const end = /\r\n|\n|\r(?=[\s\S])/.exec(buffer)
      if (!end) break
      readLine(buffer.slice(0, end.index))
      buffer = buffer.slice(end.index + end[0].length)
    }
    if (buffer.length > maxBufferedChars) throw new RangeError('An event of the stream is larger than the limit.')
  }
}
