import type { Run } from '../../../preload/contract/experiment'
import { armKey } from '../../ui/arms'

/** Wall-clock seconds of a finished run; null before it ended. */
export const runSeconds = (run: Pick<Run, 'startedAt' | 'endedAt'>): number | null =>
  run.startedAt && run.endedAt ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : null

const median = (values: number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return middle ?? null
}

/** Seconds left of a run under way, from the median of its like; null while no like run has ended. */
export const runSecondsLeft = (runs: readonly Run[], run: Run, nowMs: number): number | null => {
  if (!run.startedAt) return null
  const done = runs.filter((other) => other.probeIndex === run.probeIndex && other.status === 'done')
  const like = done.filter((other) => armKey(other.arm) === armKey(run.arm))
  const usual = median((like.length > 0 ? like : done).map(runSeconds).filter((value) => value !== null))
  return usual === null ? null : Math.max(0, usual - (nowMs - Date.parse(run.startedAt)) / 1000)
}

/** Launches of the experiment that have come to an end, whichever. */
export const settledCount = (counts: { done: number; failed: number; refused: number; cancelled: number }): number =>
  counts.done + counts.failed + counts.refused + counts.cancelled
