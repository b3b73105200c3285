import type { FileSource } from '../../ports/file-source'
import type { FileTools } from '../../ports/file-tools'

const pieceBytes = 2 ** 20

/** A file that is in memory already. */
export const bytesSource = (name: string, bytes: Uint8Array): FileSource => ({
  name,
  size: bytes.length,
  path: null,
  head: async (length) => bytes.subarray(0, length),
  slice: async (offset, length) => bytes.subarray(offset, offset + length),
  async *pieces(signal) {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      signal?.throwIfAborted()
      yield bytes.subarray(at, at + pieceBytes)
    }
  },
})

const headOf = async (pieces: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const piece of pieces) {
    parts.push(piece)
    total += piece.length
    if (total >= length) break
  }
  return Buffer.concat(parts).subarray(0, length)
}

export interface Unpacked extends FileSource {
  /** What zlib said of the first damage that a reading met; what lies before it was read. */
  damage(): string | null
}

/** The file inside a gzip file. One that is damaged or breaks off ends there; throws what zlib throws when nothing comes out at all. */
export const unpacked = (packed: FileSource, gunzip: FileTools['gunzip']): Unpacked => {
  let damage: string | null = null
  async function* pieces(signal?: AbortSignal, use?: 'reuse'): AsyncGenerator<Uint8Array> {
    let any = false
    try {
      for await (const piece of gunzip(packed.pieces(signal, 'reuse'), use)) {
        any = true
        yield piece
      }
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string }
      if (!any || !code?.startsWith('Z_')) throw error
      damage = message ?? code
    }
  }
  return {
    name: packed.name,
    size: null,
    path: null,
    head: (length) => headOf(pieces(), length),
    slice: null,
    pieces,
    damage: () => damage,
  }
}
