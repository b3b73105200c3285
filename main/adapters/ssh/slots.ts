import { appError } from '../../../preload/contract'

interface Waiter {
  start(): void
}

export const cancelled = () => appError('run.cancelled', 'The operation was cancelled.')

/** At most `limit` holders at once, first come first served; the limit may change while some wait. */
export class Slots {
  private held = 0
  private readonly queue: Waiter[] = []

  constructor(private limitNow: number) {}

  get active(): number {
    return this.held
  }

  get limit(): number {
    return this.limitNow
  }

  set limit(value: number) {
    this.limitNow = Math.max(1, value)
    this.wake()
  }

  /** Resolves to a release function that may be called twice. Rejects with run.cancelled. */
  acquire(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(cancelled())
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.queue.splice(this.queue.indexOf(waiter), 1)
        reject(cancelled())
      }
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', abort)
          this.held += 1
          resolve(this.releaser())
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.queue.push(waiter)
      this.wake()
    })
  }

  private releaser(): () => void {
    let released = false
    return () => {
      if (released) return
      released = true
      this.held -= 1
      this.wake()
    }
  }

  private wake(): void {
    while (this.held < this.limitNow) {
      const next = this.queue.shift()
      if (next === undefined) return
      next.start()
    }
  }
}

/** Settles as the promise does, or rejects with run.cancelled once the signal aborts. */
export const withSignal = <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (signal === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(cancelled())
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
