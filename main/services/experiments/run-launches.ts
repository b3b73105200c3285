import { appError, type ExperimentStatus, type Run } from '../../../preload/contract'
import { executeRun, type RunSetting } from './execute-run'
import { nextLaunch, retryOf } from './next-launch'
import { advance } from './run-state'
import { isCancelled, isLeaving } from './stopping'

const describe = (run: Run): string =>
  [
    run.probe,
    ...Object.values(run.arm),
    run.warmup ? 'warm-up' : `repeat ${run.repeat}`,
    ...(run.attempt > 1 ? [`attempt ${run.attempt}`] : []),
  ].join(' ')

const finalStatus = (runs: readonly Run[]): ExperimentStatus =>
  runs.some((run) => run.status === 'done' && !run.warmup) ? 'done' : 'failed'

const cancelPending = ({ deps, experiment }: RunSetting): void => {
  for (const run of deps.store.listRuns(experiment.id)) {
    if (run.status !== 'pending') continue
    const cancelled = advance(run, { type: 'cancelled', problem: { code: 'run.cancelled', message: 'Cancelled before it started.' } })
    deps.store.saveRun(cancelled)
    deps.events.emit('run.changed', cancelled)
  }
}

/** Every launch that is left, one after the other; the store says which. Throws ssh.*, store.*: then the rest can be resumed. */
export const runLaunches = async (setting: RunSetting): Promise<ExperimentStatus> => {
  const { deps, plan, signal, onMessage } = setting
  const { id } = setting.experiment
  for (;;) {
    if (isLeaving(signal)) throw appError('run.cancelled', 'The program ends.')
    if (isCancelled(signal)) cancelPending(setting)
    const next = nextLaunch(deps.store.listRuns(id), plan.limits)
    if (!next || (next.retry && isCancelled(signal))) break
    if (next.retry) {
      deps.store.addRun(retryOf(next.run, deps.ids.next('run')))
      continue
    }
    onMessage(describe(next.run))
    await executeRun(setting, next.run)
  }
  return isCancelled(signal) ? 'cancelled' : finalStatus(deps.store.listRuns(id))
}
