import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import { appError, type AppError } from '../../../preload/contract'
import { openExecSession, type ExecSession } from '../../ports/exec-session'
import type { ExecOptions, ExecResult } from '../../ports/remote-host'
import type { OpenedClient } from './handshake'
import { sanitiseLine } from './sanitise'
import { Slots } from './slots'

const openRetries = 3
const firstRetryMs = 50
/** How long a cancelled command may keep its slot when the server does not confirm the end of its channel. */
const closeGraceMs = 5000

/** RFC 4254, 5.1: why a channel was not opened. */
const administrativelyProhibited = 1

/** The server opens no session although none of ours is open; the command was not started. */
export class SessionsExhausted extends Error {}

class ChannelRefused extends Error {
  constructor(
    readonly reason: number,
    message: string,
  ) {
    super(message)
  }
}

interface OpenSession {
  channel: ClientChannel
  /** Filled in once the server has told it. */
  exit: { code: number | null; signal: string | null }
}

/** Listens at once: a quick command's exit status may lie in the same packet as the answer that opened its channel. */
const watchExit = (channel: ClientChannel): OpenSession => {
  const exit: OpenSession['exit'] = { code: null, signal: null }
  channel.on('exit', (code: number | null, signal?: string) => {
    exit.code = code
    exit.signal = signal === undefined ? null : sanitiseLine(signal.replace(/^SIG/, ''), 40)
  })
  return { channel, exit }
}

const refusalOf = (error: Error & { reason?: unknown }): Error =>
  typeof error.reason === 'number' ? new ChannelRefused(error.reason, error.message) : error

/** One live SSH connection. Ends every promise when it dies. */
export class SshConnection {
  readonly cipher: string
  readonly serverSoftware: string
  private readonly client: Client
  private readonly slots: Slots
  private lostError: AppError | null = null
  private readonly onLost = new Set<(error: AppError) => void>()
  private served = false
  private retired = false

  constructor(
    readonly name: string,
    opened: OpenedClient,
    maxSessions: number,
  ) {
    this.client = opened.client
    this.cipher = opened.cipher
    this.serverSoftware = opened.serverSoftware
    this.slots = new Slots(maxSessions)
    let reason = 'the server closed it'
    this.client.on('error', (error) => (reason = sanitiseLine(error.message)))
    this.client.on('end', () => this.lose(reason))
    this.client.on('close', () => this.lose(reason))
  }

  get isLive(): boolean {
    return this.lostError === null
  }

  /** Whether a new command may be started on it. */
  get isUsable(): boolean {
    return this.isLive && !this.retired
  }

  /** Calls back once, when the connection has died. */
  whenLost(listener: (error: AppError) => void): void {
    if (this.lostError !== null) listener(this.lostError)
    else this.onLost.add(listener)
  }

  async exec(command: string, options: ExecOptions): Promise<ExecResult> {
    const { signal } = options
    const slot = { release: await this.takeSlot(signal) }
    try {
      return await this.runOn(await this.openSession(command, slot, signal), slot.release, options)
    } catch (error) {
      slot.release()
      throw error
    }
  }

  /** A TCP connection made by the server. Throws ssh.unreachable, ssh.connection_lost. */
  async forward(host: string, port: number): Promise<Duplex> {
    const stream = await this.request<ClientChannel>((done) => this.client.forwardOut('127.0.0.1', 0, host, port, done)).catch(
      (error: Error) => {
        if (!(error instanceof ChannelRefused)) throw error
        const why = error.reason === administrativelyProhibited ? 'it does not allow forwarding' : sanitiseLine(error.message)
        throw appError('ssh.unreachable', `${host}:${port} cannot be reached through ${this.name}: ${why}.`, {
          params: { host, port, via: this.name, reason: why },
          cause: error,
        })
      },
    )
    // A reset shows as the end of the connection that runs inside.
    stream.on('error', () => undefined)
    return stream
  }

  /** Says goodbye; cuts the line when the server does not hang up in time. */
  async close(graceMs = 1000): Promise<void> {
    if (!this.isLive) return
    const closed = new Promise<void>((resolve) => this.whenLost(() => resolve()))
    this.client.end()
    const timer = setTimeout(() => this.client.destroy(), graceMs)
    const limit = setTimeout(() => this.lose('it was closed'), graceMs + 100)
    await closed
    clearTimeout(timer)
    clearTimeout(limit)
    this.client.destroy()
  }

  /** A retired connection is closed when the last slot is given back. */
  private async takeSlot(signal?: AbortSignal): Promise<() => void> {
    const release = await this.slots.acquire(signal)
    return () => {
      release()
      if (this.retired && this.slots.active === 0) void this.close()
    }
  }

  private lose(reason: string): void {
    if (this.lostError !== null) return
    this.lostError = appError('ssh.connection_lost', `The connection to ${this.name} was lost: ${reason}.`, {
      params: { host: this.name, reason },
    })
    const listeners = [...this.onLost]
    this.onLost.clear()
    for (const listener of listeners) listener(this.lostError)
    this.client.destroy()
  }

  /** A request that ssh2 answers by callback; rejects at once when the connection dies meanwhile. */
  private request<T>(send: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.lostError !== null) return reject(this.lostError)
      this.onLost.add(reject)
      const done = (error: Error | undefined, value: T): void => {
        this.onLost.delete(reject)
        if (error) reject(refusalOf(error))
        else resolve(value)
      }
      try {
        send(done)
      } catch (error) {
        // ssh2 throws "Not connected" when the socket is already half closed.
        this.onLost.delete(reject)
        this.lose((error as Error).message)
        reject(this.lostError ?? error)
      }
    })
  }

  /**
   * A server may allow fewer sessions than we think (MaxSessions), or still count commands that were cancelled.
   * A refused channel has started nothing, so waiting and asking again repeats no command.
   */
  private async openSession(command: string, slot: { release: () => void }, signal?: AbortSignal): Promise<OpenSession> {
    for (let retries = 0; ;) {
      try {
        const session = await this.request<OpenSession | undefined>((done) =>
          this.client.exec(command, (error, channel) => done(error, error ? undefined : watchExit(channel))),
        )
        if (session === undefined) throw new Error('the server opened no session')
        this.served = true
        return session
      } catch (error) {
        if (!(error instanceof ChannelRefused)) throw this.execError(error)
        if (this.slots.active > 1) {
          this.slots.limit = this.slots.active - 1
        } else {
          if (retries >= openRetries) throw this.exhausted(error)
          await sleep(firstRetryMs * 2 ** retries)
          retries += 1
        }
        slot.release()
        slot.release = await this.takeSlot(signal)
      }
    }
  }

  /** A connection that served before is retired, so that the next command gets a new one; what runs on it goes on. */
  private exhausted(error: ChannelRefused): unknown {
    if (!this.served) return this.execError(error)
    this.retired = true
    return new SessionsExhausted(error.message)
  }

  private execError(error: unknown): unknown {
    if (error === this.lostError || !(error instanceof Error)) return error
    return appError('remote.not_permitted', `${this.name} does not run commands for us: ${sanitiseLine(error.message)}.`, { cause: error })
  }

  private runOn({ channel, exit }: OpenSession, release: () => void, options: ExecOptions): Promise<ExecResult> {
    const session = openExecSession(options, () => this.stop(channel, release), channel)
    const lost = (error: AppError): void => {
      session.failed(error)
      release()
    }
    this.whenLost(lost)
    channel.on('data', (chunk: Buffer) => session.stdout(chunk))
    channel.stderr.on('data', (chunk: Buffer) => session.stderr(chunk))
    channel.on('error', (error: Error) =>
      session.failed(appError('ssh.connection_lost', `The channel to ${this.name} broke: ${sanitiseLine(error.message)}.`)),
    )
    channel.on('close', () => {
      release()
      this.onLost.delete(lost)
      session.exited(exit.code, exit.signal)
    })
    this.feed(channel, session, options.stdin)
    return session.result
  }

  private feed(channel: ClientChannel, session: ExecSession, stdin: string | Uint8Array | undefined): void {
    if (session.settled) return
    if (stdin === undefined || stdin.length === 0) channel.end()
    else channel.end(typeof stdin === 'string' ? stdin : Buffer.from(stdin.buffer, stdin.byteOffset, stdin.byteLength))
  }

  private stop(channel: ClientChannel, release: () => void): void {
    if (this.isLive) {
      channel.signal('TERM')
      channel.close()
    }
    setTimeout(release, closeGraceMs).unref()
  }
}
