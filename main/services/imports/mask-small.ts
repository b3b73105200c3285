import { createHash } from 'node:crypto'
import { isSecretPair } from '../../../remote-scripts/_kit/secrets'
import type { FileSource } from '../../ports/file-source'
import type { FileTools, MaskRules } from '../../ports/file-tools'
import { isGzip, isSqlite } from '../parse/binary-formats'
import { maxLayers } from '../parse/parse-file'
import { bytesSource, unpacked } from '../parse/source'
import { maskSecrets } from './mask'

export const maskRules: MaskRules = { mask: maskSecrets, isPair: isSecretPair }

interface Masked {
  secrets: number
  bytes: Uint8Array
}

/** More than this of a packed file does not stay in memory. */
const maxUnpacked = 64 * 2 ** 20

/** Null: there are more than `limit`. */
export const collect = async (pieces: AsyncIterable<Uint8Array>, limit = Infinity): Promise<Uint8Array | null> => {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const piece of pieces) {
    total += piece.length
    if (total > limit) return null
    parts.push(piece)
  }
  return Buffer.concat(parts)
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Secrets are counted on a copy: overwriting bytes that happen to lie side by side could hit the pages' own. */
const maskDatabase = async (bytes: Uint8Array, tools: FileTools): Promise<Masked> => {
  const suspect = maskSecrets(bytes.slice())
  const masked = await tools.maskDatabase({ path: null, bytes: async () => bytes, copy: '', suspect }, maskRules)
  return masked ? { secrets: masked.secrets, bytes: masked.bytes ?? bytes } : { secrets: maskSecrets(bytes), bytes }
}

/** Masked and packed again; what could not be unpacked is not kept beside a secret. Null: too large. */
const maskPacked = async (source: FileSource, bytes: Uint8Array, tools: FileTools, layers: number): Promise<Masked | null> => {
  const plain = await collect(unpacked(source, tools.gunzip).pieces(), maxUnpacked)
  const inner = plain && (await mask(bytesSource(source.name, plain), plain, tools, layers + 1))
  if (!inner) return null
  if (inner.secrets === 0) return { secrets: 0, bytes }
  const packed = await collect(tools.gzip(only(inner.bytes)))
  return { secrets: inner.secrets, bytes: packed ?? bytes }
}

const mask = async (source: FileSource, bytes: Uint8Array, tools: FileTools, layers = 0): Promise<Masked | null> => {
  if (isSqlite(bytes)) return maskDatabase(bytes, tools)
  if (!isGzip(bytes)) return { secrets: maskSecrets(bytes), bytes }
  // Not read either, so nothing of it is kept.
  if (layers >= maxLayers) return { secrets: 0, bytes }
  try {
    return await maskPacked(source, bytes, tools, layers)
  } catch (error) {
    // Nothing at all comes out of it, now or later; the parser says so.
    if ((error as { code?: string }).code?.startsWith('Z_')) return { secrets: 0, bytes }
    throw error
  }
}

/** The bytes to keep of a file that is in memory, which may be overwritten, and their SHA-256. Null: unpacked it is too large for memory. */
export const maskSmall = async (
  source: FileSource,
  bytes: Uint8Array,
  tools: FileTools,
): Promise<{ secrets: number; bytes: Uint8Array; sha256: string } | null> => {
  const masked = await mask(source, bytes, tools)
  return masked && { ...masked, sha256: createHash('sha256').update(masked.bytes).digest('hex') }
}
