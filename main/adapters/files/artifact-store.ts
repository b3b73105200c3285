import { rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ArtifactStore } from '../../ports/store'
import { artifactPath, isSha256 } from './artifact-paths'
import { createArtifactBatch } from './artifact-batch'
import { createArtifactReader } from './artifact-reader'
import { createArtifactWriter } from './artifact-writer'
import { guard, isAbsent } from './system-error'
import { verifyArtifacts } from './verify-artifacts'

/**
 * Content-addressed files under `dataDir/artifacts`, read-only, never overwritten while sound. Nothing is made before the first write.
 * Throws AppError store.not_found, store.damaged, store.disk_full.
 */
export const createArtifactStore = (dataDir: string): ArtifactStore => {
  const folder = resolve(dataDir)
  const read = createArtifactReader(folder)
  return {
    async put(name, bytes) {
      const writer = await guard(() => createArtifactWriter(folder, name))
      await writer.write(bytes)
      return writer.finish()
    },
    batch: () => createArtifactBatch(folder),
    remove: (sha256) => guard(() => rm(artifactPath(folder, sha256), { force: true })),
    writer: (name) => guard(() => createArtifactWriter(folder, name)),
    read: (sha256, offset, length) => guard(() => read(sha256, offset, length)),
    has: (sha256) =>
      guard(async () => {
        if (!isSha256(sha256)) return false
        try {
          return (await stat(artifactPath(folder, sha256))).isFile()
        } catch (error) {
          if (isAbsent(error)) return false
          throw error
        }
      }),
    verify: (references) => guard(() => verifyArtifacts(folder, references)),
  }
}
