import type Database from 'better-sqlite3'
import { appError } from '../../../preload/contract'
import type { Seal } from './seal'

declare const mode: unique symbol

/** An open database that repositories read. */
export type ReadHandle = Database.Database & { readonly [mode]: 'read' | 'write' }

export interface Handle {
  readonly db: ReadHandle
  /** One durable transaction; rolled back whole when `action` throws. */
  write<T>(action: () => T): T
}

const unwritable = (): never => {
  throw appError('internal', 'The store is open for reading only.')
}

export const readOnlyHandle = (db: Database.Database): Handle => ({ db: db as ReadHandle, write: unwritable })

/**
 * Every transaction counts itself in commit_seq, and the seal repeats the count after the commit: when a damaged log
 * makes SQLite drop acknowledged commits without a word, the seal is ahead and opening says so.
 */
export const writableHandle = (db: Database.Database, seal: Seal): Handle => {
  const count = db.prepare<[], number>('UPDATE store SET commit_seq = commit_seq + 1 RETURNING commit_seq').pluck()
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const write = <T>(action: () => T): T => {
    begin.run()
    try {
      const result = action()
      const commitSeq = count.get()
      if (commitSeq === undefined) throw appError('store.damaged', 'table store: its only row is missing')
      commit.run()
      seal.write(commitSeq)
      return result
    } catch (error) {
      // SQLite has already rolled back after some errors (a full disk among them).
      if (db.inTransaction) rollback.run()
      throw error
    }
  }
  return { db: db as ReadHandle, write }
}
