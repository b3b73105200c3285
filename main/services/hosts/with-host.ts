import { AppError, type HostSpec, type ProblemCode } from '../../../preload/contract'
import type { RemoteHost } from '../../ports/remote-host'
import type { Deps } from '../deps'

const connectionLosses: ReadonlySet<ProblemCode> = new Set(['ssh.connection_lost', 'ssh.unreachable'])

export const isConnectionLoss = (error: unknown): error is AppError => error instanceof AppError && connectionLosses.has(error.code)

export interface Patience {
  /** How long an unreachable host is tried again, milliseconds since the last success. */
  patienceMs: number
  onRetry?: (problem: AppError, waitMs: number) => void
}

/**
 * Uses a host and, when the connection dies, connects again with back-off and repeats `use`, which must be repeatable.
 * Throws the last ssh.* error when patience runs out, and everything else at once.
 */
export const withHost = async <T>(
  deps: Pick<Deps, 'pool' | 'clock'>,
  spec: HostSpec,
  patience: Patience,
  signal: AbortSignal | undefined,
  use: (host: RemoteHost) => Promise<T>,
): Promise<T> => {
  let waitMs = 250
  const giveUpAt = deps.clock.monotonicMs() + patience.patienceMs
  for (;;) {
    try {
      return await use(await deps.pool.get(spec, signal))
    } catch (error) {
      if (!isConnectionLoss(error) || signal?.aborted || deps.clock.monotonicMs() + waitMs > giveUpAt) throw error
      patience.onRetry?.(error, waitMs)
      await deps.clock.sleep(waitMs, signal)
      waitMs = Math.min(waitMs * 2, 10_000)
    }
  }
}
