import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { FilePart, Spool } from '../../ports/file-parser'
import { crypt } from './crypt'

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at)
}

const begin = (folder: string, kind: string): { path: string; file: number } => {
  const path = join(folder, `${kind}-${randomBytes(8).toString('hex')}`)
  return { path, file: openSync(path, 'wx', 0o600) }
}

/** Written together: a call for each of many small parts would take longer than writing them. */
const heldBytes = 2 ** 20

/** One growing file for many small parts, others by themselves, all for this user alone. `close` writes what is held and ends it. */
export const createSpool = (folder: string): Spool => {
  let growing: { path: string; file: number } | null = null
  let size = 0
  let held: Uint8Array[] = []
  let heldSize = 0
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const flush = (): void => {
    if (growing && heldSize > 0) writeAll(growing.file, Buffer.concat(held, heldSize))
    held = []
    heldSize = 0
  }
  return {
    append(bytes) {
      growing ??= begin(folder, 'spool')
      const part: FilePart = { file: growing.path, offset: size, length: bytes.length }
      held.push(bytes)
      size += bytes.length
      heldSize += bytes.length
      if (heldSize >= heldBytes) flush()
      return part
    },
    file(key) {
      const { path, file } = begin(folder, 'copy')
      let length = 0
      return {
        path,
        write(bytes) {
          writeAll(file, key ? crypt(bytes, length, key) : bytes)
          length += bytes.length
        },
        finish() {
          closeSync(file)
          return { file: path, offset: 0, length }
        },
        drop() {
          closeSync(file)
          rmSync(path, { force: true })
        },
      }
    },
    remove: (path) => rmSync(path, { force: true }),
    close() {
      flush()
      if (growing) closeSync(growing.file)
      growing = null
      size = 0
    },
  }
}
