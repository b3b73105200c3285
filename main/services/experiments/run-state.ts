import type { Run } from '../../../preload/contract'
import { nextRunState, type RunEvent } from '../../core/runs/state'

/** The run after an event, by the rules of core/runs/state. Attempts are rows of their own, so no row has retries left. */
export const advance = (run: Run, event: RunEvent): Run => {
  const { status, problem } = nextRunState({ status: run.status, attempt: run.attempt, retriesLeft: 0, problem: run.problem }, event)
  return { ...run, status, problem }
}

/** Whether the user may ask for another attempt of a run. */
export const canRunAgain = (run: Run): boolean =>
  advance(run, { type: 'retryRequested', retries: 0 }).status === 'pending' && run.status !== 'pending'
