import { createHash, randomBytes } from 'node:crypto'
import type { FileKey, FilePart, Spool } from '../../ports/file-parser'
import type { FileSource } from '../../ports/file-source'
import type { FileTools } from '../../ports/file-tools'
import { isGzip, isSqlite } from '../parse/binary-formats'
import { maxLayers } from '../parse/parse-file'
import { unpacked } from '../parse/source'
import { Masker } from './mask'
import { collect, maskRules } from './mask-small'

type Pieces = AsyncIterable<Uint8Array>

export interface MaskSetting {
  tools: FileTools
  spool: Spool
  open(path: string, key?: FileKey): FileSource
  onBytes(bytes: number): void
}

/** The file itself, or the masked copy of it. */
export interface MaskedFile {
  secrets: number
  sha256: string
  part: FilePart
}

async function* masked(pieces: Pieces, masker: Masker): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield masker.push(piece)
  yield masker.end()
}

/** Secrets in what passes. */
const countSecrets = async (pieces: Pieces): Promise<number> => {
  const masker = new Masker()
  const passing = masked(pieces, masker)
  while (!(await passing.next()).done);
  return masker.secrets
}

/** Written aside, encrypted with a key; returns the path. */
const written = async (pieces: Pieces, spool: Spool, key?: FileKey): Promise<string> => {
  const file = spool.file(key)
  try {
    for await (const piece of pieces) file.write(piece)
    file.finish()
    return file.path
  } catch (error) {
    file.drop()
    throw error
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

interface Copy {
  secrets: number
  path: string
}

/** The masked copy; null: there is nothing to mask. A damaged database is masked as the bytes that it is. */
const maskDatabase = async (source: FileSource, suspect: number, { tools, spool }: MaskSetting): Promise<Copy | null> => {
  const { file: copy } = spool.file().finish()
  const bytes = async (): Promise<Uint8Array> => (await collect(source.pieces())) ?? new Uint8Array()
  const done = await tools.maskDatabase({ path: source.path, bytes, copy, suspect }, maskRules).catch((error: unknown) => {
    spool.remove(copy)
    throw error
  })
  if (done && done.secrets > 0 && !done.bytes) return { secrets: done.secrets, path: copy }
  spool.remove(copy)
  if (done?.bytes) return { secrets: done.secrets, path: await written(only(done.bytes), spool) }
  if (done || suspect === 0) return null
  return { secrets: suspect, path: await written(masked(source.pieces(), new Masker()), spool) }
}

const maskPlain = async (source: FileSource, setting: MaskSetting): Promise<Copy | null> => {
  const secrets = await countSecrets(source.pieces(undefined, 'reuse'))
  if (isSqlite(await source.head(16))) return maskDatabase(source, secrets, setting)
  return secrets === 0 ? null : { secrets, path: await written(masked(source.pieces(), new Masker()), setting.spool) }
}

/** Unpacked on the way; only a database, or what is packed twice, has to lie unpacked for a while, which nobody else can read. */
const maskPacked = async (packed: FileSource, setting: MaskSetting, layers = 0): Promise<Copy | null> => {
  // Not read either, so nothing of it is kept.
  if (layers >= maxLayers) return null
  const { tools, spool, open } = setting
  const inner = unpacked(packed, tools.gunzip)
  const head = await inner.head(16)
  if (!isSqlite(head) && !isGzip(head)) {
    const secrets = await countSecrets(inner.pieces())
    return secrets === 0 ? null : { secrets, path: await written(tools.gzip(masked(inner.pieces(), new Masker())), spool) }
  }
  const key = { key: randomBytes(32), nonce: randomBytes(8) }
  const lying = await written(inner.pieces(), spool, key)
  const source = open(lying, key)
  const done = isGzip(head) ? await maskPacked(source, setting, layers + 1) : await maskPlain(source, setting)
  spool.remove(lying)
  if (!done) return null
  const again = await written(tools.gzip(open(done.path).pieces()), spool)
  spool.remove(done.path)
  return { secrets: done.secrets, path: again }
}

const orNothing = async <T>(work: Promise<T>): Promise<T | null> => {
  try {
    return await work
  } catch (error) {
    // Nothing at all comes out of the packed file, now or later; the parser says so.
    if ((error as { code?: string }).code?.startsWith('Z_')) return null
    throw error
  }
}

const describe = async (path: string, pieces: Pieces, onBytes: (bytes: number) => void): Promise<Omit<MaskedFile, 'secrets'>> => {
  const hash = createHash('sha256')
  let length = 0
  for await (const piece of pieces) {
    hash.update(piece)
    length += piece.length
    onBytes(piece.length)
  }
  return { sha256: hash.digest('hex'), part: { file: path, offset: 0, length } }
}

/** A file of any size in bounded memory: looked through once, copied only when there is something to mask, or when it lies encrypted. */
export const maskLarge = async (source: FileSource, setting: MaskSetting): Promise<MaskedFile> => {
  const packed = isGzip(await source.head(16))
  const copy = packed ? await orNothing(maskPacked(source, setting)) : await maskPlain(source, setting)
  const path = copy?.path ?? source.path ?? (await written(source.pieces(), setting.spool))
  return { ...(await describe(path, setting.open(path).pieces(undefined, 'reuse'), setting.onBytes)), secrets: copy?.secrets ?? 0 }
}
