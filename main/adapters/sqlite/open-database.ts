import { mkdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { backUp } from './backup'
import { checkPages, checkSchema, sealContradiction, storeRow } from './check'
import { damaged } from './errors'
import { type Handle, readOnlyHandle, writableHandle } from './handle'
import { acquireLock } from './lock'
import { databasePath, look, type Look } from './look'
import { applicationId, migrate, type Migration } from './migrate'
import { openSeal, readSeal, type Seal } from './seal'

export interface OpenDatabase {
  handle: Handle
  close(): void
}

const configure = (db: Database.Database): void => {
  db.pragma('journal_mode = WAL')
  // A run's metadata says what was started on somebody's cluster; after a power cut it must still say so. FULL costs
  // one fsync per commit, and a run commits a handful of times. Series and measurements could be fetched or parsed
  // again and would bear NORMAL, but they commit together with the run's final metadata.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  // A long series may swell the log; it shrinks again at the next checkpoint.
  db.pragma('journal_size_limit = 67108864')
  db.pragma('cache_size = -65536')
}

const bringUp = (db: Database.Database, dataDir: string, seen: Look, list: readonly Migration[]): void => {
  if (seen.fresh) {
    // Larger pages than the default 4096: a chunk of a series is 64 KiB. Only possible while the file is empty.
    db.pragma('page_size = 16384')
    db.pragma(`application_id = ${applicationId}`)
  }
  configure(db)
  if (seen.fresh) return migrate(db, list)
  if (seen.unclean) checkPages(db, 'quick')
  if (seen.version < (list.at(-1)?.version ?? 0)) {
    checkPages(db, 'integrity')
    backUp(db, dataDir)
    migrate(db, list)
  }
  checkSchema(db, list)
}

/** A loss is written into the database, so that verify names it also after later writes; the rest stays usable. */
const attachSeal = (db: Database.Database, dataDir: string): Seal => {
  const content = storeRow(db)
  const seal = readSeal(dataDir)
  const contradiction = sealContradiction(content, seal)
  if (contradiction !== null) {
    checkPages(db, 'integrity')
    db.prepare('INSERT INTO losses (at, message) VALUES (?, ?)').run(new Date().toISOString(), contradiction)
  }
  return openSeal(dataDir, content)
}

const openForWriting = (dataDir: string, list: readonly Migration[]): OpenDatabase => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = acquireLock(dataDir)
  let db: Database.Database | undefined
  try {
    const seen = look(dataDir, list.at(-1)?.version ?? 0)
    const opened = (db = new Database(databasePath(dataDir)))
    bringUp(opened, dataDir, seen, list)
    const seal = attachSeal(opened, dataDir)
    const close = (): void => {
      opened.close()
      seal.close()
      lock.release()
    }
    return { handle: writableHandle(opened, seal), close }
  } catch (error) {
    db?.close()
    lock.release()
    throw error
  }
}

const emptyInMemory = (list: readonly Migration[]): OpenDatabase => {
  const db = new Database(':memory:')
  migrate(db, list)
  return { handle: readOnlyHandle(db), close: () => void db.close() }
}

const openForReading = (dataDir: string, list: readonly Migration[]): OpenDatabase => {
  const latest = list.at(-1)?.version ?? 0
  const seen = look(dataDir, latest)
  if (seen.fresh) return emptyInMemory(list)
  if (seen.version < latest) openForWriting(dataDir, list).close()
  const db = new Database(databasePath(dataDir), { readonly: true, fileMustExist: true })
  try {
    checkSchema(db, list)
    // The seal first: a writer beside this may commit between the two.
    const seal = readSeal(dataDir)
    if (sealContradiction(storeRow(db), seal) !== null) checkPages(db, 'integrity')
  } catch (error) {
    db.close()
    throw error
  }
  return { handle: readOnlyHandle(db), close: () => void db.close() }
}

/** Opens, checks and, if need be, backs up and migrates. Throws AppError store.busy, store.newer, store.damaged, store.disk_full. */
export const openDatabase = (dataDir: string, readonly: boolean, list: readonly Migration[]): OpenDatabase => {
  if (list.length === 0) throw damaged('the program', 'it has no migrations')
  return readonly ? openForReading(dataDir, list) : openForWriting(dataDir, list)
}
