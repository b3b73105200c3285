import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FrameNames } from '../../core/flame/tree'
import { readStacks } from './stacks'

const stacks = Array.from({ length: 20_000 }, (_, index) => `main;f${(index * 7919) % 20_011};leaf ${index + 1}\n`).join('')

const read = (bytes: Uint8Array): { counts: number[]; done: Promise<boolean> } => {
  const artifacts = { read: async (_: string, offset: number, length: number) => bytes.subarray(offset, offset + length) }
  const counts: number[] = []
  const done = readStacks(
    { artifacts, onBytes: () => undefined },
    [{ name: 'one', sha256: '', bytes: bytes.length }],
    new FrameNames(),
    (_, count) => counts.push(count),
  )
  return { counts, done }
}

describe('stacks in a packed file', () => {
  it('are read as they are', async () => {
    const { counts, done } = read(gzipSync(stacks))
    expect(await done).toBe(false)
    expect(counts).toHaveLength(20_000)
  })

  it('that breaks off or is damaged are refused with a problem that says so', async () => {
    const packed = gzipSync(stacks)
    const damaged = Uint8Array.from(packed, (byte, place) => (place > 2000 && place < 2100 ? 255 - byte : byte))
    for (const bytes of [packed.subarray(0, packed.length / 2), damaged])
      await expect(read(bytes).done).rejects.toMatchObject({ problem: { code: 'parse.truncated' } })
  })
})
