import { homedir, userInfo } from 'node:os'
import { appError, type HostSpec } from '../../../preload/contract'
import type { Ask, HostPool, RemoteHost } from '../../ports/remote-host'
import { configAliases, resolveTarget, type ConfigEnvironment, type SshTarget } from './config/target'
import { KeyStore } from './key-store'
import { PooledHost, targetName, type PoolShared } from './pooled-host'
import { cancelled, Slots } from './slots'

export interface HostPoolOptions {
  /** The ssh_config the user named; null: ~/.ssh/config, then /etc/ssh/ssh_config; `none`: no file. */
  sshConfigFile: string | null
  ask: Ask
  /** Serves `local: true`. */
  local: RemoteHost
  /** Default: the user's home; it is what `~` means. */
  homeDir?: string
  env?: Record<string, string | undefined>
  /** Commands at once on one connection; sshd allows 10 by default. */
  maxSessionsPerHost?: number
  /** Connections being set up at once; sshd starts dropping at 10. */
  maxConnecting?: number
  /** Something the user should know that did not stop the work. */
  warn?: (message: string) => void
}

/** Work under one name runs one after the other. */
const createLock = () => {
  const tails = new Map<string, Promise<unknown>>()
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    tails.set(name, mine)
    try {
      return await mine
    } finally {
      if (tails.get(name) === mine) tails.delete(name)
    }
  }
}

class SshHostPool implements HostPool {
  private readonly hosts = new Map<string, PooledHost>()
  private readonly closing = new AbortController()
  private readonly environment: ConfigEnvironment
  private readonly shared: PoolShared

  constructor(private readonly options: HostPoolOptions) {
    this.environment = {
      configFile: options.sshConfigFile,
      homeDir: options.homeDir ?? homedir(),
      localUser: userInfo().username,
      env: options.env ?? process.env,
    }
    this.shared = {
      ask: options.ask,
      keys: new KeyStore(),
      acceptedOnce: new Set(),
      connecting: new Slots(options.maxConnecting ?? 8),
      maxSessionsPerHost: options.maxSessionsPerHost ?? 8,
      warn: options.warn ?? (() => undefined),
      lockHostKey: createLock(),
      closing: this.closing.signal,
      hostFor: (target, label) => this.hostFor(target, label),
    }
  }

  async get(spec: HostSpec, signal?: AbortSignal): Promise<RemoteHost> {
    if (this.closing.signal.aborted) throw cancelled()
    if (spec.local) return this.options.local
    const host = this.hostFor(this.resolve(spec), spec.ssh ?? '')
    await host.connect(signal)
    return host
  }

  describe(spec: HostSpec): string {
    return spec.local ? 'local' : targetName(this.resolve(spec))
  }

  aliases(): string[] {
    return configAliases(this.environment)
  }

  async closeAll(): Promise<void> {
    this.closing.abort()
    const hosts = [...this.hosts.values()]
    // A hop is closed after the hosts behind it.
    for (let hops = Math.max(0, ...hosts.map((host) => host.hops)); hops >= 0; hops -= 1) {
      await Promise.all(hosts.filter((host) => host.hops === hops).map((host) => host.close()))
    }
    this.hosts.clear()
    this.shared.keys.clear()
  }

  private resolve(spec: HostSpec): SshTarget {
    if (spec.ssh === undefined) throw appError('input.invalid', 'A host needs `ssh` (an alias or user@host:port) or `local: true`.')
    return resolveTarget(spec.ssh, this.environment)
  }

  private hostFor(target: SshTarget, label: string): PooledHost {
    const key = JSON.stringify(target)
    const known = this.hosts.get(key)
    if (known !== undefined) return known
    const host = new PooledHost(target, label, this.shared)
    this.hosts.set(key, host)
    return host
  }
}

/** Hosts over SSH, one shared connection per target. Throws AppError ssh.*, run.cancelled. */
export const createHostPool = (options: HostPoolOptions): HostPool => new SshHostPool(options)
