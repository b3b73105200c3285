import type { Problem, ProblemCode, RunStatus } from '../../../preload/contract'

export interface RunState {
  status: RunStatus
  /** 1-based. */
  attempt: number
  retriesLeft: number
  /** Why it failed, was refused or cancelled; while pending, why the attempt before failed. */
  problem: Problem | null
}

/** What a job folder on a host says when the program finds it again. */
export type FoundJob = 'absent' | 'starting' | 'running' | 'done' | 'lost'

export type RunEvent =
  | { type: 'deployBegan' }
  | { type: 'jobStarted' }
  | { type: 'jobEnded' }
  /** Parsed and stored in one transaction. */
  | { type: 'resultStored' }
  | { type: 'transportContradicted'; problem: Problem }
  | { type: 'attemptFailed'; problem: Problem }
  | { type: 'cancelled'; problem: Problem }
  /** After a restart of the program. */
  | { type: 'jobFound'; job: FoundJob; problem: Problem | null }
  /** The user asks for another attempt of a run that ended without a result. */
  | { type: 'retryRequested'; retries: number }

const terminal: ReadonlySet<RunStatus> = new Set<RunStatus>(['done', 'failed', 'refused', 'cancelled'])

/** Failures that another attempt cannot mend: the same plan on the same host fails the same way. */
const hopeless: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'ssh.auth_failed',
  'ssh.host_key_unknown',
  'ssh.host_key_changed',
  'ssh.host_key_revoked',
  'ssh.cert_authority_unsupported',
  'ssh.proxy_command_refused',
  'ssh.config_invalid',
  'remote.tool_missing',
  'remote.no_gpu',
  'remote.no_hca',
  'remote.no_interface',
  'remote.not_permitted',
  'remote.disk_full',
  'remote.python_missing',
  'input.invalid',
  'input.file_unreadable',
  'store.busy',
  'store.newer',
  'store.damaged',
  'store.disk_full',
  'internal',
])

export const isTerminal = (status: RunStatus): boolean => terminal.has(status)

export const isRetryable = (code: ProblemCode): boolean => !hopeless.has(code)

export const initialRunState = (retries: number): RunState => ({ status: 'pending', attempt: 1, retriesLeft: retries, problem: null })

const afterFailure = (state: RunState, problem: Problem): RunState =>
  state.retriesLeft > 0 && isRetryable(problem.code)
    ? { status: 'pending', attempt: state.attempt + 1, retriesLeft: state.retriesLeft - 1, problem }
    : { ...state, status: 'failed', problem }

const afterFinding = (state: RunState, job: FoundJob, problem: Problem | null): RunState => {
  if (state.status === 'pending') return state
  if (job === 'done') return { ...state, status: 'collecting' }
  // A folder that is gone while we collected it cannot be collected any more; before that the attempt simply never began.
  if (job === 'absent' && state.status === 'deploying') return { ...state, status: 'pending' }
  if (job === 'absent' || job === 'lost')
    return afterFailure(state, problem ?? { code: 'remote.lost', message: 'The job is gone from its host.' })
  return { ...state, status: job === 'starting' ? 'deploying' : 'running' }
}

const from = (state: RunState, allowed: RunStatus, next: RunStatus): RunState =>
  state.status === allowed ? { ...state, status: next, problem: null } : state

const whileOpen = (state: RunState, event: RunEvent): RunState => {
  switch (event.type) {
    case 'deployBegan':
      return from(state, 'pending', 'deploying')
    case 'jobStarted':
      return from(state, 'deploying', 'running')
    case 'jobEnded':
      return from(state, 'running', 'collecting')
    case 'resultStored':
      return from(state, 'collecting', 'done')
    case 'transportContradicted':
      return state.status === 'collecting' ? { ...state, status: 'refused', problem: event.problem } : state
    case 'attemptFailed':
      return afterFailure(state, event.problem)
    case 'cancelled':
      return { ...state, status: 'cancelled', problem: event.problem }
    case 'jobFound':
      return afterFinding(state, event.job, event.problem)
    case 'retryRequested':
      return state
  }
}

/**
 * The life of one run. An event that does not apply returns the very same state, so late or repeated messages do no harm.
 * Terminal states stay, except that `retryRequested` reopens failed, refused and cancelled; `done` is for ever.
 */
export const nextRunState = (state: RunState, event: RunEvent): RunState => {
  if (!isTerminal(state.status)) return whileOpen(state, event)
  if (event.type !== 'retryRequested' || state.status === 'done') return state
  return { status: 'pending', attempt: state.attempt + 1, retriesLeft: event.retries, problem: state.problem }
}
