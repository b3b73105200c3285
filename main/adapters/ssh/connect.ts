import { getCiphers } from 'node:crypto'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Algorithms, AnyAuthMethod, Client as SshClient } from 'ssh2'
import { AppError, appError } from '../../../preload/contract'
import type { Ask } from '../../ports/remote-host'
import { Authentication } from './auth'
import type { SshTarget } from './config/target'
import { checkHostKey, isKnownHostKey, orderHostKeyAlgorithms, readKnownHostsOf, type HostKeyAlgorithm } from './host-key'
import type { KeyStore } from './key-store'
import type { KnownHostLine } from './known-hosts'
import { sanitise, sanitiseLine } from './sanitise'
import { cancelled } from './slots'
import { Client } from './ssh2'

/** The server refused the TCP connection, or dropped it before the host key: worth another try a little later. */
export class TransientConnectError extends AppError {
  constructor(
    readonly kind: 'refused' | 'dropped',
    message: string,
    target: SshTarget,
    cause?: unknown,
  ) {
    super({ code: 'ssh.unreachable', message, params: { host: target.hostName, port: target.port } }, { cause })
  }
}

const unreachable = (target: SshTarget, why: string, cause?: unknown): AppError =>
  appError('ssh.unreachable', `${target.hostName}:${target.port} cannot be reached: ${why}.`, {
    params: { host: target.hostName, port: target.port, reason: why },
    cause,
  })

const socketReasons: Record<string, string> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name service does not answer',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'the address is not available',
}

/** A TCP connection without Nagle's algorithm. Throws ssh.unreachable, run.cancelled. */
export const connectTcp = (target: SshTarget, timeoutMs: number, signal: AbortSignal): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled())
    const socket = net.connect({
      host: target.hostName,
      port: target.port,
      family: target.family,
      noDelay: true,
      autoSelectFamily: target.family === 0,
      // Node's 250 ms would give up on a far host's first address too early.
      autoSelectFamilyAttemptTimeout: 1000,
    })
    const finish = (error: AppError | null): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeListener('error', fail)
      if (error === null) return resolve(socket)
      socket.on('error', () => undefined).destroy()
      reject(error)
    }
    const fail = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? 'unknown'
      if (code === 'ECONNREFUSED') {
        return finish(new TransientConnectError('refused', `${target.hostName}:${target.port} refuses connections: nothing listens there.`, target, error))
      }
      finish(unreachable(target, socketReasons[code] ?? sanitiseLine(error.message), error))
    }
    const abort = (): void => finish(cancelled())
    const timer = setTimeout(() => finish(unreachable(target, `no answer within ${Math.round(timeoutMs / 100) / 10} s`)), timeoutMs)
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', fail).once('connect', () => finish(null))
  })

export interface OpenedClient {
  client: SshClient
  cipher: string
  serverSoftware: string
  /** The password that worked, when one was used. */
  password: string | null
}

export interface HandshakeContext {
  target: SshTarget
  label: string
  ask: Ask
  signal: AbortSignal
  keys: KeyStore
  rememberedPassword: string | null
  acceptedOnce: Set<string>
  warn: (message: string) => void
  /** Serialises the check of one host key, so that two connections do not ask twice. */
  lockHostKey: <T>(name: string, work: () => Promise<T>) => Promise<T>
}

const algorithms = (serverHostKey: HostKeyAlgorithm[]): Algorithms => ({
  kex: [
    'curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256', 'diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512', 'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    // Electron's crypto has no chacha20 of its own, and ssh2 throws on a cipher it cannot use.
    ...(getCiphers().includes('chacha20') ? (['chacha20-poly1305@openssh.com'] as const) : []),
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
  serverHostKey,
})

/** A time limit that stands still while the user is asked. */
class Budget {
  private timer: NodeJS.Timeout | undefined
  private startedAt = 0
  private asking = 0

  constructor(
    private leftMs: number,
    private readonly expired: () => void,
  ) {
    this.run()
  }

  async pausedWhile<T>(work: () => Promise<T>): Promise<T> {
    if (this.asking === 0) {
      clearTimeout(this.timer)
      this.leftMs -= performance.now() - this.startedAt
    }
    this.asking += 1
    try {
      return await work()
    } finally {
      this.asking -= 1
      if (this.asking === 0) this.run()
    }
  }

  stop(): void {
    clearTimeout(this.timer)
    this.asking = Infinity
  }

  private run(): void {
    this.startedAt = performance.now()
    this.timer = setTimeout(this.expired, Math.max(this.leftMs, 0))
  }
}

type Phase = 'transport' | 'authentication'

class Handshake {
  private readonly client = new Client()
  private readonly ended = new AbortController()
  private readonly budget: Budget
  private readonly authentication: Authentication
  private phase: Phase = 'transport'
  private cipher = ''
  private banner = ''
  private lastError: (Error & { level?: string }) | null = null
  private done = false
  private resolve!: (opened: OpenedClient) => void
  private reject!: (error: unknown) => void

  constructor(
    private readonly context: HandshakeContext,
    private readonly socket: Duplex,
    timeoutMs: number,
  ) {
    this.budget = new Budget(timeoutMs, () => this.fail(unreachable(context.target, `no answer within ${Math.round(timeoutMs / 100) / 10} s`)))
    this.authentication = new Authentication({ ...context, ask: this.ask, signal: this.ended.signal })
    this.authentication.onDeclined = (error) => this.fail(error)
  }

  run(): Promise<OpenedClient> {
    const { signal } = this.context
    return new Promise<OpenedClient>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
      signal.addEventListener('abort', this.abort, { once: true })
      this.listen()
      if (signal.aborted) this.abort()
      else this.start().catch((error: unknown) => this.fail(error))
    })
  }

  private async start(): Promise<void> {
    const { target } = this.context
    const lines = await readKnownHostsOf(target)
    if (this.done) return
    this.client.connect({
      sock: this.socket,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: target.keepaliveIntervalMs,
      keepaliveCountMax: target.keepaliveCountMax,
      algorithms: algorithms(orderHostKeyAlgorithms(lines, target)),
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => this.verify(lines, key, verify),
      authHandler: (allowed, _partial, next) => this.authenticate(allowed, next),
    })
  }

  private readonly abort = (): void => this.fail(cancelled())

  private readonly ask: Ask = (request) => this.budget.pausedWhile(() => this.context.ask(request, this.ended.signal))

  private listen(): void {
    this.client
      .on('banner', (message) => (this.banner = sanitise(message, 500)))
      .on('handshake', (negotiated) => (this.cipher = negotiated.cs.cipher))
      .on('ready', () => this.succeed())
      .on('change password', () => this.fail(this.authentication.failure('the server demands a new password; log in once with ssh', this.banner)))
      .on('error', (error) => {
        // A key that cannot sign is not the end: ssh2 goes on with the next method.
        if (error.level !== 'agent') this.lastError ??= error
      })
      .on('close', () => this.fail(this.closedError()))
      .on('end', () => this.fail(this.closedError()))
    this.socket.once('close', () => this.fail(this.closedError()))
  }

  private verify(lines: KnownHostLine[], key: Buffer, verify: (valid: boolean) => void): void {
    if (isKnownHostKey(lines, this.context.target, key)) {
      this.phase = 'authentication'
      return verify(true)
    }
    const { target, label, acceptedOnce, warn } = this.context
    const check = () => checkHostKey({ target, label, ask: this.ask, signal: this.ended.signal, acceptedOnce, warn }, key)
    // Another connection may be asking the user about this very key, so waiting for it does not count either.
    this.budget.pausedWhile(() => this.context.lockHostKey(target.hostKeyName, check)).then(
      () => {
        this.phase = 'authentication'
        verify(true)
      },
      (error: unknown) => {
        this.fail(error)
      },
    )
  }

  private authenticate(allowed: string[] | null, next: (method: AnyAuthMethod) => void): void {
    this.authentication.next(allowed).then(
      (method) => {
        if (this.done) return
        if (method === null) this.fail(this.authentication.failure('no method worked', this.banner))
        else next(method)
      },
      (error: unknown) => this.fail(error),
    )
  }

  private closedError(): AppError {
    const { target } = this.context
    const text = this.lastError === null ? '' : sanitiseLine(this.lastError.message)
    if (this.phase === 'authentication') {
      if (/authentication|auth fail/i.test(text)) return this.authentication.failure(text, this.banner)
      return appError('ssh.connection_lost', `${target.hostName}:${target.port} closed the connection during authentication${text === '' ? '' : `: ${text}`}.`, {
        params: { host: target.hostName, port: target.port },
        cause: this.lastError,
      })
    }
    const lost = this.lastError === null || this.lastError.level === 'client-socket' || text === 'Connection lost before handshake'
    if (!lost) return unreachable(target, `the handshake failed (${text})`, this.lastError)
    const why = text === '' ? '' : ` (${text})`
    return new TransientConnectError('dropped', `${target.hostName}:${target.port} closes the connection before it is set up${why}.`, target, this.lastError)
  }

  private finish(): boolean {
    if (this.done) return false
    this.done = true
    this.budget.stop()
    this.ended.abort()
    this.context.signal.removeEventListener('abort', this.abort)
    return true
  }

  private succeed(): void {
    if (!this.finish()) return
    const { _remoteVer: software } = this.client as unknown as { _remoteVer?: string }
    this.resolve({
      client: this.client,
      cipher: this.cipher,
      // ssh2 keeps the identification string to itself.
      serverSoftware: sanitiseLine(software ?? '', 120),
      password: this.authentication.password,
    })
  }

  private fail(error: unknown): void {
    if (!this.finish()) return
    this.client.removeAllListeners('ready')
    this.socket.destroy()
    this.reject(error)
  }
}

/** Speaks SSH over a connected socket until the user is logged in. Throws AppError ssh.*, run.cancelled. */
export const openClient = (context: HandshakeContext, socket: Duplex, timeoutMs: number): Promise<OpenedClient> =>
  new Handshake(context, socket, timeoutMs).run()
