import { setTimeout as sleep } from 'node:timers/promises'
import type { Ask, ExecOptions, ExecResult, RemoteHost } from '../../ports/remote-host'
import { SessionsExhausted, SshConnection } from './connection'
import type { SshTarget } from './config/target'
import { openClient } from './handshake'
import type { KeyStore } from './key-store'
import { cancelled, withSignal, type Slots } from './slots'
import { connectTcp, TransientConnectError } from './tcp'

/** What all hosts of a pool share. */
export interface PoolShared {
  ask: Ask
  keys: KeyStore
  acceptedOnce: Set<string>
  connecting: Slots
  maxSessionsPerHost: number
  warn: (message: string) => void
  lockHostKey: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Aborts when the pool closes. */
  closing: AbortSignal
  /** The host of a hop. */
  hostFor: (target: SshTarget, label: string) => PooledHost
}

interface Attempt {
  promise: Promise<SshConnection>
  waiting: number
  controller: AbortController
}

const firstBackoffMs = 100
const longestBackoffMs = 2000
/** A host that never answered is given one more try when it refuses, so that a wrong port is told at once. */
const refusalsOfUnknownHost = 1

/** One target: connects when needed, shares the connection, connects again after a loss. */
export class PooledHost implements RemoteHost {
  readonly target: string
  /** How many hosts the connection passes through. */
  readonly hops: number
  private connection: SshConnection | null = null
  /** Retired ones included, while commands still run on them. */
  private readonly open = new Set<SshConnection>()
  private attempt: Attempt | null = null
  private wasConnected = false
  private password: string | null = null

  constructor(
    private readonly ssh: SshTarget,
    private readonly label: string,
    private readonly shared: PoolShared,
  ) {
    this.target = targetName(ssh)
    this.hops = hopsOf(ssh)
  }

  get serverSoftware(): string | null {
    return this.connection?.serverSoftware ?? null
  }

  get cipher(): string | null {
    return this.connection?.cipher ?? null
  }

  /** Never starts a command twice: when the connection dies, it rejects with ssh.connection_lost. */
  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    for (;;) {
      const connection = await this.connect(options.signal)
      try {
        return await connection.exec(command, options)
      } catch (error) {
        // Commands that were cancelled but live on fill the server's session table; a new connection has an empty one.
        if (!(error instanceof SessionsExhausted)) throw error
      }
    }
  }

  /** The live connection, made if there is none. Those who wait share one attempt; it ends when the last gives up. */
  async connect(signal?: AbortSignal): Promise<SshConnection> {
    if (signal?.aborted || this.shared.closing.aborted) throw cancelled()
    if (this.connection?.isUsable) return this.connection
    const attempt = (this.attempt ??= this.begin())
    attempt.waiting += 1
    try {
      return await withSignal(attempt.promise, signal)
    } finally {
      attempt.waiting -= 1
      if (attempt.waiting === 0 && this.attempt === attempt) {
        this.attempt = null
        attempt.controller.abort()
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((connection) => connection.close()))
    this.connection = null
  }

  private begin(): Attempt {
    const controller = new AbortController()
    const signal = AbortSignal.any([controller.signal, this.shared.closing])
    const attempt: Attempt = { controller, waiting: 0, promise: this.connectWithRetries(signal) }
    attempt.promise.then(
      (connection) => {
        this.open.add(connection)
        connection.whenLost(() => this.open.delete(connection))
        if (signal.aborted) void connection.close()
        else this.connection = connection
        if (this.attempt === attempt) this.attempt = null
      },
      () => {
        if (this.attempt === attempt) this.attempt = null
      },
    )
    return attempt
  }

  private async connectWithRetries(signal: AbortSignal): Promise<SshConnection> {
    let leftMs = this.ssh.connectTimeoutMs
    for (let tries = 0; ; tries += 1) {
      const startedAt = performance.now()
      try {
        return await this.connectOnce(signal)
      } catch (error) {
        const backoffMs = Math.min(firstBackoffMs * 2 ** tries, longestBackoffMs) * (0.5 + Math.random())
        leftMs -= performance.now() - startedAt + backoffMs
        const gaveUp =
          error instanceof TransientConnectError && error.kind === 'refused' && !this.wasConnected && tries >= refusalsOfUnknownHost
        if (!(error instanceof TransientConnectError) || gaveUp || leftMs <= 0) throw error
        await withSignal(sleep(backoffMs), signal)
      }
    }
  }

  private async connectOnce(signal: AbortSignal): Promise<SshConnection> {
    const { ssh, shared } = this
    const hop = ssh.via === null ? null : await shared.hostFor(ssh.via, targetName(ssh.via)).connect(signal)
    const release = await shared.connecting.acquire(signal)
    try {
      const { connectTimeoutMs } = ssh
      const socket =
        hop === null ? await connectTcp(ssh, connectTimeoutMs, signal) : await withSignal(hop.forward(ssh.hostName, ssh.port), signal)
      const opened = await openClient(
        {
          target: ssh,
          label: this.label,
          // Somebody thinking about a prompt must not keep other hosts waiting.
          ask: (request, askSignal) => {
            release()
            return shared.ask(request, askSignal)
          },
          signal,
          keys: shared.keys,
          rememberedPassword: this.password,
          acceptedOnce: shared.acceptedOnce,
          warn: shared.warn,
          lockHostKey: shared.lockHostKey,
        },
        socket,
        connectTimeoutMs,
      )
      this.password = opened.password ?? this.password
      this.wasConnected = true
      return new SshConnection(this.target, opened, shared.maxSessionsPerHost)
    } finally {
      release()
    }
  }
}

const hopsOf = (target: SshTarget): number => (target.via === null ? 0 : 1 + hopsOf(target.via))

/** `user@host:port`. */
export const targetName = (target: SshTarget): string => {
  const host = target.hostName.includes(':') ? `[${target.hostName}]` : target.hostName
  return `${target.user}@${host}:${target.port}`
}
