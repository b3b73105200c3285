import type {
  Arm,
  ArtifactRef,
  Environment,
  Experiment,
  ExperimentStatus,
  ImportRecord,
  Measurement,
  Run,
  RunStatus,
  SavedHost,
  Series,
  SeriesInfo,
  VerifyReport,
} from '../../preload/contract'
import type { MeasurementColumns } from '../core/runs/measurement-columns'

/** A job that was (or may have been) started on a host; written before it is started. */
export interface JobRecord {
  runId: string
  role: string
  host: string
  /** Directory name under ~/.cache/headroom/jobs on that host. */
  jobId: string
  startedAt: string
}

export interface StoredMeasurement extends Measurement {
  runId: string
}

/** What the user set as an indicator's target, in its canonical unit; null: none is wanted. */
export interface StoredTarget {
  indicator: string
  value: number | null
}

/** `bytes` is null where only the hash is known; `subjects` are the rows that name it, `run R: client/stdout`. */
export interface ArtifactReference {
  sha256: string
  bytes: number | null
  subjects: string[]
}

/** For analysis: whole series and counts, beside RunStore. */
export interface SeriesStore {
  /** Every sample, bit for bit; `timesUs` is null when x is the index. Throws store.not_found, store.damaged. */
  readSeriesFull(id: number): { values: Float64Array; timesUs: Float64Array | null }
  runCount(experimentId: string): number
}

export interface ImportStart {
  id: string
  experiment: Experiment
  /** The experiment is new. */
  make: boolean
  at: string
}

/** A run of an import, or more measurements of one that an earlier part began. */
export interface ImportedPart {
  runId: string
  run: Run | null
  measurements: MeasurementColumns
  /** No more of this run follows. */
  last: boolean
}

export interface RunUse {
  runId: string
  experimentId: string
  experiment: string
}

/** Imports of files. What was begun is seen by nobody before it is finished: neither its runs nor an experiment made for it. */
export interface ImportStore {
  beginImport(start: ImportStart): void
  /** One transaction. The artifacts that the runs name are durable already. */
  addImported(id: string, parts: readonly ImportedPart[]): void
  finishImport(id: string, files: number): ImportRecord
  /** Deletes at most `most` runs of an unfinished import, with the last one the import. `orphans`: artifacts that no row names any more. */
  dropImport(id: string, most: number): { left: number; orphans: string[] }
  unfinishedImports(): string[]
  /** Of these, what no row names. */
  unnamedArtifacts(sha256s: readonly string[]): string[]
  /** How many runs each probe has in each arm; arms that differ in the order of their factors apart. */
  launchCounts(experimentId: string): { probe: string; arm: Arm; count: number }[]
  /** Hides exactly the import's runs, or shows them again. */
  setImportUndone(id: string, undone: boolean): ImportRecord
  findImport(id: string): ImportRecord | undefined
  runsOfImport(id: string): string[]
  /** Finished ones, newest first. */
  listImports(experimentId?: string): ImportRecord[]
  /** SHA-256 -> a run that keeps these bytes and can be seen. */
  runsKeeping(sha256s: readonly string[]): Map<string, RunUse>
}

/** All writes are durable when the call returns. Throws AppError store.*. */
export interface RunStore {
  createExperiment(experiment: Experiment, runs: Run[]): void
  /** By id, else by exact name (newest first); undefined when there is none. */
  findExperiment(idOrName: string): Experiment | undefined
  listExperiments(): Experiment[]
  setExperimentStatus(id: string, status: ExperimentStatus, endedAt: string | null): void
  /** Hides it; `restoreExperiment` undoes that. */
  removeExperiment(id: string): void
  restoreExperiment(id: string): void
  markSimulated(experimentId: string): void

  addRun(run: Run): void
  /** Metadata only (status, problem, transport, facts, commands, times). */
  saveRun(run: Run): void
  /** One transaction: final metadata, artifacts, measurements, series. Replaces what an earlier call stored for the run. */
  completeRun(run: Run, measurements: Measurement[], series: Series[]): void
  findRun(id: string): Run | undefined
  /** In executed order. */
  listRuns(experimentId: string): Run[]
  runsWithStatus(statuses: RunStatus[]): Run[]
  measurementsOfRun(runId: string): Measurement[]
  measurementsOfExperiment(experimentId: string): StoredMeasurement[]

  saveJob(job: JobRecord): void
  jobsOfRun(runId: string): JobRecord[]

  saveEnvironment(environment: Environment): void
  environments(experimentId: string): Environment[]

  listHosts(): SavedHost[]
  saveHost(host: SavedHost): void
  removeHost(name: string): void

  /** Targets that were set; those of a later version's indicators among them. */
  listTargets(): StoredTarget[]
  saveTarget(target: StoredTarget): void
  /** Without one the default holds; removing none is no failure. */
  removeTarget(indicator: string): void

  listSeries(experimentId: string): SeriesInfo[]
  seriesInfo(id: number): SeriesInfo | undefined
  /** Min/max downsampled to at most maxPoints; from and to are x values (timesUs, or the index). */
  readSeries(
    id: number,
    options: { maxPoints: number; from?: number; to?: number },
  ): { x: Float64Array; y: Float64Array; min: number; max: number; total: number }

  /** Every artifact that a row names. */
  artifactReferences(): ArtifactReference[]
  verify(): Pick<VerifyReport, 'findings'> & { rows: number; series: number }
  close(): void
}

/** Artifacts whose rows nobody sees before `settle`: then they are durable, and only then. */
export interface ArtifactBatch {
  /** In order; their fsyncs run side by side. */
  put(files: readonly { name: string; bytes: Uint8Array }[]): Promise<ArtifactRef[]>
  /** Makes the names of all that was put durable, each folder once. */
  settle(): Promise<void>
}

/** Content-addressed files; a returned reference is fsynced. */
export interface ArtifactStore {
  put(name: string, bytes: Uint8Array): Promise<ArtifactRef>
  /** For very many. */
  batch(): ArtifactBatch
  /** Only what no row names. */
  remove(sha256: string): Promise<void>
  /** Streams a large artifact; the reference is known only at the end. */
  writer(name: string): Promise<{ write(chunk: Uint8Array): Promise<void>; finish(): Promise<ArtifactRef>; abort(): Promise<void> }>
  /** Bytes from offset; throws store.not_found. */
  read(sha256: string, offset?: number, length?: number): Promise<Uint8Array>
  has(sha256: string): Promise<boolean>
  /** Re-hashes all; a finding per file that is missing, damaged or not named by a row. */
  verify(references: ArtifactReference[]): Promise<Pick<VerifyReport, 'findings'> & { artifacts: number; bytes: number }>
}
