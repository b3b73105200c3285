import { beforeAll, describe, expect, it } from 'vitest'
import { maxPieceBytes } from '../../../preload/contract/imports'
import { sendAll, type Outgoing, type SendOptions } from './sender'

beforeAll(() => {
  // What a browser has and Node has not.
  class BlobReader {
    result: string | null = null
    error: unknown = null
    onload: (() => void) | null = null
    onerror: (() => void) | null = null
    readAsDataURL(blob: Blob): void {
      blob.arrayBuffer().then(
        (bytes) => {
          this.result = `data:;base64,${Buffer.from(bytes).toString('base64')}`
          this.onload?.()
        },
        (error: unknown) => {
          this.error = error
          this.onerror?.()
        },
      )
    }
  }
  Object.assign(globalThis, { FileReader: BlobReader })
})

const outgoing = (path: string, bytes: number | string): Outgoing => ({
  path,
  file: new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes).fill(7)], path),
  sent: 0,
})

/** A core that keeps what comes, as the real one does, and says no when `fails` says so. */
const core = (fails: () => boolean = () => false) => {
  const files = new Map<string, { bytes: number; whole: boolean }>()
  const seen = { messages: 0, most: 0, underWay: 0, sent: 0, files: 0, unreadable: [] as string[] }
  const message = async (keep: () => void): Promise<void> => {
    seen.messages += 1
    seen.underWay += 1
    seen.most = Math.max(seen.most, seen.underWay)
    await new Promise((done) => setTimeout(done, 1))
    seen.underWay -= 1
    if (fails()) throw new Error('disk full')
    keep()
  }
  const size = (base64: string): number => Buffer.from(base64, 'base64').length
  const options: SendOptions = {
    signal: new AbortController().signal,
    add: ({ path, offset, base64, last }) =>
      message(() => {
        expect(offset).toBe(files.get(path)?.bytes ?? 0)
        expect(size(base64)).toBeLessThanOrEqual(maxPieceBytes)
        files.set(path, { bytes: offset + size(base64), whole: last })
      }),
    addSmall: ({ files: some }) =>
      message(() => {
        for (const { path, base64 } of some) files.set(path, { bytes: size(base64), whole: true })
      }),
    onSent: (bytes, count) => {
      seen.sent += bytes
      seen.files += count
    },
    onUnreadable: (path) => seen.unreadable.push(path),
  }
  return { files, seen, options }
}

describe('sending files to the core', () => {
  it('sends large files in pieces and small ones together, two messages at a time', async () => {
    const { files, seen, options } = core()
    const small = Array.from({ length: 500 }, (_, number) => outgoing(`small-${number}`, 'x'.repeat(number)))
    const queue = [outgoing('empty', ''), outgoing('large', 2.5 * maxPieceBytes), ...small, outgoing('exact', maxPieceBytes)]
    const bytes = queue.reduce((sum, { file }) => sum + file.size, 0)
    await sendAll(queue, options)
    expect(files.size).toBe(503)
    expect([...files.values()].every(({ whole }) => whole)).toBe(true)
    expect(files.get('large')?.bytes).toBe(2.5 * maxPieceBytes)
    expect(seen).toMatchObject({ sent: bytes, files: 503, most: 2 })
    expect(seen.messages).toBeLessThan(12)
    expect(queue).toEqual([])
  })

  it('goes on where it stopped after a failure', async () => {
    let left = 3
    const { files, seen, options } = core(() => (left -= 1) === 0)
    const queue = [outgoing('large', 4 * maxPieceBytes), outgoing('a', 'a'), outgoing('b', 'b')]
    await expect(sendAll(queue, options)).rejects.toThrow('disk full')
    expect(queue.length).toBeGreaterThan(0)
    await sendAll(queue, options)
    expect(files.get('large')).toEqual({ bytes: 4 * maxPieceBytes, whole: true })
    expect(seen).toMatchObject({ files: 3, sent: 4 * maxPieceBytes + 2 })
  })

  it('names what cannot be read, and sends the rest', async () => {
    const { files, seen, options } = core()
    const gone = outgoing('gone', 'x')
    Object.assign(gone.file, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) })
    await sendAll([gone, outgoing('here', 'y')], options)
    expect(seen.unreadable).toEqual(['gone'])
    expect([...files.keys()]).toEqual(['here'])
  })

  it('stops when told to, and keeps what is left', async () => {
    const stop = new AbortController()
    const { options } = core()
    const queue = [outgoing('large', 8 * maxPieceBytes), outgoing('small', 'x')]
    const stopped = expect(sendAll(queue, { ...options, signal: stop.signal, onSent: () => stop.abort() })).rejects.toThrow(/abort/i)
    await stopped
    expect(queue.map(({ path }) => path)).toContain('large')
  })
})
