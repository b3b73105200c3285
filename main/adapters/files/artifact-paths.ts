import { join } from 'node:path'
import { appError } from '../../../preload/contract'

const sha256Pattern = /^[0-9a-f]{64}$/

export const isSha256 = (text: string): boolean => sha256Pattern.test(text)

export const artifactsFolder = (dataDir: string): string => join(dataDir, 'artifacts')

/** Files being written; on the same filesystem, so that a rename puts them in place. */
export const partialFolder = (dataDir: string): string => join(artifactsFolder(dataDir), 'partial')

/** `artifacts/ab/cdef…`. Only a hash ever becomes a path: an artifact's name stays in the database. Throws store.not_found. */
export const artifactPath = (dataDir: string, sha256: string): string => {
  if (!isSha256(sha256)) throw appError('store.not_found', 'That is not the SHA-256 of an artifact.')
  return join(artifactsFolder(dataDir), sha256.slice(0, 2), sha256.slice(2))
}
