import { AppError, toProblem, type Experiment, type Plan, type Problem, type Run } from '../../../preload/contract'
import type { RoleJob } from '../../../remote-scripts/_kit/probe'
import type { Deps } from '../deps'
import { neutralise } from '../text'
import { planLaunch, refuseUnplayed, type PlannedLaunch } from './launch-context'
import {
  cleanRoles,
  collectRoles,
  collectWatchers,
  followMainRoles,
  launchRoles,
  launchWatchers,
  stopRoles,
  type RoleSetting,
} from './roles'
import { advance } from './run-state'
import { settleRun } from './settle'
import { isCancelled, isLeaving } from './stopping'

export interface RunSetting {
  deps: Deps
  experiment: Experiment
  plan: Plan
  signal: AbortSignal
  onMessage: (message: string) => void
}

/** A host that is cut off, or a full disk here, says nothing about the launch: the host keeps it until the experiment is resumed. */
const isPause = (error: unknown): error is AppError => error instanceof AppError && /^(ssh|store)\./.test(error.code)

const save = ({ deps }: RunSetting, run: Run): Run => {
  deps.store.saveRun(run)
  deps.events.emit('run.changed', run)
  return run
}

const finish = ({ deps }: RunSetting, settled: { run: Run } & Partial<Awaited<ReturnType<typeof settleRun>>>): Run => {
  deps.store.completeRun(settled.run, settled.measurements ?? [], settled.series ?? [])
  if (settled.run.simulated) deps.store.markSimulated(settled.run.experimentId)
  deps.events.emit('run.changed', settled.run)
  return settled.run
}

const failed = (deps: Deps, run: Run, problem: Problem): Run => ({
  ...advance(run, { type: problem.code === 'run.cancelled' ? 'cancelled' : 'attemptFailed', problem }),
  endedAt: deps.clock.nowIso(),
})

const allJobs = ({ jobs, watch }: PlannedLaunch): RoleJob[] => [...jobs, ...(watch?.jobs ?? [])]

const commandsOf = (planned: PlannedLaunch): Run['commands'] =>
  allJobs(planned).map((job) => ({ role: job.role, host: job.host, command: job.display }))

const roleSetting = (setting: RunSetting, run: Run, planned: PlannedLaunch): RoleSetting => ({
  deps: setting.deps,
  plan: setting.plan,
  run,
  jobs: planned.jobs,
  watchers: planned.watch?.jobs ?? [],
  signal: setting.signal,
  onMessage: setting.onMessage,
  onLog: (name, chunk) => setting.deps.events.emit('run.log', { runId: run.id, name, text: neutralise(new TextDecoder().decode(chunk)) }),
})

/** Everything home, read and judged. */
const bringHome = async (setting: RunSetting, roles: RoleSetting, run: Run, planned: PlannedLaunch): ReturnType<typeof settleRun> => {
  const [collected, watched] = await Promise.all([collectRoles(roles), collectWatchers(roles)])
  return settleRun(setting.deps, run, planned, collected, watched)
}

/** Launch, follow, collect, settle. Every step may be repeated after a crash: the host holds the truth until the store does. */
const drive = async (setting: RunSetting, started: Run, planned: PlannedLaunch): Promise<Run> => {
  const roles = roleSetting(setting, started, planned)
  let run = started
  try {
    await launchWatchers(roles)
    await launchRoles(roles)
    run = save(setting, advance(run, { type: 'jobStarted' }))
    await followMainRoles(roles)
  } catch (error) {
    // What was started goes on, and is found again on resume.
    if (setting.signal.aborted || isPause(error)) throw error
    await stopRoles(roles, allJobs(planned))
    if (!(error instanceof AppError)) throw error
    const settled = await bringHome(setting, roles, run, planned)
    // What the job itself reported says more than that a role did not start; a folder that never came to be says less.
    const own = settled.run.problem?.code === 'remote.lost' ? null : settled.run.problem
    const done = finish(setting, { ...settled, run: failed(setting.deps, { ...settled.run, status: run.status }, own ?? error.problem) })
    await cleanRoles(roles)
    return done
  }
  await stopRoles(roles, allJobs(planned))
  run = save(setting, advance(run, { type: 'jobEnded' }))
  const done = finish(setting, await bringHome(setting, roles, run, planned))
  await cleanRoles(roles)
  return done
}

/** A dead connection may only be noticed by its keepalive, long after the user has waited enough. */
const cancelPatienceMs = 20_000

const cancelDriven = async (setting: RunSetting, run: Run, planned: PlannedLaunch): Promise<Run> => {
  const patience = AbortSignal.timeout(cancelPatienceMs)
  const roles = roleSetting({ ...setting, signal: patience }, run, planned)
  const stopOne = (job: RoleJob): Promise<Problem[]> => {
    const unanswered: Problem = {
      code: 'remote.lost',
      message: `${job.host} did not answer; role ${job.role} there ends by itself at its time limit.`,
    }
    const gaveUp = new Promise<Problem[]>((resolve) => patience.addEventListener('abort', () => resolve([unanswered]), { once: true }))
    return Promise.race([stopRoles(roles, [job], patience), gaveUp])
  }
  const left = (await Promise.all(allJobs(planned).map(stopOne))).flat()
  if (left.length === 0) await cleanRoles(roles)
  const problem: Problem = {
    code: 'run.cancelled',
    message:
      left.length === 0 ? 'Cancelled; nothing of it is left on the hosts.' : `Cancelled, but: ${left.map((one) => one.message).join(' ')}`,
  }
  return finish(setting, { run: failed(setting.deps, run, problem) })
}

/**
 * One launch to its final status, which is stored exactly once. Resumes what an earlier process left unfinished, since the
 * job folders are named by the run. Throws ssh.* and store.* only: then the run keeps its phase and can be resumed.
 */
export const executeRun = async (setting: RunSetting, pending: Run): Promise<Run> => {
  const { deps, plan } = setting
  let planned: PlannedLaunch
  try {
    planned = planLaunch(deps, plan, pending, deps.store.environments(pending.experimentId))
    refuseUnplayed(planned)
  } catch (error) {
    return finish(setting, { run: failed(deps, pending, toProblem(error)) })
  }
  const run = save(setting, {
    ...advance({ ...pending, problem: null }, { type: 'deployBegan' }),
    commands: commandsOf(planned),
    kitSha256: deps.jobs.kitSha256,
    startedAt: pending.startedAt ?? deps.clock.nowIso(),
    simulated: pending.simulated || planned.context.hosts.some((host) => host.inventory?.simulated),
  })
  try {
    return await drive(setting, run, planned)
  } catch (error) {
    if (isCancelled(setting.signal)) return cancelDriven(setting, run, planned)
    if (isLeaving(setting.signal) || isPause(error)) throw error
    return finish(setting, { run: failed(deps, run, toProblem(error)) })
  }
}
