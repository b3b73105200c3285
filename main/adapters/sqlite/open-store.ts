import { resolve } from 'node:path'
import type { Measurement, Run, Series } from '../../../preload/contract'
import type { ImportStore, RunStore, SeriesStore } from '../../ports/store'
import { downsample } from './downsample'
import { guard, guardAll } from './errors'
import { type Migration, migrations } from './migrate'
import { type OpenDatabase, openDatabase } from './open-database'
import { createRepositories, type Repositories } from './repositories'
import { verifyDatabase } from './verify'

export interface OpenOptions {
  /** Takes no lock and writes nothing: works beside a running app. An absent store reads as an empty one. */
  readonly?: boolean
  /** For tests of later schemas. */
  migrations?: readonly Migration[]
}

export type SqliteStore = RunStore & SeriesStore & ImportStore

type Part<K extends keyof SqliteStore> = Pick<SqliteStore, K>

const experimentPart = ({
  handle,
  experiments,
  runs,
  artifacts,
}: Repositories): Part<
  | 'createExperiment'
  | 'findExperiment'
  | 'listExperiments'
  | 'setExperimentStatus'
  | 'removeExperiment'
  | 'restoreExperiment'
  | 'markSimulated'
> => ({
  createExperiment: (experiment, list) =>
    handle.write(() => {
      experiments.insert(experiment)
      const seq = experiments.seqOf(experiment.id)
      for (const run of list) artifacts.replace(runs.insert(run, seq), run.id, run.artifacts)
    }),
  findExperiment: (idOrName) => experiments.find(idOrName),
  listExperiments: () => experiments.list(),
  setExperimentStatus: (id, status, endedAt) => handle.write(() => experiments.setStatus(id, status, endedAt)),
  removeExperiment: (id) => handle.write(() => experiments.setRemoved(id, true)),
  restoreExperiment: (id) => handle.write(() => experiments.setRemoved(id, false)),
  markSimulated: (id) => handle.write(() => experiments.markSimulated(id)),
})

const completeRun =
  ({ handle, experiments, runs, artifacts, measurements, series }: Repositories) =>
  (run: Run, values: Measurement[], list: Series[]): void =>
    handle.write(() => {
      const seq = runs.update(run, experiments.seqOf(run.experimentId))
      artifacts.replace(seq, run.id, run.artifacts)
      measurements.replace(seq, run.id, values)
      series.replace(seq, run.id, list)
    })

const runPart = (
  repositories: Repositories,
): Part<
  | 'addRun'
  | 'saveRun'
  | 'completeRun'
  | 'findRun'
  | 'listRuns'
  | 'runsWithStatus'
  | 'measurementsOfRun'
  | 'measurementsOfExperiment'
  | 'runCount'
> => {
  const { handle, experiments, runs, artifacts, measurements } = repositories
  return {
    addRun: (run) => handle.write(() => artifacts.replace(runs.insert(run, experiments.seqOf(run.experimentId)), run.id, run.artifacts)),
    saveRun: (run) => handle.write(() => void runs.update(run, experiments.seqOf(run.experimentId))),
    completeRun: completeRun(repositories),
    findRun: (id) => runs.find(id),
    listRuns: (experimentId) => runs.list(experiments.seqOf(experimentId), experimentId),
    runsWithStatus: (statuses) => runs.withStatus(statuses),
    measurementsOfRun: (runId) => measurements.ofRun(runs.seqOf(runId)),
    measurementsOfExperiment: (experimentId) => measurements.ofExperiment(experiments.seqOf(experimentId)),
    runCount: (experimentId) => runs.count(experiments.seqOf(experimentId)),
  }
}

const hostPart = ({
  handle,
  experiments,
  runs,
  environments,
  jobs,
  hosts,
}: Repositories): Part<'saveJob' | 'jobsOfRun' | 'saveEnvironment' | 'environments' | 'listHosts' | 'saveHost' | 'removeHost'> => ({
  saveJob: (job) => handle.write(() => jobs.save(job, runs.seqOf(job.runId))),
  jobsOfRun: (runId) => jobs.list(runs.seqOf(runId), runId),
  saveEnvironment: (environment) => handle.write(() => environments.save(environment, experiments.seqOf(environment.experimentId))),
  environments: (experimentId) => environments.list(experiments.seqOf(experimentId), experimentId),
  listHosts: () => hosts.list(),
  saveHost: (host) => handle.write(() => hosts.save(host)),
  removeHost: (name) => handle.write(() => hosts.remove(name)),
})

const targetPart = ({ handle, targets }: Repositories): Part<'listTargets' | 'saveTarget' | 'removeTarget'> => ({
  listTargets: () => targets.list(),
  saveTarget: (target) => handle.write(() => targets.save(target)),
  removeTarget: (indicator) => handle.write(() => targets.remove(indicator)),
})

const seriesPart = ({
  experiments,
  series,
  artifacts,
}: Repositories): Part<'listSeries' | 'seriesInfo' | 'readSeries' | 'readSeriesFull' | 'artifactReferences'> => ({
  listSeries: (experimentId) => series.list(experiments.seqOf(experimentId)),
  seriesInfo: (id) => series.info(id),
  readSeries: (id, options) => downsample(series.open(id), options),
  readSeriesFull: (id) => series.readFull(id),
  artifactReferences: () => artifacts.references(),
})

const importPart = ({ handle, imports, experiments, runs }: Repositories): ImportStore => ({
  beginImport: (start) => handle.write(() => imports.begin(start)),
  addImported: (id, parts) => handle.write(() => imports.add(id, parts)),
  finishImport: (id, files) => handle.write(() => imports.finish(id, files)),
  dropImport: (id, most) => handle.write(() => imports.drop(id, most)),
  unfinishedImports: () => imports.unfinished(),
  unnamedArtifacts: (sha256s) => imports.unnamed(sha256s),
  launchCounts: (experimentId) => runs.launchCounts(experiments.seqOf(experimentId)),
  setImportUndone: (id, undone) => handle.write(() => imports.setUndone(id, undone)),
  findImport: (id) => imports.find(id),
  runsOfImport: (id) => imports.runIds(id),
  listImports: (experimentId) => imports.list(experimentId === undefined ? null : experiments.seqOf(experimentId)),
  runsKeeping: (sha256s) => imports.uses(sha256s),
})

const closeOnce = (opened: OpenDatabase): (() => void) => {
  let closed = false
  return () => {
    if (closed) return
    closed = true
    opened.close()
  }
}

/**
 * The store in `dataDir`: the folder is made, an older database is backed up and migrated.
 * Throws AppError store.busy (naming pid and host), store.newer (the file untouched), store.damaged, store.disk_full.
 */
export const openStore = (dataDir: string, { readonly = false, migrations: list = migrations }: OpenOptions = {}): SqliteStore => {
  const folder = resolve(dataDir)
  const opened = guard(() => openDatabase(folder, readonly, list))
  try {
    const repositories = guard(() => createRepositories(opened.handle))
    return guardAll({
      ...experimentPart(repositories),
      ...runPart(repositories),
      ...hostPart(repositories),
      ...targetPart(repositories),
      ...seriesPart(repositories),
      ...importPart(repositories),
      verify: () => verifyDatabase(repositories, list, folder),
      close: closeOnce(opened),
    })
  } catch (error) {
    opened.close()
    throw error
  }
}
