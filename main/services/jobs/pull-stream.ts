import type { Hash } from 'node:crypto'
import type { FileSink } from '../../ports/jobs'
import { pullRange, type PullContext } from './pull-range'

/** Hashed and written as one while the processor's cache still holds it. */
const writeBytes = 1024 * 1024
/** Writes under way before the host has to wait. */
const mostWrites = 4

/** Packs what arrives into large writes, in order. */
export class SinkWriter {
  private readonly free: Uint8Array[] = []
  private readonly writes: Promise<void>[] = []
  private block: Uint8Array | null = null
  private filled = 0

  constructor(
    private readonly hash: Hash,
    private readonly sink: FileSink,
  ) {}

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      this.block ??= this.free.pop() ?? new Uint8Array(Buffer.allocUnsafeSlow(writeBytes).buffer)
      const piece = bytes.subarray(at, at + writeBytes - this.filled)
      this.block.set(piece, this.filled)
      this.filled += piece.length
      at += piece.length
      if (this.filled === writeBytes) this.send(this.block)
    }
  }

  /** Until the oldest write is done, when too many are under way. Rejects when it failed. */
  held(): Promise<void> | undefined {
    return this.writes.length >= mostWrites ? this.writes[0] : undefined
  }

  /** Everything taken is in the sink. Throws what the sink threw. */
  async flush(): Promise<void> {
    if (this.block && this.filled > 0) this.send(this.block)
    await Promise.all(this.writes)
  }

  private send(block: Uint8Array): void {
    const bytes = block.subarray(0, this.filled)
    this.block = null
    this.filled = 0
    const before = this.writes.at(-1)
    const write = this.write(block, bytes, before)
    this.writes.push(write)
    // A failure is told by held() and flush(); until one of them asks, it must not count as unhandled.
    write.then(
      () => this.writes.shift(),
      () => undefined,
    )
  }

  private async write(block: Uint8Array, bytes: Uint8Array, before: Promise<void> | undefined): Promise<void> {
    this.hash.update(bytes)
    await before
    await this.sink.write(bytes)
    this.free.push(block)
  }
}

/** Longer than a channel's window (2 MiB), so that a stretch that is held up by it shows. */
const stretchBytes = 4 * 1024 * 1024

/** Bytes `from` to `end` over one channel. Bytes per second of the fastest stretch, since a busy machine slows others down by chance. */
export const pullStream = async (
  context: PullContext,
  name: string,
  range: { from: number; end: number },
  writer: SinkWriter,
): Promise<number> => {
  let fastest = 0
  let stretch = { bytes: 0, sinceMs: 0 }
  const take = (bytes: Uint8Array): void => {
    stretch.sinceMs ||= context.clock.monotonicMs()
    stretch.bytes += bytes.length
    if (stretch.bytes >= stretchBytes) {
      fastest = Math.max(fastest, (stretch.bytes * 1000) / Math.max(1, context.clock.monotonicMs() - stretch.sinceMs))
      stretch = { bytes: 0, sinceMs: 0 }
    }
    writer.take(bytes)
  }
  await pullRange(context, name, range.from, range.end, { take, held: () => writer.held() })
  return fastest
}
