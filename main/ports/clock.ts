export interface Clock {
  /** Wall clock, ISO 8601 with milliseconds, UTC. */
  nowIso(): string
  /** Monotonic milliseconds. */
  monotonicMs(): number
  /** Resolves early, without error, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface IdSource {
  /** Lower-case letters, digits and "-"; sorts by time; safe as a path segment. */
  next(prefix: 'exp' | 'run' | 'imp' | 'prompt'): string
}
