import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import path from 'node:path'
import { appError } from '../../../../preload/contract'
import { parseAddress, parseJumps, type Address } from './address'
import { evaluateConfig, listAliases, type ConfigSource, type ConfigValues } from './evaluate'
import { expandHome, readOptions, type SshOptions, type StrictHostKeyChecking } from './options'

/** Everything needed to connect to one host; equal targets share a connection. */
export interface SshTarget {
  hostName: string
  port: number
  user: string
  /** The name known_hosts is searched for. */
  hostKeyName: string
  hostKeyAlias: string | null
  identityFiles: string[]
  /** The files are the defaults, so a missing one is not worth a word. */
  identityFilesAreDefault: boolean
  identitiesOnly: boolean
  /** Socket path; null: no agent. */
  agentSocket: string | null
  /** The hop this one is reached through. */
  via: SshTarget | null
  connectTimeoutMs: number
  keepaliveIntervalMs: number
  keepaliveCountMax: number
  userKnownHostsFiles: string[]
  globalKnownHostsFiles: string[]
  strictHostKeyChecking: StrictHostKeyChecking
  authentications: string[]
  hashKnownHosts: boolean
  family: 0 | 4 | 6
}

export interface ConfigEnvironment {
  /** A file the user named; null: ~/.ssh/config, then /etc/ssh/ssh_config. */
  configFile: string | null
  homeDir: string
  localUser: string
  env: Record<string, string | undefined>
}

const defaultIdentityFiles = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']
const defaultConnectTimeoutMs = 15_000
const defaultKeepaliveSeconds = 15
const maxHops = 8

const sourcesOf = (environment: ConfigEnvironment): ConfigSource[] => {
  const userDir = path.join(environment.homeDir, '.ssh')
  if (environment.configFile === 'none') return []
  if (environment.configFile !== null) {
    const file = expandHome(environment.configFile, environment.homeDir)
    return [{ path: path.resolve(file), includeDir: userDir, checkOwner: false, required: true }]
  }
  return [
    { path: path.join(userDir, 'config'), includeDir: userDir, checkOwner: true, required: false },
    { path: '/etc/ssh/ssh_config', includeDir: '/etc/ssh', checkOwner: false, required: false },
  ]
}

/** The options `ssh -G` would print for this address. Throws ssh.config_invalid. */
export const resolveOptions = (address: Address, environment: ConfigEnvironment, jumps?: string): SshOptions => {
  const preset: ConfigValues = new Map()
  if (address.user !== null) preset.set('user', [address.user])
  if (address.port !== null) preset.set('port', [String(address.port)])
  if (jumps !== undefined) preset.set('proxyjump', [jumps])
  const { homeDir, localUser } = environment
  const values = evaluateConfig({ sources: sourcesOf(environment), homeDir, localUser, alias: address.host, preset })
  return readOptions(values, address.host, { user: localUser, homeDir })
}

const tokensOf = (options: SshOptions, environment: ConfigEnvironment): Record<string, string> => {
  const localHost = hostname()
  const jump = options.proxyJump ?? ''
  const connection = createHash('sha1').update(`${localHost}${options.hostName}${options.port}${options.user}`)
  return {
    '%': '%',
    C: connection.digest('hex'),
    d: environment.homeDir,
    h: options.hostName,
    i: String(process.getuid?.() ?? 0),
    j: jump,
    k: options.hostKeyAlias ?? options.alias,
    L: localHost.split('.')[0] ?? localHost,
    l: localHost,
    n: options.alias,
    p: String(options.port),
    r: options.user,
    u: environment.localUser,
  }
}

const expander = (options: SshOptions, environment: ConfigEnvironment): ((text: string) => string) => {
  const tokens = tokensOf(options, environment)
  const fail = (what: string, text: string) =>
    appError('ssh.config_invalid', `The ssh_config value "${text.slice(0, 200)}" uses ${what}.`, { params: { host: options.alias } })
  return (text) => {
    const withEnvironment = text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
      const value = environment.env[name]
      if (value === undefined) throw fail(`${whole}, which is not set`, text)
      return value
    })
    return expandHome(withEnvironment, environment.homeDir).replace(/%(.?)/g, (whole, letter: string) => {
      const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined
      if (value === undefined) throw fail(`the unknown token ${whole}`, text)
      return value
    })
  }
}

const agentSocketOf = (options: SshOptions, environment: ConfigEnvironment, expand: (text: string) => string): string | null => {
  const given = options.identityAgent
  if (given === null || given === 'SSH_AUTH_SOCK') return environment.env['SSH_AUTH_SOCK'] || null
  if (given.toLowerCase() === 'none') return null
  if (given.startsWith('$') && !given.startsWith('${')) return environment.env[given.slice(1)] || null
  return expand(given)
}

const implemented = ['publickey', 'keyboard-interactive', 'password']

const authenticationsOf = (options: SshOptions): string[] =>
  (options.preferredAuthentications ?? implemented).filter(
    (method) =>
      (method === 'publickey' && options.pubkeyAuthentication) ||
      (method === 'keyboard-interactive' && options.kbdInteractiveAuthentication) ||
      (method === 'password' && options.passwordAuthentication),
  )

/** known_hosts writes a port only when it is not 22. */
export const knownHostName = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`)

const hopText = (hop: Address): string =>
  `${hop.user === null ? '' : `${hop.user}@`}${hop.host.includes(':') ? `[${hop.host}]` : hop.host}${hop.port === null ? '' : `:${hop.port}`}`

const viaOf = (options: SshOptions, environment: ConfigEnvironment, depth: number): SshTarget | null => {
  if (options.proxyJump === null) return null
  const hops = parseJumps(options.proxyJump)
  const last = hops.at(-1)
  if (last === undefined) return null
  if (depth >= maxHops) {
    throw appError('ssh.config_invalid', `ProxyJump of ${options.alias} passes more than ${maxHops} hops; it may lead back to itself.`)
  }
  const before = hops.slice(0, -1).map(hopText).join(',')
  return targetOf(last, environment, depth + 1, before === '' ? undefined : before)
}

const targetOf = (address: Address, environment: ConfigEnvironment, depth: number, jumps?: string): SshTarget => {
  const options = resolveOptions(address, environment, jumps)
  if (options.proxyCommand !== null) {
    throw appError(
      'ssh.proxy_command_refused',
      `${options.alias} is reached through ProxyCommand, which would run a program on this machine. Headroom does not run it: use ProxyJump, or "ProxyCommand none".`,
      { params: { host: options.alias }, evidence: options.proxyCommand.slice(0, 500) },
    )
  }
  const expand = expander(options, environment)
  const identityFiles = (options.identityFiles ?? defaultIdentityFiles).filter((file) => file.toLowerCase() !== 'none').map(expand)
  return {
    hostName: options.hostName,
    port: options.port,
    user: options.user,
    hostKeyName: options.hostKeyAlias ?? knownHostName(options.hostName, options.port),
    hostKeyAlias: options.hostKeyAlias,
    identityFiles,
    identityFilesAreDefault: options.identityFiles === null,
    identitiesOnly: options.identitiesOnly,
    agentSocket: agentSocketOf(options, environment, expand),
    via: viaOf(options, environment, depth),
    // Without a limit of the user's (or with none), a dead address must still end.
    connectTimeoutMs: options.connectTimeoutSeconds ? options.connectTimeoutSeconds * 1000 : defaultConnectTimeoutMs,
    keepaliveIntervalMs: (options.serverAliveIntervalSeconds ?? defaultKeepaliveSeconds) * 1000,
    keepaliveCountMax: options.serverAliveCountMax,
    userKnownHostsFiles: options.userKnownHostsFiles.map(expand),
    globalKnownHostsFiles: options.globalKnownHostsFiles,
    strictHostKeyChecking: options.strictHostKeyChecking,
    authentications: authenticationsOf(options),
    hashKnownHosts: options.hashKnownHosts,
    family: options.addressFamily === 'inet' ? 4 : options.addressFamily === 'inet6' ? 6 : 0,
  }
}

/** Everything needed to reach `spec.ssh`. Throws ssh.config_invalid, ssh.proxy_command_refused. */
export const resolveTarget = (ssh: string, environment: ConfigEnvironment): SshTarget => targetOf(parseAddress(ssh), environment, 0)

/** Host names in the user's ssh_config that are no patterns. */
export const configAliases = (environment: ConfigEnvironment): string[] => listAliases(sourcesOf(environment), environment.homeDir)
