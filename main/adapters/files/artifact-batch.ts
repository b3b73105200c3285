import { hash, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ArtifactRef } from '../../../preload/contract'
import type { ArtifactBatch } from '../../ports/store'
import { artifactPath, artifactsFolder, partialFolder } from './artifact-paths'
import { holds, syncFolder } from './artifact-writer'
import { guard } from './system-error'

/** More at once only wait for each other in the thread pool. */
const sideBySide = 8

/** Calls `work` for each item, a few at a time; waits for all, then throws the first failure. */
const each = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: sideBySide }, lane))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

const writeDurably = async (partial: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(partial, 'wx', 0o444)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Many small artifacts, each put in place as the writer of one does; their folders are fsynced at the end. */
export const createArtifactBatch = (dataDir: string): ArtifactBatch => {
  const folders = new Set<string>()
  const prefix = `${process.pid}-${randomBytes(8).toString('hex')}`
  let count = 0

  const folderFor = (target: string): void => {
    const folder = dirname(target)
    if (folders.has(folder)) return
    // A call that waits for nothing costs less than a promise.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    folders.add(folder)
  }
  const putOne = async (sha256: string, bytes: Uint8Array): Promise<void> => {
    const target = artifactPath(dataDir, sha256)
    folderFor(target)
    if (lstatSync(target, { throwIfNoEntry: false }) && (await holds(target, sha256))) return
    const partial = join(partialFolder(dataDir), `${prefix}-${(count += 1)}`)
    try {
      await writeDurably(partial, bytes)
      await rename(partial, target)
    } catch (error) {
      await rm(partial, { force: true })
      throw error
    }
  }

  return {
    put: (files) =>
      guard(async () => {
        const references = files.map(({ name, bytes }): ArtifactRef => ({ name, sha256: hash('sha256', bytes), bytes: bytes.length }))
        const distinct = new Map(references.map(({ sha256 }, index) => [sha256, files[index]?.bytes ?? new Uint8Array()]))
        if (count === 0) mkdirSync(partialFolder(dataDir), { recursive: true, mode: 0o700 })
        await each([...distinct], ([sha256, bytes]) => putOne(sha256, bytes))
        return references
      }),
    settle: () =>
      guard(async () => {
        await each([...folders], syncFolder)
        if (folders.size > 0) await syncFolder(artifactsFolder(dataDir))
        folders.clear()
      }),
  }
}
