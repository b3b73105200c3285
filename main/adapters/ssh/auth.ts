import type { AnyAuthMethod, Prompt } from 'ssh2'
import { appError, type AppError } from '../../../preload/contract'
import type { Ask } from '../../ports/remote-host'
import type { SshTarget } from './config/target'
import { gatherIdentities, OneKeyAgent, type Identity } from './identities'
import type { KeyStore } from './key-store'
import { sanitise, sanitiseLine } from './sanitise'

export interface AuthContext {
  target: SshTarget
  /** What the user calls the host. */
  label: string
  ask: Ask
  signal: AbortSignal
  keys: KeyStore
  /** Password that worked earlier for this target. */
  rememberedPassword: string | null
}

const maxSecretTries = 3
const maxRounds = 20
const maxPrompts = 16

/** Chooses the next authentication method, in OpenSSH's order, and remembers what was tried. */
export class Authentication {
  /** The password of the last attempt; the caller keeps it when it worked. */
  password: string | null = null
  private readonly tried: string[] = []
  private skipped: string[] = []
  private identities: Identity[] | null = null
  private allowed: string[] | null = null
  private asked = false
  private awaitsVerdict = false
  private readonly tries: Record<string, number> = {}
  private rounds = 0

  constructor(private readonly context: AuthContext) {}

  /** The next method, null when none is left; `allowed` is what the server said, null before it said anything. */
  async next(allowed: string[] | null): Promise<AnyAuthMethod | null> {
    if (allowed !== null) this.allowed = allowed
    const username = this.context.target.user
    // "none" learns what the server accepts. After a signature it tells a partial success (a second factor is wanted)
    // from a refusal, which ssh2 does not report for agent keys.
    if (!this.asked || this.awaitsVerdict) {
      this.asked = true
      this.awaitsVerdict = false
      return { type: 'none', username }
    }
    for (const method of this.context.target.authentications) {
      if (this.allowed !== null && !this.allowed.includes(method)) continue
      const attempt = await this.attempt(method, username)
      if (attempt !== null) return attempt
    }
    return null
  }

  /** Why nothing worked: the methods tried, the ones the server accepts, the keys that could not be used. */
  failure(why: string, evidence?: string): AppError {
    const { target, label } = this.context
    const parts = [`${target.user}@${target.hostName}:${target.port} did not let us in: ${why}.`]
    parts.push(this.tried.length > 0 ? `Tried: ${this.tried.join('; ')}.` : 'There was nothing to try.')
    if (this.allowed !== null) parts.push(`The server accepts: ${this.allowed.map((method) => sanitiseLine(method, 40)).join(', ')}.`)
    if (this.skipped.length > 0) parts.push(`Not used: ${this.skipped.join('; ')}.`)
    return appError('ssh.auth_failed', parts.join(' '), {
      params: {
        host: label,
        user: target.user,
        tried: this.tried.join('; '),
        accepted: (this.allowed ?? []).map((method) => sanitiseLine(method, 40)).join(', '),
        skipped: this.skipped.join('; '),
      },
      ...(evidence === undefined || evidence === '' ? {} : { evidence }),
    })
  }

  private attempt(method: string, username: string): Promise<AnyAuthMethod | null> {
    if (method === 'publickey') return this.nextKey(username)
    if (method === 'keyboard-interactive') return Promise.resolve(this.keyboard(username))
    return this.nextPassword(username)
  }

  private async nextKey(username: string): Promise<AnyAuthMethod | null> {
    if (this.identities === null) {
      const gathered = await gatherIdentities(this.context.target, this.context.keys, (path) => this.askPassphrase(path))
      this.identities = gathered.keys
      this.skipped = gathered.skipped
    }
    const identity = this.identities.shift()
    if (identity === undefined) return null
    this.tried.push(identity.label)
    const agent = new OneKeyAgent(identity, (problem) => {
      if (problem === null) this.awaitsVerdict = true
      else this.skipped.push(`${identity.label}: ${problem}`)
    })
    return { type: 'agent', username, agent }
  }

  private keyboard(username: string): AnyAuthMethod | null {
    if (!this.mayTry('keyboard-interactive')) return null
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (name, instructions, _lang, prompts, finish) => {
        this.answer(name, instructions, prompts).then(finish, (error: AppError) => this.onDeclined(error))
      },
    }
  }

  /** Set by the connection: ends it with this error. */
  onDeclined: (error: AppError) => void = () => undefined

  private async answer(name: string, instructions: string, prompts: Prompt[]): Promise<string[]> {
    this.rounds += 1
    if (this.rounds > maxRounds || prompts.length > maxPrompts) throw this.failure('the server asks without end')
    const answers = await this.context.ask(
      {
        kind: 'keyboard_interactive',
        host: this.context.label,
        name: sanitiseLine(name),
        instructions: sanitise(instructions),
        prompts: prompts.map(({ prompt, echo }) => ({ prompt: sanitise(prompt, 500), echo: echo === true })),
      },
      this.context.signal,
    )
    if (answers === null) throw this.failure('the questions of the server were not answered')
    return prompts.map((_, index) => answers[index] ?? '')
  }

  private async nextPassword(username: string): Promise<AnyAuthMethod | null> {
    const remembered = this.context.rememberedPassword
    if (remembered !== null && this.tries['password'] === undefined) {
      this.tries['password'] = 0
      return { type: 'password', username, password: remembered }
    }
    if (!this.mayTry('password')) return null
    const { label, target, signal } = this.context
    const answers = await this.context.ask({ kind: 'password', host: label, user: target.user }, signal)
    const password = answers?.[0]
    if (password === undefined) throw this.failure('no password was given')
    this.password = password
    return { type: 'password', username, password }
  }

  private mayTry(method: string): boolean {
    const tries = this.tries[method] ?? 0
    if (tries >= maxSecretTries) return false
    if (tries === 0) this.tried.push(method)
    this.tries[method] = tries + 1
    return true
  }

  private async askPassphrase(keyPath: string): Promise<string | null> {
    const answers = await this.context.ask({ kind: 'passphrase', host: this.context.label, keyPath }, this.context.signal)
    return answers?.[0] ?? null
  }
}
