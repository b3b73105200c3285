import Database from 'better-sqlite3'
import { AppError, appError } from '../../../preload/contract'

const diskFull = (error: Error): AppError =>
  appError('store.disk_full', 'The disk that holds the data folder is full; nothing of this write was kept.', {
    evidence: error.message,
    cause: error,
  })

const ofSqlite = (error: InstanceType<typeof Database.SqliteError>): Error => {
  const code = error.code
  const more = { evidence: `${code}: ${error.message}`, cause: error }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return appError('store.damaged', 'The database file is damaged.', more)
  }
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return diskFull(error)
  if (code.startsWith('SQLITE_BUSY')) return appError('store.busy', 'Another program is writing to the data folder.', more)
  if (code.startsWith('SQLITE_IOERR')) return appError('store.damaged', 'The disk failed to read or write the database.', more)
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') {
    return appError('input.file_unreadable', 'The database in the data folder cannot be opened or written.', more)
  }
  return error
}

const ofSystem = (error: Error, code: string): Error => {
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return appError('input.file_unreadable', 'The data folder cannot be read or written.', { evidence: error.message, cause: error })
  }
  return error
}

/** SQLite's and the system's errors as AppError store.* or input.file_unreadable; anything else unchanged. */
export const storeError = (error: unknown): unknown => {
  if (error instanceof AppError) return error
  if (error instanceof Database.SqliteError) return ofSqlite(error)
  if (error instanceof Error && 'code' in error) return ofSystem(error, String(error.code))
  return error
}

/** Runs `action`; what it throws passes through storeError. */
export const guard = <T>(action: () => T): T => {
  try {
    return action()
  } catch (error) {
    throw storeError(error)
  }
}

/** The same functions, each under `guard`. */
export const guardAll = <T extends object>(functions: T): T =>
  Object.fromEntries(
    Object.entries(functions).map(([name, call]: [string, (...values: unknown[]) => unknown]) => [
      name,
      (...values: unknown[]) => guard(() => call(...values)),
    ]),
  ) as T

/** `where` names the row or file, `why` what is wrong with it. */
export const damaged = (where: string, why: string): AppError => appError('store.damaged', `${where}: ${why}`)

/** The value, or store.damaged naming the row. */
export const validated = <T>(where: string, result: { success: true; data: T } | { success: false; error: { message: string } }): T => {
  if (result.success) return result.data
  throw appError('store.damaged', `${where}: its content is not what the program wrote`, { evidence: result.error.message })
}
