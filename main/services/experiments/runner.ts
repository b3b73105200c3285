import {
  appError,
  toProblem,
  type Experiment,
  type ExperimentStatus,
  type Plan,
  type Problem,
  type Progress,
  type Run,
} from '../../../preload/contract'
import { isTerminal } from '../../core/runs/state'
import type { Deps } from '../deps'
import { createHostTurns } from './host-turns'
import { lastAttempts, nextLaunch, retryOf } from './next-launch'
import { openExperiment } from './open-experiment'
import { progressOf } from './progress'
import { runLaunches } from './run-launches'
import { canRunAgain } from './run-state'
import { isLeaving, leave } from './stopping'

type Planned = Experiment & { plan: Plan }

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
  /** Why the experiment paused, also after a restart; null when it is not paused. */
  pauseReason(id: string): Problem | null
  /** Experiments that were running when the last process ended. */
  interrupted(): Experiment[]
  isActive(id: string): boolean
  /** Lets go of everything: what runs on the hosts runs on, and the next process finds it again. */
  close(): Promise<void>
}

const need = (deps: Deps, id: string): Planned => {
  const experiment = deps.store.findExperiment(id)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${id}".`)
  if (!experiment.plan) throw appError('input.invalid', `Experiment "${experiment.name}" was imported: it has no plan that could run.`)
  return { ...experiment, plan: experiment.plan }
}

const firstOpen = (deps: Deps, id: string): Run | undefined => deps.store.listRuns(id).find((run) => !isTerminal(run.status))

/** A cancelled experiment goes on only with launches that the user asked for again. */
const hasWork = (deps: Deps, { id, status, plan }: Planned): boolean =>
  status === 'cancelled' ? firstOpen(deps, id) !== undefined : nextLaunch(deps.store.listRuns(id), plan.limits) !== undefined

/** True for an experiment that a process left in the middle, were it only before the last word. */
const isUnfinished = ({ status }: Experiment): boolean => status === 'running' || status === 'paused'

/** Boot ids, since two names may be one machine; the address where a host did not tell its own. */
const machinesOf = (deps: Deps, id: string): string[] =>
  deps.store.environments(id).map(({ inventory, target }) => inventory.bootId || target)

const needRepeatable = (deps: Deps, runId: string): Run => {
  const run = deps.store.findRun(runId)
  if (!run) throw appError('store.not_found', `There is no run "${runId}".`)
  if (!canRunAgain(run))
    throw appError('input.invalid', `Run ${runId} is ${run.status}; only failed, refused or cancelled runs are run again.`)
  if (!lastAttempts(deps.store.listRuns(run.experimentId)).some((last) => last.id === runId)) {
    throw appError('input.invalid', `Run ${runId} was run again already.`)
  }
  return run
}

const createActivity = (deps: Deps) => {
  const active = new Map<string, Active>()
  const turns = createHostTurns()

  const setStatus = (id: string, status: ExperimentStatus): Planned => {
    deps.store.setExperimentStatus(id, status, status === 'running' || status === 'paused' ? null : deps.clock.nowIso())
    deps.events.emit('experiment.changed', { id })
    return need(deps, id)
  }

  /** The reason is kept with the run that could not go on, so that it survives the program. */
  const pause = (id: string, problem: Problem): Experiment => {
    deps.events.emit('problem', problem)
    const stuck = firstOpen(deps, id)
    if (stuck) deps.store.saveRun({ ...stuck, problem })
    return setStatus(id, 'paused')
  }

  const runToEnd = async (experiment: Planned, signal: AbortSignal, onMessage: (message: string) => void): Promise<Experiment> => {
    const { id } = experiment
    const giveBack = await turns.take(id, machinesOf(deps, id), signal, (owners) =>
      onMessage(`Waiting for ${owners.join(', ')}, which measures on the same hosts`),
    )
    try {
      return setStatus(id, await runLaunches({ deps, experiment, plan: experiment.plan, signal, onMessage }))
    } catch (error) {
      return isLeaving(signal) ? experiment : pause(id, toProblem(error))
    } finally {
      giveBack()
    }
  }

  const begin = (experiment: Planned): void => {
    const { id, plan } = experiment
    const cancel = new AbortController()
    const startedMs = deps.clock.monotonicMs()
    let message = ''
    const progress = (): Progress =>
      progressOf(
        deps,
        plan,
        deps.store.listRuns(id),
        (deps.clock.monotonicMs() - startedMs) / 1000,
        message,
        Date.parse(deps.clock.nowIso()),
      )
    const tell = (): void => deps.events.emit('experiment.progress', progress())
    const ticker = setInterval(tell, 1000)
    const finished = runToEnd(experiment, cancel.signal, (text) => {
      message = text
      tell()
    }).finally(() => {
      clearInterval(ticker)
      active.delete(id)
    })
    // Whoever waits hears it as well; without this, a store that fails while nobody waits would end the program.
    finished.catch((error: unknown) => deps.events.emit('problem', toProblem(error)))
    active.set(id, { cancel, finished, progress })
  }

  return { active, begin, setStatus }
}

/** Runs experiments; those that share a machine one after the other. */
export const createExperimentRunner = (deps: Deps): ExperimentRunner => {
  const { active, begin, setStatus } = createActivity(deps)
  const rest = async (id: string): Promise<Experiment> => active.get(id)?.finished ?? need(deps, id)
  const resume = (id: string): Experiment => {
    const experiment = need(deps, id)
    if (active.has(experiment.id) || !(isUnfinished(experiment) || hasWork(deps, experiment))) return experiment
    const running = setStatus(experiment.id, 'running')
    begin(running)
    return running
  }
  return {
    async start(plan, signal) {
      const experiment = await openExperiment(deps, plan, signal)
      begin(experiment)
      return experiment
    },
    resume,
    wait: rest,
    async cancel(id) {
      const experiment = need(deps, id)
      if (!active.has(experiment.id)) {
        if (!isUnfinished(experiment) && !hasWork(deps, experiment)) return experiment
        begin(experiment)
      }
      active.get(experiment.id)?.cancel.abort()
      return rest(experiment.id)
    },
    retry(runId) {
      const run = needRepeatable(deps, runId)
      const again = retryOf(run, deps.ids.next('run'))
      deps.store.addRun(again)
      resume(run.experimentId)
      return again
    },
    progress: (id) => active.get(id)?.progress() ?? null,
    pauseReason(id) {
      return deps.store.findExperiment(id)?.status === 'paused' ? (firstOpen(deps, id)?.problem ?? null) : null
    },
    interrupted: () => deps.store.listExperiments().filter((experiment) => experiment.status === 'running' && !active.has(experiment.id)),
    isActive: (id) => active.has(id),
    async close() {
      const all = [...active.values()]
      for (const { cancel } of all) leave(cancel)
      await Promise.allSettled(all.map(({ finished }) => finished))
    },
  }
}
