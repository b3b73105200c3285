import type { Plan, Run } from '../../../preload/contract'
import { isRetryable, isTerminal } from '../../core/runs/state'

/** The attempt of every launch that counts, in executed order; `runs` as the store lists them, by position and attempt. */
export const lastAttempts = (runs: readonly Run[]): Run[] => [...new Map(runs.map((run) => [run.position, run])).values()]

const isRetryDue = (run: Run, retries: number): boolean =>
  run.status === 'failed' && run.attempt <= retries && run.problem !== null && isRetryable(run.problem.code)

/**
 * What an experiment does next: an attempt to go on with, or a failed one to repeat. Decided from the stored runs alone,
 * so that a crash between a failure and its next attempt loses neither.
 */
export const nextLaunch = (runs: readonly Run[], { retries }: Plan['limits']): { run: Run; retry: boolean } | undefined => {
  const run = lastAttempts(runs).find((one) => !isTerminal(one.status) || isRetryDue(one, retries))
  return run && { run, retry: isTerminal(run.status) }
}

/** The next attempt of a launch, a row of its own: the one before stays as evidence. */
export const retryOf = (run: Run, id: string): Run => ({
  ...run,
  id,
  attempt: run.attempt + 1,
  status: 'pending',
  problem: null,
  transport: null,
  facts: {},
  warnings: [],
  commands: [],
  startedAt: null,
  endedAt: null,
  artifacts: [],
})
