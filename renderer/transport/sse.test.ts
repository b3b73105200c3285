import { describe, expect, it } from 'vitest'
import { createSseParser, maxBufferedChars, type ServerSentEvent } from './sse'

const parsed = (chunks: string[]): ServerSentEvent[] => {
  const events: ServerSentEvent[] = []
  const feed = createSseParser((event) => events.push(event))
  for (const chunk of chunks) feed(chunk)
  return events
}

const stream = ': hi\n\nevent: run.changed\ndata: {"id":"r1"}\n\nevent: hosts.changed\r\ndata: {}\r\n\r\ndata: a\ndata:  b\n\n'
const expected = [
  { event: 'run.changed', data: '{"id":"r1"}' },
  { event: 'hosts.changed', data: '{}' },
  { event: 'message', data: 'a\n b' },
]

describe('createSseParser', () => {
  it('reads events, comments, both line ends and several data lines', () => {
    expect(parsed([stream])).toEqual(expected)
  })

  it('gives the same events however the stream is cut', () => {
    for (let size = 1; size < stream.length; size += 1) {
      const chunks = stream.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
      expect(parsed(chunks), `chunks of ${size}`).toEqual(expected)
    }
  })

  it('keeps an unfinished event back', () => {
    expect(parsed(['event: run.log\ndata: {"text":"x"}\n'])).toEqual([])
  })

  it('refuses a line without end instead of filling the memory', () => {
    expect(() => parsed(['data: ', 'x'.repeat(maxBufferedChars)])).toThrow(RangeError)
  })
})
