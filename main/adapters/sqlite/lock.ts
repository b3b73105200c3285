import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { appError, type AppError } from '../../../preload/contract'

export interface Lock {
  release(): void
}

const ownerSchema = z.object({ pid: z.number().int(), host: z.string(), bootId: z.string(), startedAt: z.string() })
type Owner = z.infer<typeof ownerSchema>

const readBootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Only Linux has it; the lock itself does not depend on it.
    return 'unknown'
  }
}

const readOwner = (path: string): Owner | undefined => {
  try {
    return ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    // Absent, or damaged: the lock is still held, only its owner's name is unknown.
    return undefined
  }
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** False for the note of a process that is gone: left by a crash, while the new holder has not written its own yet. */
const current = (owner: Owner): boolean => owner.host !== hostname() || (owner.bootId === readBootId() && exists(owner.pid))

const busy = (dataDir: string, owner: Owner | undefined): AppError => {
  const who = owner ? `process ${owner.pid} on ${owner.host}, started ${owner.startedAt}` : 'another process'
  const params: Record<string, string | number> = owner ? { pid: owner.pid, host: owner.host, startedAt: owner.startedAt } : {}
  return appError('store.busy', `The data folder ${dataDir} is in use by ${who}.`, { params })
}

const tryLock = (path: string): Database.Database | undefined => {
  const db = new Database(path, { timeout: 0 })
  try {
    // In memory: the lock is never committed, so a journal file would only be left behind by a kill.
    db.pragma('journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
    throw error
  }
}

/** A file that is not SQLite's cannot be locked by anyone, so removing it takes nothing from a holder. */
const lockOrReplace = (path: string): Database.Database | undefined => {
  try {
    return tryLock(path)
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/^SQLITE_(NOTADB|CORRUPT)/.test(error.code)) throw error
    rmSync(path, { force: true })
    return tryLock(path)
  }
}

const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/**
 * One writer per data folder. SQLite's exclusive lock on `lock.db` is the lock: the kernel frees it when the holder
 * dies in whatever way, so a stale one cannot be. `lock.json` only names the holder.
 * Throws store.busy with pid and host.
 */
export const acquireLock = (dataDir: string): Lock => {
  const notePath = join(dataDir, 'lock.json')
  let owner: Owner | undefined
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const held = lockOrReplace(join(dataDir, 'lock.db'))
    if (held) {
      const note: Owner = { pid: process.pid, host: hostname(), bootId: readBootId(), startedAt: new Date().toISOString() }
      writeFileSync(`${notePath}.tmp`, JSON.stringify(note))
      renameSync(`${notePath}.tmp`, notePath)
      return {
        release() {
          rmSync(notePath, { force: true })
          held.close()
        },
      }
    }
    owner = readOwner(notePath)
    if (owner && current(owner)) break
    owner = undefined
    pause(25)
  }
  throw busy(dataDir, owner)
}
