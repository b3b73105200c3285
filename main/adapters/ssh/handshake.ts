import { getCiphers } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Algorithms, AnyAuthMethod, Client as SshClient } from 'ssh2'
import { appError, type AppError } from '../../../preload/contract'
import type { Ask } from '../../ports/remote-host'
import { Authentication } from './auth'
import { Budget } from './budget'
import { speedUpReads } from './bulk-reads'
import type { SshTarget } from './config/target'
import { checkHostKey, isKnownHostKey, orderHostKeyAlgorithms, readKnownHostsOf, type HostKeyAlgorithm } from './host-key'
import type { KeyStore } from './key-store'
import type { KnownHostLine } from './known-hosts'
import { sanitise, sanitiseLine } from './sanitise'
import { cancelled } from './slots'
import { Client } from './ssh2'
import { TransientConnectError, unreachable } from './tcp'

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
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
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
    this.budget = new Budget(timeoutMs, () =>
      this.fail(unreachable(context.target, `no answer within ${Math.round(timeoutMs / 100) / 10} s`)),
    )
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
      .on('handshake', (negotiated) => {
        this.cipher = negotiated.cs.cipher
        speedUpReads(this.client, this.socket)
      })
      .on('ready', () => this.succeed())
      .on('change password', () =>
        this.fail(this.authentication.failure('the server demands a new password; log in once with ssh', this.banner)),
      )
      .on('error', (error) => {
        // A key that cannot sign is not the end: ssh2 goes on with the next method.
        if (error.level !== 'agent') this.lastError ??= error
      })
      .on('close', () => this.fail(this.closedError()))
      .on('end', () => this.fail(this.closedError()))
    // ssh2 listens only once it is told to connect, and a socket's error without a listener ends the program.
    this.socket.on('error', (error: Error & { level?: string }) => (this.lastError ??= Object.assign(error, { level: 'client-socket' })))
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
    this.budget
      .pausedWhile(() => this.context.lockHostKey(target.hostKeyName, check))
      .then(
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
      return appError(
        'ssh.connection_lost',
        `${target.hostName}:${target.port} closed the connection during authentication${text === '' ? '' : `: ${text}`}.`,
        {
          params: { host: target.hostName, port: target.port },
          cause: this.lastError,
        },
      )
    }
    const lost = this.lastError === null || this.lastError.level === 'client-socket' || text === 'Connection lost before handshake'
    if (!lost) return unreachable(target, `the handshake failed (${text})`, this.lastError)
    const why = text === '' ? '' : ` (${text})`
    return new TransientConnectError(
      'dropped',
      `${target.hostName}:${target.port} closes the connection before it is set up${why}.`,
      target,
      this.lastError,
    )
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
