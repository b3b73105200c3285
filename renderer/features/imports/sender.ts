import type { Input } from '../../../preload/contract/api'
import { maxPieceBytes } from '../../../preload/contract/imports'

/** A file on its way, and how many of its bytes have arrived. */
export interface Outgoing {
  path: string
  file: File
  sent: number
}

type Sent<M extends 'imports.add' | 'imports.addSmall'> = (input: Omit<Input<M>, 'id'>, signal: AbortSignal) => Promise<unknown>

export interface SendOptions {
  add: Sent<'imports.add'>
  addSmall: Sent<'imports.addSmall'>
  signal: AbortSignal
  /** Bytes that arrived, and files that are complete with them. */
  onSent: (bytes: number, files: number) => void
  /** The browser may not read it, or it changed or went away meanwhile. */
  onUnreadable: (path: string, error: unknown) => void
}

/** Messages under way at once, each with at most one piece in memory: enough to keep a loopback connection busy. */
const lanes = 2
/** Files that go together in one message, and their bytes in all. */
const batchFiles = 200
const batchBytes = maxPieceBytes / 2

const base64Of = (blob: Blob): Promise<string> =>
  new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,?/, ''))
    reader.onerror = () => fail(reader.error ?? new Error('The file could not be read.'))
    reader.readAsDataURL(blob)
  })

/** Base64 of a piece; null when the browser cannot read it. */
const pieceOf = async ({ path, file }: Outgoing, from: number, { signal, onUnreadable }: SendOptions): Promise<string | null> => {
  try {
    return await base64Of(file.slice(from, from + maxPieceBytes))
  } catch (error) {
    signal.throwIfAborted()
    onUnreadable(path, error)
    return null
  }
}

const sendLarge = async (item: Outgoing, options: SendOptions): Promise<void> => {
  let next: Promise<string | null> = pieceOf(item, item.sent, options)
  while (item.sent < item.file.size) {
    options.signal.throwIfAborted()
    const base64 = await next
    if (base64 === null) return
    const end = Math.min(item.sent + maxPieceBytes, item.file.size)
    const last = end >= item.file.size
    const sending = options.add({ path: item.path, offset: item.sent, base64, last }, options.signal)
    // The next piece is read while this one travels.
    if (!last) next = pieceOf(item, end, options)
    await sending
    options.onSent(end - item.sent, last ? 1 : 0)
    item.sent = end
  }
}

const sendSmall = async (batch: readonly Outgoing[], options: SendOptions): Promise<void> => {
  options.signal.throwIfAborted()
  const read = await Promise.all(batch.map(async (item) => ({ item, base64: await pieceOf(item, 0, options) })))
  const files = read.flatMap(({ item, base64 }) => (base64 === null ? [] : [{ path: item.path, base64 }]))
  if (files.length > 0) await options.addSmall({ files }, options.signal)
  for (const { item, base64 } of read) if (base64 !== null) options.onSent(item.file.size, 1)
}

/** The next file, or as many small ones as go together in one message. */
const takeBatch = (queue: Outgoing[]): Outgoing[] => {
  let bytes = 0
  let count = 0
  for (const { file, sent } of queue) {
    bytes += file.size
    if (sent > 0 || count === batchFiles || bytes > batchBytes) break
    count += 1
  }
  return queue.splice(0, Math.max(1, count))
}

const isLarge = ({ file, sent }: Outgoing): boolean => sent > 0 || file.size > batchBytes

/**
 * Sends what the queue holds. What arrived leaves the queue, so calling it again with the same queue goes on where it stopped.
 * Throws the first failure of a call, after both lanes came to rest.
 */
export const sendAll = async (queue: Outgoing[], options: SendOptions): Promise<void> => {
  const fault = new AbortController()
  const own = { ...options, signal: AbortSignal.any([options.signal, fault.signal]) }
  const lane = async (): Promise<void> => {
    for (let batch = takeBatch(queue); batch.length > 0; batch = takeBatch(queue)) {
      try {
        const [first] = batch
        await (first && isLarge(first) ? sendLarge(first, own) : sendSmall(batch, own))
      } catch (error) {
        queue.unshift(...batch)
        fault.abort(error)
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
  options.signal.throwIfAborted()
  if (ends.some(({ status }) => status === 'rejected')) throw fault.signal.reason
}
