import type { ProbeDefinition, ProbeReads } from '../../remote-scripts/_kit/probe'
import type { FileParser } from '../ports/file-parser'
import type { Clock, IdSource } from '../ports/clock'
import type { JobRunner } from '../ports/jobs'
import type { HostPool } from '../ports/remote-host'
import type { ReportFiles, ReportPrinter } from '../ports/report-printer'
import type { ArtifactStore, RunStore } from '../ports/store'
import type { EventBus } from './events'

/** What the use cases need from outside; wired once in hosts/compose.ts. */
export interface Deps {
  store: RunStore
  artifacts: ArtifactStore
  pool: HostPool
  jobs: JobRunner
  printer: ReportPrinter
  reportFiles: ReportFiles
  clock: Clock
  ids: IdSource
  events: EventBus
  probes: ReadonlyMap<string, ProbeDefinition>
  /** The probes, and the folders that only read logs. */
  readers: ReadonlyMap<string, ProbeReads>
  parser: FileParser
  kitFiles: ReadonlyMap<string, string>
  version: string
  dataDir: string
}
