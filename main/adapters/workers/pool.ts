import { Worker } from 'node:worker_threads'
import { AppError, appError, toProblem, type Problem } from '../../../preload/contract'

/** What a worker answers; `progress` any number of times before the end. */
export type Answer = { progress: unknown } | { value: unknown } | { problem: Problem }

export interface PoolOptions {
  /** The built module that the threads run; it calls `serveWork`. */
  entry: string
  lanes: number
  /** What all threads together may add to the memory of the process, MiB; past it the one at work longest is ended. */
  memoryMiB: number
  /** A thread without work ends after this long. */
  idleMs?: number
}

/** What one file leaves behind dies with it: room for many files makes collecting it rare. */
const youngMiB = 64
/** Never to be met: a thread at V8's own limit takes the whole process along. */
const oldMiB = 16_384
const watchMs = 50
/** A thread that has ended gives its memory back within this time. */
const releaseMs = 500
const mebi = 2 ** 20

interface Job {
  task: unknown
  /** Called on abort: leaves the queue, or ends the thread at work. */
  stop: () => void
  onProgress: (progress: unknown) => void
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

const cancelled = (): AppError => appError('input.cancelled', 'The reading was cancelled.')

const tooLarge = (): AppError => appError('parse.too_large', 'Reading this needs more memory than the readers may take.')
const deathOf = (error: unknown): AppError => {
  if ((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY') return tooLarge()
  return new AppError(toProblem(error), { cause: error })
}

/** One thread at a time, started when there is work, and again after it was ended. */
class Lane {
  job: Job | null = null
  /** When the job began. */
  sinceMs = 0
  /** Threads that were told to end and have not yet: their memory is still here. */
  dying = 0
  private worker: Worker | null = null
  private idle: NodeJS.Timeout | undefined

  constructor(
    private readonly options: PoolOptions,
    private readonly onFree: () => void,
  ) {}

  begin(job: Job): void {
    this.job = job
    this.sinceMs = performance.now()
    clearTimeout(this.idle)
    // A parser at work hears nothing: its thread is ended, whatever it does.
    job.stop = () => void this.end()
    try {
      this.worker ??= this.start()
      this.worker.ref()
      this.worker.postMessage(job.task)
    } catch (error) {
      this.settle((one) => one.reject(deathOf(error)))
    }
  }

  async end(reason = cancelled()): Promise<void> {
    clearTimeout(this.idle)
    const { worker } = this
    this.worker = null
    this.dying += 1
    this.settle((job) => job.reject(reason))
    await worker?.terminate()
    this.dying -= 1
  }

  private start(): Worker {
    const { entry } = this.options
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: oldMiB, maxYoungGenerationSizeMb: youngMiB } })
    worker.on('message', (answer: Answer) => {
      if (worker === this.worker) this.heard(answer)
    })
    worker.on('error', (error) => this.died(worker, deathOf(error)))
    worker.on('exit', (code) => this.died(worker, appError('internal', `A reader ended by itself with code ${code}.`)))
    return worker
  }

  private heard(answer: Answer): void {
    if ('progress' in answer) this.job?.onProgress(answer.progress)
    else if ('value' in answer) this.settle((job) => job.resolve(answer.value))
    else this.settle((job) => job.reject(new AppError(answer.problem)))
  }

  private died(worker: Worker, error: AppError): void {
    if (worker !== this.worker) return
    this.worker = null
    this.settle((job) => job.reject(error))
  }

  private settle(outcome: (job: Job) => void): void {
    const { job } = this
    if (!job) return
    this.job = null
    this.worker?.unref()
    this.idle = setTimeout(() => void this.end(), this.options.idleMs ?? 30_000)
    this.idle.unref()
    outcome(job)
    this.onFree()
  }
}

/** Runs tasks on worker threads, one per lane, in the order of asking. */
export class WorkerPool {
  private readonly lanes: Lane[]
  private waiting: Job[] = []
  private closed = false
  private watch: NodeJS.Timeout | null = null
  /** Of the process while nobody was at work. */
  private restingBytes = 0
  private blindUntilMs = 0

  constructor(private readonly options: PoolOptions) {
    this.lanes = Array.from({ length: options.lanes }, () => new Lane(options, () => this.next()))
  }

  /** Rejects with what the worker threw, or input.cancelled once `signal` aborts: then its thread is ended at once. */
  run(task: unknown, signal?: AbortSignal, onProgress: (progress: unknown) => void = () => undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted || this.closed) return reject(cancelled())
      const onAbort = (): void => job.stop()
      const settling =
        <T>(outcome: (result: T) => void) =>
        (result: T): void => {
          signal?.removeEventListener('abort', onAbort)
          outcome(result)
        }
      const job: Job = { task, onProgress, stop: () => this.forget(job), resolve: settling(resolve), reject: settling(reject) }
      this.waiting.push(job)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const job of [...this.waiting]) this.forget(job)
    await Promise.all(this.lanes.map((lane) => lane.end()))
  }

  private forget(job: Job): void {
    if (!this.waiting.includes(job)) return
    this.waiting = this.waiting.filter((one) => one !== job)
    job.reject(cancelled())
  }

  private next(): void {
    for (const lane of this.lanes) {
      if (lane.job) continue
      const job = this.waiting.shift()
      if (!job) break
      lane.begin(job)
    }
    this.watchMemory()
  }

  /** V8 would end the process, not the thread; so whoever takes too much is ended before it comes to that. */
  private watchMemory(): void {
    const busy = this.lanes.some((lane) => lane.job)
    if (!busy && this.watch) {
      clearInterval(this.watch)
      this.watch = null
    }
    if (!busy || this.watch) return
    this.restingBytes = process.memoryUsage.rss()
    this.watch = setInterval(() => {
      // The memory of one that is ending must not be laid to another's charge.
      if (this.lanes.some((lane) => lane.dying > 0)) this.blindUntilMs = performance.now() + releaseMs
      if (performance.now() < this.blindUntilMs || process.memoryUsage.rss() - this.restingBytes < this.options.memoryMiB * mebi) return
      const [longest] = this.lanes.filter((lane) => lane.job).sort((a, b) => a.sinceMs - b.sinceMs)
      void longest?.end(tooLarge())
    }, watchMs)
    this.watch.unref()
  }
}
