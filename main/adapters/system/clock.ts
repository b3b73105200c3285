import { randomBytes } from 'node:crypto'
import type { Clock, IdSource } from '../../ports/clock'

export const systemClock: Clock = {
  nowIso: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const finish = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal?.addEventListener('abort', finish)
    }),
}

/** `run-20261122T101530-3f9a1c2b`: sorts by second, 32 random bits beside it. */
export const systemIds: IdSource = {
  next: (prefix) =>
    `${prefix}-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase()}-${randomBytes(4).toString('hex')}`,
}
