import { AppError, appError } from '../../../preload/contract'
import type { Clock } from '../../ports/clock'
import type { CollectedJob, CollectOptions, FileSink, FollowOptions, JobRunner, JobSpec, JobStatus } from '../../ports/jobs'
import type { ExecOptions, RemoteHost } from '../../ports/remote-host'
import { CollectReader, completeCollect, inlineBytes, type Partials } from './collect'
import { exchange } from './exchange'
import type { FrameHandler } from './frames'
import { buildKit, type Kit } from './kit'
import { deliverLog, followHandler, isLogName, type LogOffsets } from './logs'
import { composeProgram, type Verb } from './program'
import { pullFile } from './pull'
import type { PullContext } from './pull-range'
import { exportsOf } from './quote'
import { outFileName } from './status'

const jobIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
/** The host says something at least every six seconds while it follows. */
const followIdleMs = 30_000
const verbTimeoutMs = 60_000

type Variables = Record<string, string | number>
type Limits = Pick<ExecOptions, 'signal' | 'timeoutMs' | 'idleTimeoutMs'>

class Runner implements JobRunner {
  private readonly kit: Kit
  private readonly offsets = new Map<string, LogOffsets>()
  private readonly partials: Partials = new Map()

  constructor(
    kitFiles: ReadonlyMap<string, string>,
    private readonly clock: Clock,
  ) {
    this.kit = buildKit(kitFiles)
  }

  get kitSha256(): string {
    return this.kit.sha256
  }

  async launch(host: RemoteHost, job: JobSpec, signal?: AbortSignal): Promise<{ uploadedBytes: number }> {
    return this.withKit(host, 'launch', this.launchVariables(job), {}, { ...withSignal(signal), timeoutMs: verbTimeoutMs })
  }

  async status(host: RemoteHost, jobId: string, signal?: AbortSignal): Promise<JobStatus> {
    let last: JobStatus | null = null
    const handler = followHandler(newOffsets(), {}, (status) => (last = status), ignore)
    await this.send(host, 'status', { HR_JOB_ID: checkedId(jobId) }, handler, { ...withSignal(signal), timeoutMs: verbTimeoutMs })
    return present(last)
  }

  async follow(host: RemoteHost, jobId: string, options: FollowOptions = {}): Promise<JobStatus> {
    const at = this.offsetsOf(host, jobId)
    let milestone = options.until ? '' : '-'
    for (;;) {
      let last: JobStatus | null = null
      const variables = { HR_JOB_ID: checkedId(jobId), ...offsetVariables(at), HR_SEEN: milestone }
      const onStatus = (status: JobStatus): void => {
        last = status
        options.onStatus?.(status)
      }
      const onLine = (verb: string, rest: string): void => {
        if (verb === 'milestone') milestone = rest.slice(0, 200)
      }
      await this.send(host, 'follow', variables, followHandler(at, options, onStatus, onLine), {
        ...withSignal(options.signal),
        idleTimeoutMs: followIdleMs,
      })
      const status = present(last)
      if (isOver(status) || options.until?.(status)) return status
    }
  }

  async collect(host: RemoteHost, jobId: string, signal?: AbortSignal, options: CollectOptions = {}): Promise<CollectedJob> {
    const reader = new CollectReader()
    await this.send(host, 'collect', { HR_JOB_ID: checkedId(jobId), HR_INLINE: inlineOf(options) }, reader, {
      ...withSignal(signal),
      idleTimeoutMs: verbTimeoutMs,
    })
    return completeCollect(this.pullContext(host, jobId, signal), reader.answer(), this.partials, options)
  }

  async pull(
    host: RemoteHost,
    jobId: string,
    name: string,
    sink: FileSink,
    signal?: AbortSignal,
  ): Promise<{ sha256: string; sizeBytes: number }> {
    if (!outFileName.test(name)) throw appError('input.invalid', `${JSON.stringify(name)} is no file of a job's output`)
    const status = await this.status(host, jobId, signal)
    const sizeBytes = Object.hasOwn(status.files, name) ? status.files[name] : undefined
    if (sizeBytes === undefined) throw appError('remote.lost', `The job has no file ${name}`)
    return { sizeBytes, sha256: await pullFile(this.pullContext(host, jobId, signal), { name, sizeBytes }, sink) }
  }

  async runJob(
    host: RemoteHost,
    job: JobSpec,
    options: Omit<FollowOptions, 'until'> & CollectOptions = {},
  ): Promise<CollectedJob & { uploadedBytes: number }> {
    try {
      return await this.runAtOnce(host, job, options)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ssh.connection_lost' || options.signal?.aborted) throw error
      return this.runByVerbs(host, job, options)
    }
  }

  async cancel(host: RemoteHost, jobId: string): Promise<void> {
    await this.send(host, 'cancel', { HR_JOB_ID: checkedId(jobId) }, {}, { timeoutMs: verbTimeoutMs })
  }

  async clean(host: RemoteHost, jobId: string): Promise<void> {
    await this.send(host, 'clean', { HR_JOB_ID: checkedId(jobId) }, {}, { timeoutMs: verbTimeoutMs })
    this.forget(host, jobId)
  }

  async cleanAll(host: RemoteHost): Promise<number> {
    let freedBytes = 0
    const line = (verb: string, rest: string): void => {
      if (verb === 'freed' && /^-?\d{1,15}$/.test(rest)) freedBytes = Math.max(0, Number(rest))
    }
    await this.send(host, 'cleanAll', { HR_JOB_ID: 'none' }, { line }, { idleTimeoutMs: 600_000 })
    return freedBytes
  }

  private async runAtOnce(
    host: RemoteHost,
    job: JobSpec,
    options: Omit<FollowOptions, 'until'> & CollectOptions,
  ): Promise<CollectedJob & { uploadedBytes: number }> {
    const at = this.offsetsOf(host, job.jobId)
    const streaming = options.onLog !== undefined || options.onStatus !== undefined
    const variables = {
      ...this.launchVariables(job),
      ...offsetVariables(at),
      HR_SEEN: '-',
      HR_STREAM: streaming ? 1 : 0,
      HR_INLINE: inlineOf(options),
    }
    const reader = new CollectReader(options.onStatus)
    const seen = { running: false }
    const handler = runHandler(reader, at, options, () => (seen.running = true))
    const limits = { ...withSignal(options.signal), timeoutMs: (job.limitSeconds + 120) * 1000 }
    const { uploadedBytes } = await this.withKit(host, 'run', variables, handler, limits)
    if (seen.running) return { ...(await this.runByVerbs(host, job, options)), uploadedBytes }
    const collected = await completeCollect(this.pullContext(host, job.jobId, options.signal), reader.answer(), this.partials, options)
    // What the stream had not told yet when the job ended.
    for (const file of collected.files) deliverLog(file.name, 0, file.bytes, at, options.onLog)
    return { ...collected, uploadedBytes }
  }

  private async runByVerbs(
    host: RemoteHost,
    job: JobSpec,
    options: Omit<FollowOptions, 'until'> & CollectOptions,
  ): Promise<CollectedJob & { uploadedBytes: number }> {
    const { uploadedBytes } = await this.launch(host, job, options.signal)
    await this.follow(host, job.jobId, options)
    return { ...(await this.collect(host, job.jobId, options.signal, options)), uploadedBytes }
  }

  /** Without upload first; with it when the host says that the kit is absent or damaged. */
  private async withKit(
    host: RemoteHost,
    verb: Verb,
    variables: Variables,
    handler: Partial<FrameHandler>,
    limits: Limits,
  ): Promise<{ uploadedBytes: number }> {
    let missing = false
    const line = (said: string, rest: string): void => {
      if (said === 'kit') missing = true
      else handler.line?.(said, rest)
    }
    const watching: Partial<FrameHandler> = {
      line,
      fileStart: (frame) => handler.fileStart?.(frame),
      fileBytes: (chunk) => handler.fileBytes?.(chunk),
      fileEnd: () => handler.fileEnd?.(),
    }
    await this.send(host, verb, variables, watching, limits)
    if (!missing) return { uploadedBytes: 0 }
    await this.send(host, verb, variables, watching, limits, true)
    return { uploadedBytes: this.kit.sizeBytes }
  }

  private async send(
    host: RemoteHost,
    verb: Verb,
    variables: Variables,
    handler: Partial<FrameHandler>,
    limits: Limits,
    upload = false,
  ): Promise<void> {
    await exchange(host, (nonce) => composeProgram(this.kit, verb, variables, nonce, upload), handler, limits)
  }

  private launchVariables(job: JobSpec): Variables {
    if (!this.kit.files.has(job.script)) throw appError('input.invalid', `${job.script} is no script of the kit`)
    if (!(job.limitSeconds > 0 && job.limitSeconds <= 31_536_000))
      throw appError('input.invalid', 'The time limit of a job is between 1 s and a year')
    return {
      HR_JOB_ID: checkedId(job.jobId),
      HR_SCRIPT: job.script,
      HR_LIMIT: Math.ceil(job.limitSeconds),
      HR_SPEC_ENV: exportsOf(job.env),
      HR_SETUP: job.setup,
    }
  }

  private pullContext(host: RemoteHost, jobId: string, signal: AbortSignal | undefined): PullContext {
    return { host, kit: this.kit, clock: this.clock, jobId: checkedId(jobId), signal }
  }

  private offsetsOf(host: RemoteHost, jobId: string): LogOffsets {
    const key = `${host.target} ${jobId}`
    const known = this.offsets.get(key) ?? newOffsets()
    this.offsets.set(key, known)
    return known
  }

  private forget(host: RemoteHost, jobId: string): void {
    this.offsets.delete(`${host.target} ${jobId}`)
    for (const key of this.partials.keys()) {
      if (key.startsWith(`${host.target} ${jobId} `)) this.partials.delete(key)
    }
  }
}

const ignore = (): void => undefined
const newOffsets = (): LogOffsets => ({ stdout: 0, stderr: 0, progress: 0 })
const offsetVariables = (at: LogOffsets): Variables => ({ HR_AT_STDOUT: at.stdout, HR_AT_STDERR: at.stderr, HR_AT_PROGRESS: at.progress })
const withSignal = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal ? { signal } : {})
const isOver = (status: JobStatus): boolean => status.state === 'done' || status.state === 'lost' || status.state === 'absent'
const inlineOf = (options: CollectOptions): number => Math.min(inlineBytes, options.maxBytes ?? inlineBytes)

const checkedId = (jobId: string): string => {
  if (!jobIdPattern.test(jobId)) throw appError('input.invalid', `${JSON.stringify(jobId)} cannot name a job`)
  return jobId
}

const present = (status: JobStatus | null): JobStatus => {
  if (!status) throw appError('remote.tool_failed', 'The host sent no job status')
  return status
}

/** Log parts go to the log, whole files and everything else to the reader. */
const runHandler = (reader: CollectReader, at: LogOffsets, options: FollowOptions, onExisting: () => void): FrameHandler => {
  let log: { name: string; offset: number } | null = null
  return {
    line: (verb, rest) => {
      if (verb === 'follow') onExisting()
      else reader.line(verb, rest)
    },
    fileStart: (frame) => {
      log = isLogName(frame.name) && !frame.whole ? { name: frame.name, offset: frame.offsetBytes } : null
      if (!log) reader.fileStart(frame)
    },
    fileBytes: (chunk) => {
      if (!log) return reader.fileBytes(chunk)
      deliverLog(log.name, log.offset, chunk, at, options.onLog)
      log.offset += chunk.length
    },
    fileEnd: () => {
      if (!log) reader.fileEnd()
    },
  }
}

/** The protocol of detached jobs; `kitFiles` is what remote-scripts/index exports. */
export const createJobRunner = (options: { kitFiles: ReadonlyMap<string, string>; clock: Clock }): JobRunner =>
  new Runner(options.kitFiles, options.clock)
