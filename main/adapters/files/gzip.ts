import type { Transform } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'

/** Until zlib has used up the piece, or has ended. */
const written = (transform: Transform, piece: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the stream was closed'))
    transform.once('close', gone)
    transform.write(piece, (error) => {
      transform.off('close', gone)
      if (error) reject(error)
      else resolve()
    })
  })

const feed = async (pieces: AsyncIterable<Uint8Array>, transform: Transform): Promise<void> => {
  try {
    for await (const piece of pieces) await written(transform, piece)
    transform.end()
  } catch (error) {
    transform.destroy(error as Error)
  }
}

/** A piece is asked for only when the one before is used up, so the source may lend the same memory again. */
async function* through(pieces: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  void feed(pieces, transform)
  try {
    yield* transform as AsyncIterable<Uint8Array>
  } finally {
    transform.destroy()
  }
}

/** Gives a piece's memory back once the next one is asked for: garbage would only be collected after tens of megabytes of it. */
async function* lent(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece
    // zlib goes on filling a buffer until its end has been handed out.
    if (piece.buffer instanceof ArrayBuffer && piece.byteOffset + piece.length === piece.buffer.byteLength) piece.buffer.transfer(0)
  }
}

/**
 * The bytes inside a gzip stream, piece by piece; with 'reuse', each only until the next is asked for.
 * Throws what zlib throws on damage, after what lies before it.
 */
export const gunzip = (packed: AsyncIterable<Uint8Array>, use?: 'reuse'): AsyncIterable<Uint8Array> => {
  const pieces = through(packed, createGunzip({ chunkSize: 2 ** 18 }))
  return use === 'reuse' ? lent(pieces) : pieces
}

export const gzip = (plain: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => through(plain, createGzip({ chunkSize: 2 ** 18 }))
