import { createCipheriv } from 'node:crypto'
import type { FileKey } from '../../ports/file-parser'

const blockBytes = 16

/** Encrypts bytes that stand at `offset` of their file, or decrypts them: the same for both, and for any part by itself. */
export const crypt = (bytes: Uint8Array, offset: number, { key, nonce }: FileKey): Uint8Array => {
  const counter = Buffer.alloc(blockBytes)
  counter.set(nonce)
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / blockBytes)), 8)
  const cipher = createCipheriv('aes-256-ctr', key, counter)
  cipher.update(new Uint8Array(offset % blockBytes))
  return cipher.update(bytes)
}
