import type Database from 'better-sqlite3'
import { damaged } from './errors'

export interface Migration {
  version: number
  name: string
  sql: string
}

const files = import.meta.glob<string>('./migrations/*.sql', { eager: true, query: '?raw', import: 'default' })

const fromFile = ([path, sql]: [string, string]): Migration => {
  const [, version = '', name = ''] = /\/(\d{4})-([a-z0-9-]+)\.sql$/.exec(path) ?? []
  if (version === '') throw new Error(`${path}: a migration is named NNNN-name.sql`)
  return { version: Number(version), name, sql }
}

/** In order, 1 to n without a gap: the version of a database is the number of migrations it has had. */
export const migrations: readonly Migration[] = Object.entries(files)
  .map(fromFile)
  .sort((a, b) => a.version - b.version)

/** ASCII "Hdrm": `file headroom.db` and this program recognise it. */
export const applicationId = 0x4864726d

export const schemaVersion = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }))

const apply = (db: Database.Database, migration: Migration): void => {
  db.exec('BEGIN EXCLUSIVE')
  try {
    db.exec(migration.sql)
    const broken = db.pragma('foreign_key_check') as unknown[]
    if (broken.length > 0) throw damaged('the database', `migration ${migration.name} would leave ${broken.length} broken references`)
    db.pragma(`user_version = ${migration.version}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/**
 * Brings the database to the last of `list`, each migration in its own transaction. Ends with a checkpoint, so that the
 * version stands in the main file's header, where an older program looks before it touches anything.
 */
export const migrate = (db: Database.Database, list: readonly Migration[] = migrations): void => {
  const from = schemaVersion(db)
  // A table that is rebuilt is dropped for a moment; the check after each migration takes the enforcement's place.
  db.pragma('foreign_keys = OFF')
  for (const migration of list) if (migration.version > from) apply(db, migration)
  db.pragma('foreign_keys = ON')
  if (!db.memory) db.pragma('wal_checkpoint(TRUNCATE)')
}
