import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const WAIT_MS = 3
const LIMIT_MS = 15_000
const sleeper = new Int32Array(new SharedArrayBuffer(4))

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code

/** True while a process of that id exists. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** The file appears whole: a holder killed at any moment leaves either nothing or its pid, never an empty lock. */
const tryCreate = (path: string): boolean => {
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}

const holder = (path: string): number | null => {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return pid > 0 ? pid : null
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

const isStale = (path: string): boolean => {
  const pid = holder(path)
  return pid !== null && !isAlive(pid)
}

/** A killed tool leaves its lock; only one waiter at a time may remove it, and only after a second look. */
const breakStale = (path: string): void => {
  if (!isStale(path)) return
  const breaker = `${path}.break`
  if (!tryCreate(breaker)) {
    if (isStale(breaker)) rmSync(breaker, { force: true })
    return
  }
  if (isStale(path)) rmSync(path, { force: true })
  rmSync(breaker, { force: true })
}

/** Runs `work` while holding the lock file; processes of one machine only. Throws when it stays taken for 15 s. */
export const withLock = <Result>(path: string, work: () => Result): Result => {
  const deadline = Date.now() + LIMIT_MS
  while (!tryCreate(path)) {
    breakStale(path)
    if (Date.now() > deadline) throw new Error(`the lab's state stayed locked: ${path}`)
    Atomics.wait(sleeper, 0, 0, WAIT_MS)
  }
  try {
    return work()
  } finally {
    rmSync(path, { force: true })
  }
}
