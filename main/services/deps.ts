import type { ProbeDefinition } from '../../remote-scripts/_kit/probe'
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
  kitFiles: ReadonlyMap<string, string>
  version: string
  dataDir: string
}
