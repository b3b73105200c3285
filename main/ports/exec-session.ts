import { appError, type AppError, type ProblemCode } from '../../preload/contract'
import type { ExecOptions, ExecResult } from './remote-host'

const defaultMaxBytes = 64 * 1024 * 1024

/** What a running command reports to; keeps the promises of ExecOptions the same way for every kind of host. */
export interface ExecSession {
  readonly result: Promise<ExecResult>
  readonly settled: boolean
  stdout(chunk: Uint8Array): void
  stderr(chunk: Uint8Array): void
  /** The command ended and all its output was handed in. */
  exited(exitCode: number | null, signal: string | null): void
  failed(error: AppError): void
}

/** The command's stdout, to be held back while its reader is busy. */
export interface Flow {
  pause(): void
  resume(): void
}

const concat = (chunks: Uint8Array[], length: number): Uint8Array => {
  const only = chunks[0]
  if (chunks.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

class Session implements ExecSession {
  readonly result: Promise<ExecResult>
  settled = false
  private holds = 0
  private resolve!: (result: ExecResult) => void
  private reject!: (error: unknown) => void
  private readonly kept: Record<'stdout' | 'stderr', { chunks: Uint8Array[]; bytes: number }> = {
    stdout: { chunks: [], bytes: 0 },
    stderr: { chunks: [], bytes: 0 },
  }
  private readonly limit: ReturnType<typeof setTimeout> | undefined
  private idle: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly options: ExecOptions,
    private readonly stop: () => void,
    private readonly flow?: Flow,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    const { timeoutMs, signal } = options
    if (timeoutMs !== undefined) {
      this.limit = setTimeout(() => this.giveUp('remote.timed_out', `The command did not end within ${timeoutMs / 1000} s.`), timeoutMs)
    }
    this.restartIdle()
    signal?.addEventListener('abort', this.abort, { once: true })
    if (signal?.aborted) queueMicrotask(this.abort)
  }

  stdout(chunk: Uint8Array): void {
    if (this.settled) return
    this.restartIdle()
    if (this.options.onStdout === undefined) return this.keep('stdout', chunk)
    try {
      const busy = this.options.onStdout(chunk)
      if (busy) this.hold(busy)
    } catch (error) {
      this.break(error)
    }
  }

  stderr(chunk: Uint8Array): void {
    if (this.settled) return
    this.restartIdle()
    this.keep('stderr', chunk)
  }

  exited(exitCode: number | null, signal: string | null): void {
    const { stdout, stderr } = this.kept
    this.settle(() =>
      this.resolve({
        exitCode,
        signal,
        stdout: concat(stdout.chunks, stdout.bytes),
        stderr: new TextDecoder().decode(concat(stderr.chunks, stderr.bytes)),
      }),
    )
  }

  failed(error: AppError): void {
    this.settle(() => this.reject(error))
  }

  private hold(busy: Promise<void>): void {
    this.holds += 1
    if (this.holds === 1) this.flow?.pause()
    busy.then(
      () => {
        this.holds -= 1
        if (this.settled || this.holds > 0) return
        this.restartIdle()
        this.flow?.resume()
      },
      (error: unknown) => this.break(error),
    )
  }

  private break(error: unknown): void {
    if (this.settled) return
    this.settle(() => this.reject(error))
    this.stop()
  }

  private readonly abort = (): void => this.giveUp('run.cancelled', 'The command was cancelled.')

  private keep(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const kept = this.kept[stream]
    const maxBytes = this.options.maxBytes ?? defaultMaxBytes
    if (kept.bytes + chunk.length > maxBytes) {
      return this.giveUp('remote.tool_failed', `The command wrote more than ${maxBytes} bytes to ${stream}.`)
    }
    kept.bytes += chunk.length
    kept.chunks.push(chunk)
  }

  private restartIdle(): void {
    const { idleTimeoutMs } = this.options
    if (idleTimeoutMs === undefined) return
    if (this.idle !== undefined) this.idle.refresh()
    else {
      this.idle = setTimeout(() => {
        // Nothing can arrive while the reader holds it back.
        if (this.holds > 0) this.idle?.refresh()
        else this.giveUp('ssh.connection_lost', `Nothing arrived for ${idleTimeoutMs / 1000} s.`)
      }, idleTimeoutMs)
    }
  }

  private giveUp(code: ProblemCode, message: string): void {
    if (this.settled) return
    this.settle(() => this.reject(appError(code, message)))
    this.stop()
  }

  private settle(outcome: () => void): void {
    if (this.settled) return
    this.settled = true
    clearTimeout(this.limit)
    clearTimeout(this.idle)
    this.options.signal?.removeEventListener('abort', this.abort)
    // What is still held back must drain, or the command's end would never be seen.
    if (this.holds > 0) this.flow?.resume()
    outcome()
  }
}

/** `stop` is called once when the session gives up by itself: cancelled, timed out, idle, or too much output. */
export const openExecSession = (options: ExecOptions, stop: () => void, flow?: Flow): ExecSession => new Session(options, stop, flow)
