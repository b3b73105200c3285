import type { Problem, Warning } from '../../preload/contract'
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
  /** The host is the simulated lab's. */
  simulated?: boolean
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
  /** Files that went into a sink of `CollectOptions.sinkFor` instead of `files`. */
  streamed?: { name: string; sha256: string; sizeBytes: number }[]
  /** What was left on the host, and why. */
  warnings?: Warning[]
}

/** Takes a file's bytes in order. */
export interface FileSink {
  /** The chunk is the sink's until the promise resolves; then its memory is used again. */
  write(chunk: Uint8Array): Promise<void> | void
  /** The checksum did not match: what was written is void, and the file comes once more from its beginning. */
  restart(): Promise<void> | void
}

export interface CollectOptions {
  /** Most bytes of all files together, default 8 GiB; the largest beyond it stay on the host, with a warning. */
  maxBytes?: number
  /** Asked for every file that does not come inline (beyond 4 MiB in all); null or absent: into memory. */
  sinkFor?: (name: string, sizeBytes: number) => Promise<FileSink | null>
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
  /** Verified by SHA-256. After a lost connection, call again: it goes on from the byte it had. */
  collect(host: RemoteHost, jobId: string, signal?: AbortSignal, options?: CollectOptions): Promise<CollectedJob>
  /** One file of the `out` folder into a sink, verified; memory stays small whatever its size. */
  pull(host: RemoteHost, jobId: string, name: string, sink: FileSink, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }>
  /** launch, follow to the end and collect; one round trip when the kit is on the host and the output is small. */
  runJob(
    host: RemoteHost,
    job: JobSpec,
    options?: Omit<FollowOptions, 'until'> & CollectOptions,
  ): Promise<CollectedJob & { uploadedBytes: number }>
  /** Ends the whole process group: TERM, then KILL. Returns when nothing of it is left. */
  cancel(host: RemoteHost, jobId: string): Promise<void>
  /** Removes the job folder. */
  clean(host: RemoteHost, jobId: string): Promise<void>
  /** Removes ~/.cache/headroom whole, running jobs excepted; bytes freed. */
  cleanAll(host: RemoteHost): Promise<number>
  /** Content hash of the kit that launch deploys. */
  readonly kitSha256: string
}
