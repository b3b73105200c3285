import Database from 'better-sqlite3'
import { damaged } from './errors'
import { migrate, type Migration } from './migrate'
import type { SealContent } from './seal'

/** Fails with store.damaged when pages or, with `integrity`, index entries contradict each other. */
export const checkPages = (db: Database.Database, kind: 'quick' | 'integrity'): void => {
  const lines = db.prepare<[], string>(`PRAGMA ${kind}_check(20)`).pluck().all()
  if (lines.length === 1 && lines[0] === 'ok') return
  throw damaged('the database', lines.join('; ').slice(0, 2000))
}

const schemaOf = (db: Database.Database): string =>
  JSON.stringify(
    db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*' ORDER BY type, name").raw().all(),
  )

/** The stored schema is text in a page like any other; it must be what the migrations make. */
export const checkSchema = (db: Database.Database, list: readonly Migration[]): void => {
  const model = new Database(':memory:')
  try {
    migrate(model, list)
    if (schemaOf(db) !== schemaOf(model)) throw damaged('the database', 'its table definitions are not those of its schema version')
  } finally {
    model.close()
  }
}

export const storeRow = (db: Database.Database): SealContent => {
  const row = db.prepare<[], SealContent>('SELECT store_id AS storeId, commit_seq AS commitSeq FROM store').get()
  if (!row) throw damaged('table store', 'its only row is missing')
  return row
}

/** What the seal knows and the database does not; null when they agree. */
export const sealContradiction = (inDatabase: SealContent, seal: SealContent | 'absent' | 'damaged'): string | null => {
  if (seal === 'absent') return null
  if (seal === 'damaged') return 'headroom.seal is damaged: whether the last writes are all here cannot be told'
  if (seal.storeId !== inDatabase.storeId) return 'headroom.seal belongs to another database: headroom.db was replaced'
  const lost = seal.commitSeq - inDatabase.commitSeq
  if (lost <= 0) return null
  return `the last ${lost} of ${seal.commitSeq} acknowledged writes are missing: headroom.db-wal or headroom.db was damaged, removed or put back`
}
