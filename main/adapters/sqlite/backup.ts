import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { schemaVersion } from './migrate'
import { syncDirectory } from './seal'

/** Copies the database to `backups/`, durable when it returns the path. To go back: put it in place of headroom.db and delete headroom.seal. */
export const backUp = (db: Database.Database, dataDir: string, now = new Date()): string => {
  const folder = join(dataDir, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stamp = now.toISOString().replace(/[:.]/g, '-')
  const path = join(folder, `headroom-v${schemaVersion(db)}-${stamp}.db`)
  const partial = `${path}.partial`
  try {
    db.prepare('VACUUM INTO ?').run(partial)
    const file = openSync(partial, constants.O_RDWR)
    fsyncSync(file)
    closeSync(file)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  syncDirectory(folder)
  return path
}
