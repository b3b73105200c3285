import { stat } from 'node:fs/promises'
import { appError } from '../../../preload/contract'
import { artifactPath } from './artifact-paths'
import { hashFile, openForReading } from './hash-file'
import { isAbsent } from './system-error'

const notFound = (sha256: string): Error => appError('store.not_found', `There is no artifact ${sha256.slice(0, 64)}.`)

const readRange = async (path: string, offset: number, length: number): Promise<Uint8Array> => {
  const file = await openForReading(path)
  try {
    const { size } = await file.stat()
    const result = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
    let at = 0
    while (at < result.length) {
      const { bytesRead } = await file.read(result, at, Math.min(result.length - at, 1 << 26), offset + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return result.subarray(0, at)
  } finally {
    await file.close()
  }
}

/**
 * Reads artifacts, each re-hashed before its first byte is given out, and again when its size or time has changed:
 * a flipped bit becomes store.damaged, not a wrong number.
 */
export const createArtifactReader = (dataDir: string) => {
  const checked = new Map<string, string>()

  const check = async (sha256: string, path: string): Promise<void> => {
    const { size, mtimeMs, ino } = await stat(path)
    const identity = `${size} ${mtimeMs} ${ino}`
    if (checked.get(sha256) === identity) return
    if ((await hashFile(path)).sha256 !== sha256) {
      throw appError('store.damaged', `Artifact ${sha256} is damaged: its bytes no longer match its hash.`, { params: { sha256 } })
    }
    if (checked.size >= 10_000) checked.clear()
    checked.set(sha256, identity)
  }

  return async (sha256: string, offset = 0, length = Infinity): Promise<Uint8Array> => {
    const path = artifactPath(dataDir, sha256)
    try {
      await check(sha256, path)
      return await readRange(path, Math.max(0, offset), Math.max(0, length))
    } catch (error) {
      throw isAbsent(error) ? notFound(sha256) : error
    }
  }
}
