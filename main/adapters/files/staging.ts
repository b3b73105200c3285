import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FilePart } from '../../ports/file-parser'
import { clearSuffix } from '../../ports/file-tools'
import type { Staging } from '../../ports/staging'
import { crypt } from './crypt'
import { findFiles } from './find-files'
import { guard } from './system-error'

const pieceBytes = 2 ** 20

const readRange = async ({ file, offset, length }: FilePart): Promise<Uint8Array> => {
  const handle = await open(file, 'r')
  try {
    const buffer = new Uint8Array(length)
    let at = 0
    while (at < length) {
      const { bytesRead } = await handle.read(buffer, at, length - at, offset + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return buffer.subarray(0, at)
  } finally {
    await handle.close()
  }
}

async function* piecesOf({ file, offset, length }: FilePart): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += pieceBytes)
    yield await readRange({ file, offset: offset + at, length: Math.min(pieceBytes, length - at) })
}

/** Under `dataDir/staging`, for this user alone. Only ids and random names become paths. */
export const createStaging = (dataDir: string): Staging => {
  const root = join(resolve(dataDir), 'staging')
  const folderOf = (id: string): string => join(root, id.replace(/[^a-z0-9-]/g, ''))
  return {
    clear: () => guard(() => rm(root, { recursive: true, force: true })),
    open: (id) =>
      guard(async () => {
        await mkdir(folderOf(id), { recursive: true, mode: 0o700 })
        return folderOf(id)
      }),
    remove: (id) => guard(() => rm(folderOf(id), { recursive: true, force: true })),
    sweep: (folder) =>
      guard(async () => {
        for (const name of await readdir(folder)) if (name.endsWith(clearSuffix)) await rm(join(folder, name), { force: true })
      }),
    create: (folder) =>
      guard(async () => {
        const path = join(folder, `upload-${randomBytes(8).toString('hex')}`)
        await (await open(path, 'wx', 0o600)).close()
        return path
      }),
    append: (file, offset, bytes, key) => guard(() => appendFile(file, crypt(bytes, offset, key), { mode: 0o600 })),
    find: findFiles,
    read: (part) => guard(() => readRange(part)),
    pieces: piecesOf,
  }
}
