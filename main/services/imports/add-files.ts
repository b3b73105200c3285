import { randomBytes } from 'node:crypto'
import { appError, maxImportFiles, maxPieceBytes, type Problem } from '../../../preload/contract'
import type { ImportDeps } from './deps'
import type { Entry, Upload } from './entry'

export type Entries = Map<string, Entry>

const newEntry = (path: string, file: string, bytes: number): Entry => ({
  path,
  file,
  bytes,
  upload: null,
  key: undefined,
  probe: undefined,
  reading: null,
})

/** Another file of that path gets a number; the same file again is no second one. */
const freePath = (entries: Entries, path: string, file: string): string | null => {
  for (let number = 1, name = path; ; number += 1, name = `${path}~${number}`) {
    const known = entries.get(name)
    if (!known) return name
    if (known.file === file) return null
  }
}

/** Files on this machine; they stay where they lie. */
export const addFound = async (
  { staging }: ImportDeps,
  entries: Entries,
  paths: readonly string[],
): Promise<{ files: number; bytes: number; leftOut: { path: string; problem: Problem }[] }> => {
  const { files, leftOut } = await staging.find(paths, maxImportFiles - entries.size)
  let [added, bytes] = [0, 0]
  for (const found of files) {
    const path = freePath(entries, found.path, found.file)
    if (path === null) continue
    entries.set(path, newEntry(path, found.file, found.bytes))
    added += 1
    bytes += found.bytes
  }
  return { files: added, bytes, leftOut }
}

const begin = ({ staging }: ImportDeps, entries: Entries, folder: string, path: string): Upload => {
  if (entries.size >= maxImportFiles) throw appError('input.invalid', `An import takes at most ${maxImportFiles} files.`)
  const entry = newEntry(path, '', 0)
  entry.key = { key: randomBytes(32), nonce: randomBytes(8) }
  const upload: Upload = { received: 0, writing: staging.create(folder).then((file) => void (entry.file = file)) }
  entry.upload = upload
  entries.set(path, entry)
  return upload
}

export interface Piece {
  path: string
  offset: number
  bytes: Uint8Array
  last: boolean
}

const write = async ({ staging }: ImportDeps, entry: Entry, upload: Upload, { offset, bytes }: Piece): Promise<void> => {
  const { key } = entry
  if (!key) throw appError('internal', `${entry.path} has no key.`)
  upload.writing = upload.writing.then(() => staging.append(entry.file, offset, bytes, key))
  await upload.writing
}

/** One piece of a file that a browser sends; returns how many bytes of it have come. A file whose piece cannot be kept begins anew. */
export const addPiece = async (deps: ImportDeps, entries: Entries, folder: string, piece: Piece): Promise<number> => {
  const { path, offset, bytes, last } = piece
  if (bytes.length > maxPieceBytes) throw appError('input.invalid', `A piece has at most ${maxPieceBytes} bytes.`)
  const known = entries.get(path)
  const upload = known ? known.upload : begin(deps, entries, folder, path)
  const entry = entries.get(path)
  if (!entry) throw appError('internal', `${path} was not begun.`)
  const end = offset + bytes.length
  // Sent again because the answer was lost.
  if (end <= (upload?.received ?? entry.bytes) && !(upload && last)) return upload?.received ?? entry.bytes
  if (!upload) throw appError('input.invalid', `${path} was added already.`)
  if (offset !== upload.received)
    throw appError('input.invalid', `${path}: the next piece begins at byte ${upload.received}, not ${offset}.`)
  upload.received = end
  try {
    await write(deps, entry, upload, piece)
  } catch (error) {
    entries.delete(path)
    throw error
  }
  if (last) {
    entry.bytes = end
    entry.upload = null
  }
  return end
}
