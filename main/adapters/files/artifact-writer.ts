import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { appError, type ArtifactRef } from '../../../preload/contract'
import { artifactPath, artifactsFolder, partialFolder } from './artifact-paths'
import { hashFile } from './hash-file'
import { guard, isAbsent } from './system-error'

export interface ArtifactWriter {
  write(chunk: Uint8Array): Promise<void>
  finish(): Promise<ArtifactRef>
  abort(): Promise<void>
}

/** Makes new names in the folder durable. Windows cannot open a folder; NTFS journals names itself. */
export const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export const holds = async (path: string, sha256: string): Promise<boolean> => {
  try {
    return (await hashFile(path)).sha256 === sha256
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/** A sound file of that name is never touched again; only one whose bytes no longer match its name is replaced. */
const putInPlace = async (dataDir: string, partial: string, sha256: string): Promise<void> => {
  const target = artifactPath(dataDir, sha256)
  if (await holds(target, sha256)) await rm(partial, { force: true })
  else {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(partial, target)
  }
  await syncFolder(dirname(target))
  await syncFolder(artifactsFolder(dataDir))
}

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at, chunk.length - at)).bytesWritten
}

/**
 * Streams one artifact: written aside, read-only, fsynced, renamed to its hash, folders fsynced. The reference that
 * `finish` returns is durable; the row that names it is written afterwards by the caller, never before.
 */
export const createArtifactWriter = async (dataDir: string, name: string): Promise<ArtifactWriter> => {
  await mkdir(partialFolder(dataDir), { recursive: true, mode: 0o700 })
  const partial = join(partialFolder(dataDir), `${process.pid}-${randomBytes(8).toString('hex')}`)
  const file = await open(partial, 'wx', 0o444)
  const hash = createHash('sha256')
  let bytes = 0
  let state: 'open' | 'finished' | 'aborted' = 'open'

  const abort = async (): Promise<void> => {
    if (state !== 'open') return
    state = 'aborted'
    await file.close()
    await rm(partial, { force: true })
  }
  const orAbort = <T>(action: () => Promise<T>): Promise<T> =>
    guard(async () => {
      if (state !== 'open') throw appError('internal', `This artifact's writer is ${state}.`)
      try {
        return await action()
      } catch (error) {
        await abort()
        throw error
      }
    })

  return {
    write: (chunk) =>
      orAbort(async () => {
        await writeAll(file, chunk)
        hash.update(chunk)
        bytes += chunk.length
      }),
    finish: () =>
      orAbort(async () => {
        await file.sync()
        const sha256 = hash.digest('hex')
        await putInPlace(dataDir, partial, sha256)
        state = 'finished'
        await file.close()
        return { name, sha256, bytes }
      }),
    abort: () => guard(abort),
  }
}
