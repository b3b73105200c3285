import { appError, toProblem, type Experiment, type ImportOutcome, type Run } from '../../../preload/contract'
import { breathe } from './breathe'
import type { ImportDeps } from './deps'
import { planRuns, type CommitPlan, type CommitRequest } from './plan-runs'
import type { ImportSession } from './session'
import { storeLaunches } from './store-launches'

/** Runs deleted in one transaction. */
const dropAtOnce = 20

/** Deletes an import that was not finished, and the bytes that only it kept; `kept`: what it may have written besides its rows. */
export const dropImport = async ({ store, artifacts }: ImportDeps, id: string, kept: ReadonlySet<string> = new Set()): Promise<void> => {
  const doomed = new Set(kept)
  for (;;) {
    const { left, orphans } = store.dropImport(id, dropAtOnce)
    for (const sha256 of orphans) doomed.add(sha256)
    if (left === 0) break
    await breathe()
  }
  for (const sha256 of store.unnamedArtifacts([...doomed])) await artifacts.remove(sha256)
}

const newExperiment = ({ ids, clock, version }: ImportDeps, name: string): Experiment => ({
  id: ids.next('exp'),
  name,
  question: name,
  status: 'imported',
  plan: null,
  createdAt: clock.nowIso(),
  endedAt: null,
  simulated: false,
  programVersion: version,
  counts: { total: 0, done: 0, failed: 0, refused: 0, cancelled: 0 },
})

type Counts = ImportOutcome['runs']

const count = (counts: Counts, { status }: Run): void => {
  counts.total += 1
  if (status === 'done' || status === 'failed' || status === 'refused') counts[status] += 1
}

const planned = async (
  { store }: ImportDeps,
  session: ImportSession,
  request: CommitRequest,
  found: Experiment | undefined,
): Promise<CommitPlan> => {
  try {
    const known = { picture: await session.picture(), uses: session.uses }
    return await planRuns([...session.entries.values()], request, known, found ? store.launchCounts(found.id) : [])
  } catch (error) {
    session.pace.end('ready')
    throw error
  }
}

/**
 * Stores what was staged: all of it is seen at once, or none. Throws input.cancelled when the signal aborts, parse.unrecognised
 * when there is nothing to store, store.* and input.file_unreadable; nothing is kept then.
 */
export const commitImport = async (
  deps: ImportDeps,
  session: ImportSession,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<ImportOutcome> => {
  const { store, events } = deps
  const found = store.findExperiment(request.experiment)
  const experiment = found ?? newExperiment(deps, request.experiment)
  // From here on nothing may be added: it would be neither stored nor kept for later.
  session.pace.begin('storing', session.entries.size, 0)
  const plan = await planned(deps, session, request, found)
  const files = plan.launches.flatMap((launch) => launch.entries)
  const kept = new Set<string>()
  let isSimulated = false
  const batch = deps.artifacts.batch()
  const runs: Counts = { total: 0, done: 0, failed: 0, refused: 0 }
  session.pace.begin(
    'storing',
    files.length,
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  store.beginImport({ id: session.id, experiment, make: !found, at: deps.clock.nowIso() })
  try {
    await storeLaunches(plan.launches, {
      deps,
      importId: session.id,
      experiment,
      signal,
      batch,
      runId: deps.ids.next('run'),
      onKept: (sha256) => kept.add(sha256),
      onRun: (run) => {
        count(runs, run)
        isSimulated ||= run.simulated
      },
      onStored: (some, bytes) => session.pace.advance(some, bytes),
    })
    await batch.settle()
    const record = store.finishImport(session.id, files.length)
    if (isSimulated) store.markSimulated(experiment.id)
    session.pace.end('stored')
    events.emit('experiment.changed', { id: experiment.id })
    return { import: record, experiment: experiment.id, runs, skipped: plan.skipped, unrecognised: plan.unrecognised }
  } catch (error) {
    await dropImport(deps, session.id, kept)
    const cancelled = appError('input.cancelled', 'Storing was cancelled; nothing was kept.')
    const told = signal.aborted ? cancelled : error
    session.pace.end('ready', toProblem(told))
    throw told
  }
}
