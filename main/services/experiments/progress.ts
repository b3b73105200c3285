import type { Plan, Progress, Run } from '../../../preload/contract'
import { armKey } from '../../core/runs/design'
import { isTerminal } from '../../core/runs/state'
import type { Deps } from '../deps'
import { launchParams } from '../plans/params'

const durationSeconds = (run: Run): number | null =>
  run.startedAt && run.endedAt ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : null

/** Robust: a launch that a closed lid interrupted took hours, and says nothing about the next. */
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0

/** Seconds one launch takes: what was measured for this probe and arm, else for the probe, else what the probe expects. */
export const launchSeconds = (deps: Pick<Deps, 'probes'>, plan: Plan, runs: Run[], run: Pick<Run, 'probeIndex' | 'arm'>): number => {
  const ended = runs.filter((other) => other.probeIndex === run.probeIndex && other.status === 'done')
  const sameArm = ended.filter((other) => armKey(other.arm) === armKey(run.arm))
  const known = (sameArm.length > 0 ? sameArm : ended).map(durationSeconds).filter((value) => value !== null)
  if (known.length > 0) return median(known)
  const use = plan.probes[run.probeIndex]
  const probe = use && deps.probes.get(use.probe)
  if (!use || !probe) return plan.limits.run_seconds
  const { params } = launchParams(probe, use, run.arm)
  return params === null ? plan.limits.run_seconds : probe.expectedSeconds(params)
}

/** Progress from the store's truth; `message` says what is happening now. */
export const progressOf = (
  deps: Pick<Deps, 'probes'>,
  plan: Plan,
  runs: Run[],
  elapsedSeconds: number,
  message: string,
  nowMs: number,
): Progress => {
  const open = runs.filter((run) => !isTerminal(run.status))
  const current = open.find((run) => run.status !== 'pending') ?? null
  const left = open.reduce((sum, run) => {
    const spent = run === current && run.startedAt ? (nowMs - Date.parse(run.startedAt)) / 1000 : 0
    return sum + Math.max(0, launchSeconds(deps, plan, runs, run) - spent)
  }, 0)
  return {
    experimentId: runs[0]?.experimentId ?? '',
    runId: current?.id ?? null,
    phase: current?.status ?? null,
    completed: runs.length - open.length,
    total: runs.length,
    elapsedSeconds,
    secondsLeft: runs.length > 0 ? left : null,
    message,
  }
}
