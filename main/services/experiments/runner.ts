import { AppError, toProblem, type Experiment, type ExperimentStatus, type Plan, type Problem, type ProblemCode, type Progress, type Run } from '../../../preload/contract'
import { appError } from '../../../preload/contract'
import type { Deps } from '../deps'
import { executeRun } from './execute-run'
import { progressOf } from './progress'
import { openExperiment } from './open-experiment'

/** Failures that a second try cannot mend. */
const permanent: ReadonlySet<ProblemCode> = new Set([
  'remote.tool_missing', 'remote.no_gpu', 'remote.no_hca', 'remote.no_interface', 'remote.not_permitted', 'remote.python_missing', 'input.invalid', 'internal',
])

const openStatuses: ReadonlySet<Run['status']> = new Set(['pending', 'deploying', 'running', 'collecting'])

interface Active {
  cancel: AbortController
  finished: Promise<Experiment>
  progress: () => Progress
}

export interface ExperimentRunner {
  /** Connects to every host, captures what they are, stores the plan, and starts. Throws input.*, ssh.*. */
  start(plan: Plan, signal?: AbortSignal): Promise<Experiment>
  /** Takes up what an earlier process left; finished launches are not repeated. */
  resume(id: string): Experiment
  /** Resolves when the experiment rests (done, failed, cancelled or paused). */
  wait(id: string): Promise<Experiment>
  cancel(id: string): Promise<Experiment>
  retry(runId: string): Run
  progress(id: string): Progress | null
  /** Why the experiment paused; null when it did not. */
  pauseReason(id: string): Problem | null
  /** Experiments that were running when the last process ended. */
  interrupted(): Experiment[]
  isActive(id: string): boolean
}

const need = (deps: Deps, id: string): Experiment & { plan: Plan } => {
  const experiment = deps.store.findExperiment(id)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${id}".`)
  if (!experiment.plan) throw appError('input.invalid', `Experiment "${experiment.name}" was imported: it has no plan that could run.`)
  return { ...experiment, plan: experiment.plan }
}

const retryOf = (deps: Deps, run: Run): Run => ({
  ...run,
  id: deps.ids.next('run'),
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

const finalStatus = (runs: Run[], cancelled: boolean): ExperimentStatus => {
  if (cancelled) return 'cancelled'
  return runs.some((run) => run.status === 'done' && !run.warmup) ? 'done' : 'failed'
}

export const createExperimentRunner = (deps: Deps): ExperimentRunner => {
  const active = new Map<string, Active>()
  const pauses = new Map<string, Problem>()

  const setStatus = (id: string, status: ExperimentStatus): Experiment => {
    deps.store.setExperimentStatus(id, status, status === 'running' || status === 'paused' ? null : deps.clock.nowIso())
    deps.events.emit('experiment.changed', { id })
    return need(deps, id)
  }

  const runAll = async (experiment: Experiment & { plan: Plan }, signal: AbortSignal, onMessage: (message: string) => void): Promise<Experiment> => {
    const { id, plan } = experiment
    for (;;) {
      const next = deps.store.listRuns(id).find((run) => openStatuses.has(run.status))
      if (!next) break
      if (signal.aborted && next.status === 'pending') {
        deps.store.saveRun({ ...next, status: 'cancelled', problem: { code: 'run.cancelled', message: 'Cancelled before it started.' } })
        continue
      }
      onMessage(`${next.probe} ${Object.values(next.arm).join(' ')} ${next.warmup ? 'warm-up' : `repeat ${next.repeat}`}`)
      const done = await executeRun({ deps, experiment, plan, signal, onMessage }, next)
      const again = done.status === 'failed' && done.attempt <= plan.limits.retries && done.problem && !permanent.has(done.problem.code)
      if (again && !signal.aborted) deps.store.addRun(retryOf(deps, done))
    }
    return setStatus(id, finalStatus(deps.store.listRuns(id), signal.aborted))
  }

  const begin = (experiment: Experiment & { plan: Plan }): void => {
    const { id, plan } = experiment
    const cancel = new AbortController()
    const startedMs = deps.clock.monotonicMs()
    let message = ''
    const progress = (): Progress =>
      progressOf(deps, plan, deps.store.listRuns(id), (deps.clock.monotonicMs() - startedMs) / 1000, message, Date.parse(deps.clock.nowIso()))
    const tell = (): void => deps.events.emit('experiment.progress', progress())
    const ticker = setInterval(tell, 1000)
    pauses.delete(id)
    const finished = runAll(experiment, cancel.signal, (text) => {
      message = text
      tell()
    })
      .catch((error: unknown) => {
        const problem = toProblem(error)
        pauses.set(id, problem)
        deps.events.emit('problem', problem)
        return setStatus(id, 'paused')
      })
      .finally(() => {
        clearInterval(ticker)
        active.delete(id)
      })
    active.set(id, { cancel, finished, progress })
  }

  const rest = async (id: string): Promise<Experiment> => {
    const running = active.get(id)
    return running ? running.finished : need(deps, id)
  }

  return {
    async start(plan, signal) {
      const experiment = await openExperiment(deps, plan, signal)
      begin(experiment)
      return experiment
    },
    resume(id) {
      const experiment = need(deps, id)
      if (active.has(experiment.id)) return experiment
      if (!deps.store.listRuns(experiment.id).some((run) => openStatuses.has(run.status))) return experiment
      const running = { ...setStatus(experiment.id, 'running'), plan: experiment.plan }
      begin(running)
      return running
    },
    wait: rest,
    async cancel(id) {
      const experiment = need(deps, id)
      if (!active.has(experiment.id)) {
        if (!deps.store.listRuns(experiment.id).some((run) => openStatuses.has(run.status))) return experiment
        begin(experiment)
      }
      active.get(experiment.id)?.cancel.abort()
      return rest(experiment.id)
    },
    retry(runId) {
      const run = deps.store.findRun(runId)
      if (!run) throw appError('store.not_found', `There is no run "${runId}".`)
      if (run.status !== 'failed' && run.status !== 'cancelled') throw appError('input.invalid', `Run ${runId} is ${run.status}; only failed or cancelled runs are run again.`)
      const again = retryOf(deps, run)
      deps.store.addRun(again)
      if (!active.has(run.experimentId)) this.resume(run.experimentId)
      return again
    },
    progress: (id) => active.get(id)?.progress() ?? null,
    pauseReason: (id) => pauses.get(id) ?? null,
    interrupted: () => deps.store.listExperiments().filter((experiment) => experiment.status === 'running' && !active.has(experiment.id)),
    isActive: (id) => active.has(id),
  }
}

/** True for problems that mean "this host refuses us", which the CLI answers with its own exit code. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && ['ssh.auth_failed', 'ssh.host_key_unknown', 'ssh.host_key_changed', 'ssh.host_key_revoked', 'ssh.cert_authority_unsupported', 'ssh.proxy_command_refused', 'remote.not_permitted'].includes(error.code)
