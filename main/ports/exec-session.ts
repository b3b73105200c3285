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
      this.options.onStdout(chunk)
    } catch (error) {
      this.settle(() => this.reject(error))
      this.stop()
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
    else this.idle = setTimeout(() => this.giveUp('ssh.connection_lost', `Nothing arrived for ${idleTimeoutMs / 1000} s.`), idleTimeoutMs)
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
    outcome()
  }
}

/** `stop` is called once when the session gives up by itself: cancelled, timed out, idle, or too much output. */
export const openExecSession = (options: ExecOptions, stop: () => void): ExecSession => new Session(options, stop)
