import type { Hash } from 'node:crypto'
import type { FileSink } from '../../ports/jobs'
import { blockBytes, pullRange, type PullContext, type RemoteFile } from './pull-range'

/** One exec; a multiple of the block. What waits for its turn is held in memory, so channels x segment bounds it. */
const segmentBytes = 16 * 1024 * 1024
const channels = 3

const pullSegment = async (context: PullContext, name: string, start: number, bytes: Uint8Array): Promise<Uint8Array> => {
  let have = 0
  const take = (chunk: Uint8Array): void => {
    bytes.set(chunk, have)
    have += chunk.length
  }
  await pullRange(context, name, start, start + bytes.length, { take })
  return bytes
}

/** From `from` on over several channels: on a long link each is capped by its window (2 MiB a round trip). */
export const pullSegments = async (context: PullContext, file: RemoteFile, from: number, hash: Hash, sink: FileSink): Promise<void> => {
  const running: Promise<Uint8Array>[] = []
  let next = from
  /** Into a buffer that is free: fresh ones for every segment would cost more than the copy. */
  const start = (buffer: Uint8Array): void => {
    if (next >= file.sizeBytes) return
    const length = Math.min(buffer.length - (next % blockBytes), file.sizeBytes - next)
    running.push(pullSegment(context, file.name, next, buffer.subarray(0, length)))
    next += length
  }
  const bufferBytes = Math.min(segmentBytes, Math.ceil((file.sizeBytes - from) / blockBytes + 1) * blockBytes)
  for (let channel = 0; channel < channels && next < file.sizeBytes; channel += 1)
    start(new Uint8Array(Buffer.allocUnsafeSlow(bufferBytes).buffer))
  try {
    for (;;) {
      const segment = running.shift()
      if (!segment) return
      const bytes = await segment
      hash.update(bytes)
      await sink.write(bytes)
      start(new Uint8Array(bytes.buffer))
    }
  } finally {
    // After a failure the others are waited for, so that none of them fails unheard.
    await Promise.allSettled(running)
  }
}
