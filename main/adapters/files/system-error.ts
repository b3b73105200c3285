import { AppError, appError } from '../../../preload/contract'

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

export const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

/** A full disk as store.disk_full, a failing one as store.damaged, a forbidden folder as input.file_unreadable; the rest unchanged. */
export const artifactError = (error: unknown): unknown => {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const more = { evidence: error.message, cause: error }
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return appError('store.disk_full', 'The disk that holds the data folder is full; the artifact was not kept.', more)
  }
  if (code === 'EIO') return appError('store.damaged', 'The disk failed to read or write an artifact.', more)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return appError('input.file_unreadable', 'The artifacts in the data folder cannot be read or written.', more)
  }
  return error
}

/** Awaits `action`; what it throws passes through artifactError. */
export const guard = async <T>(action: () => Promise<T>): Promise<T> => {
  try {
    return await action()
  } catch (error) {
    throw artifactError(error)
  }
}
