import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { appError } from '../../../preload/contract'
import type { FileKey } from '../../ports/file-parser'
import type { FileSource } from '../../ports/file-source'
import { crypt } from './crypt'

const pieceBytes = 2 ** 20
// A pipe would wait for its writer for ever. Windows has neither flag.
const [noWait, noFollow] = process.platform === 'win32' ? [0, 0] : [constants.O_NONBLOCK, constants.O_NOFOLLOW]

const unreadable = (path: string, error: unknown): unknown => {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error
  return appError('input.file_unreadable', `${path} cannot be read (${code === 'ELOOP' ? 'it is a link' : code}).`)
}

const readable = <T>(path: string, use: () => T): T => {
  try {
    return use()
  } catch (error) {
    throw unreadable(path, error)
  }
}

const withFile = <T>(path: string, flags: number, use: (file: number) => T): T =>
  readable(path, () => {
    const file = openSync(path, constants.O_RDONLY | noWait | flags)
    try {
      return use(file)
    } finally {
      closeSync(file)
    }
  })

const sizeOf = (path: string, found: Stats): number => {
  if (!found.isFile()) throw appError('input.file_unreadable', `${path} is ${found.isSymbolicLink() ? 'a link' : 'not a file'}.`)
  return found.size
}

/** Fills the buffer; fewer bytes at the file's end. */
const readAt = (file: number, offset: number, buffer: Buffer): Uint8Array => {
  let at = 0
  while (at < buffer.length) {
    const got = readSync(file, buffer, at, buffer.length - at, offset + at)
    if (got === 0) break
    at += got
  }
  return new Uint8Array(buffer.buffer, buffer.byteOffset, at)
}

export interface SourceOptions {
  follow?: boolean
  /** It lies there encrypted; its path is then of no use to others. */
  key?: FileKey | undefined
}

/**
 * A file on this machine. Reading blocks, which costs the least of all: for worker threads and processes of their own.
 * Throws input.file_unreadable when it is none or, without `follow`, a link.
 */
export const pathSource = (path: string, name = path, { follow = true, key }: SourceOptions = {}): FileSource => {
  const flags = follow ? 0 : noFollow
  const plain = (bytes: Uint8Array, offset: number): Uint8Array => (key ? crypt(bytes, offset, key) : bytes)
  const slice = async (offset: number, length: number): Promise<Uint8Array> =>
    withFile(path, flags, (file) => {
      const wanted = Math.max(0, Math.min(length, sizeOf(path, fstatSync(file)) - offset))
      return plain(readAt(file, offset, Buffer.allocUnsafeSlow(wanted)), offset)
    })
  return {
    name,
    path: key ? null : path,
    size: readable(path, () => sizeOf(path, follow ? statSync(path) : lstatSync(path))),
    head: (length) => slice(0, length),
    slice,
    async *pieces(signal, reuse) {
      const buffer = reuse ? Buffer.allocUnsafeSlow(pieceBytes) : null
      for (let at = 0; ;) {
        signal?.throwIfAborted()
        const piece = buffer
          ? plain(
              withFile(path, flags, (file) => readAt(file, at, buffer)),
              at,
            )
          : await slice(at, pieceBytes)
        if (piece.length === 0) return
        at += piece.length
        yield piece
      }
    },
  }
}
