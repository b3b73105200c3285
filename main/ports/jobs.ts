import type { Problem } from '../../preload/contract'
import type { RemoteHost } from './remote-host'

/** What is put into one job folder on a host. */
export interface JobSpec {
  jobId: string
  /** Path inside the kit. */
  script: string
  env: Record<string, string>
  /** Shell text of the host's `setup`, empty for none. */
  setup: string
  limitSeconds: number
}

export interface JobStatus {
  /** `absent`: no such job folder; `lost`: it says running, but its process is gone or the host rebooted. */
  state: 'absent' | 'starting' | 'running' | 'done' | 'lost'
  exitCode: number | null
  ready: boolean
  /** Published by `hr_fact`. */
  facts: Record<string, string>
  heartbeatAgeSeconds: number | null
  /** Name -> bytes, of the job's `out` folder. */
  files: Record<string, number>
  problem: Problem | null
}

export interface CollectedFile {
  name: string
  sha256: string
  bytes: Uint8Array
}

export interface Counters {
  /** interface or `hca:port` -> bytes since boot. */
  [device: string]: { rxBytes: number; txBytes: number }
}

export interface CollectedJob {
  status: JobStatus
  files: CollectedFile[]
  countersBefore: Counters | null
  countersAfter: Counters | null
  simulated: boolean
}

export interface FollowOptions {
  signal?: AbortSignal
  /** Text appended to a log file of the job; `name` is stdout, stderr or progress. */
  onLog?: (name: string, chunk: Uint8Array) => void
  onStatus?: (status: JobStatus) => void
  /** Returns once this holds (default: state is done, lost or absent). */
  until?: (status: JobStatus) => boolean
}

/** The protocol of detached jobs over RemoteHost.exec; every verb may be repeated after a lost connection. */
export interface JobRunner {
  /** Deploys the kit if its hash is not there yet, writes the job folder, starts it detached. Idempotent by jobId. */
  launch(host: RemoteHost, job: JobSpec, signal?: AbortSignal): Promise<{ uploadedBytes: number }>
  status(host: RemoteHost, jobId: string, signal?: AbortSignal): Promise<JobStatus>
  follow(host: RemoteHost, jobId: string, options?: FollowOptions): Promise<JobStatus>
  collect(host: RemoteHost, jobId: string, signal?: AbortSignal): Promise<CollectedJob>
  /** Ends the whole process group: TERM, then KILL. Returns when nothing of it is left. */
  cancel(host: RemoteHost, jobId: string): Promise<void>
  /** Removes the job folder. */
  clean(host: RemoteHost, jobId: string): Promise<void>
  /** Removes ~/.cache/headroom whole, running jobs excepted; bytes freed. */
  cleanAll(host: RemoteHost): Promise<number>
  /** Content hash of the kit that launch deploys. */
  readonly kitSha256: string
}
