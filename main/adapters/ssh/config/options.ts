import path from 'node:path'
import { appError } from '../../../../preload/contract'
import type { ConfigValues } from './evaluate'

export type StrictHostKeyChecking = 'yes' | 'no' | 'ask' | 'accept-new'

/** The options of one host as `ssh -G` prints them: defaults filled in, tokens not yet expanded. */
export interface SshOptions {
  /** The name the user gave. */
  alias: string
  hostName: string
  port: number
  user: string
  hostKeyAlias: string | null
  /** Null: none named, so the default files are tried. */
  identityFiles: string[] | null
  identitiesOnly: boolean
  /** As written; null: not set. */
  identityAgent: string | null
  proxyJump: string | null
  proxyCommand: string | null
  /** Null: not set or `none`. */
  connectTimeoutSeconds: number | null
  /** Null: not set. */
  serverAliveIntervalSeconds: number | null
  serverAliveCountMax: number
  userKnownHostsFiles: string[]
  globalKnownHostsFiles: string[]
  strictHostKeyChecking: StrictHostKeyChecking
  /** Null: OpenSSH's order. */
  preferredAuthentications: string[] | null
  pubkeyAuthentication: boolean
  passwordAuthentication: boolean
  kbdInteractiveAuthentication: boolean
  hashKnownHosts: boolean
  addressFamily: 'any' | 'inet' | 'inet6'
}

const invalid = (keyword: string, value: string) =>
  appError('ssh.config_invalid', `The ssh_config value "${value.slice(0, 120)}" of ${keyword} is not valid.`, { params: { keyword } })

const first = (values: ConfigValues, keyword: string): string | null => values.get(keyword)?.[0] ?? null

const yesNo: Record<string, boolean> = { yes: true, true: true, no: false, false: false }

const choice = <T>(values: ConfigValues, keyword: string, choices: Record<string, T>, fallback: T): T => {
  const text = first(values, keyword)
  if (text === null) return fallback
  const key = text.toLowerCase()
  if (!Object.hasOwn(choices, key)) throw invalid(keyword, text)
  return choices[key] as T
}

const integer = (values: ConfigValues, keyword: string, fallback: number, max: number, min = 0): number => {
  const text = first(values, keyword)
  if (text === null) return fallback
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN
  if (!(value >= min && value <= max)) throw invalid(keyword, text)
  return value
}

const unitSeconds: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** OpenSSH's time format (`90`, `1m30s`, `none`), in seconds. */
const seconds = (values: ConfigValues, keyword: string): number | null => {
  const text = first(values, keyword)
  if (text === null || text === 'none') return null
  if (!/^([0-9]{1,9}[smhdw]?)+$/i.test(text)) throw invalid(keyword, text)
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([0-9]+)([smhdw]?)/gi))
    total += Number(amount) * (unitSeconds[(unit ?? '').toLowerCase()] ?? 1)
  return total
}

const files = (values: ConfigValues, keyword: string, homeDir: string, fallback: string[]): string[] => {
  const given = values.get(keyword)
  return (given ?? fallback).filter((file) => file.toLowerCase() !== 'none').map((file) => expandHome(file, homeDir))
}

/** `~/x` in the user's home; `~other/x` is left alone. */
export const expandHome = (file: string, homeDir: string): string => (file.startsWith('~/') ? path.join(homeDir, file.slice(2)) : file)

const hostNameOf = (values: ConfigValues, alias: string): string => {
  const given = first(values, 'hostname')
  if (given === null) return alias.toLowerCase()
  return given
    .replace(/%(.?)/g, (token, letter: string) => {
      if (letter === 'h') return alias
      if (letter === '%') return '%'
      throw invalid('HostName', given + ` (${token})`)
    })
    .toLowerCase()
}

const strictness: Record<string, StrictHostKeyChecking> = {
  yes: 'yes',
  true: 'yes',
  no: 'no',
  false: 'no',
  off: 'no',
  ask: 'ask',
  'accept-new': 'accept-new',
}

/** Typed options from the evaluated files. Throws ssh.config_invalid. */
export const readOptions = (values: ConfigValues, alias: string, defaults: { user: string; homeDir: string }): SshOptions => {
  const { homeDir } = defaults
  const jump = first(values, 'proxyjump')
  const command = first(values, 'proxycommand')
  return {
    alias,
    hostName: hostNameOf(values, alias),
    port: integer(values, 'port', 22, 65_535, 1),
    user: first(values, 'user') ?? defaults.user,
    hostKeyAlias: first(values, 'hostkeyalias'),
    identityFiles: values.get('identityfile') ?? null,
    identitiesOnly: choice(values, 'identitiesonly', yesNo, false),
    identityAgent: first(values, 'identityagent'),
    proxyJump: jump === null || jump.toLowerCase() === 'none' ? null : jump,
    proxyCommand: command === null || command.toLowerCase() === 'none' ? null : command,
    connectTimeoutSeconds: seconds(values, 'connecttimeout'),
    serverAliveIntervalSeconds: seconds(values, 'serveraliveinterval'),
    serverAliveCountMax: integer(values, 'serveralivecountmax', 3, 1_000_000),
    userKnownHostsFiles: files(values, 'userknownhostsfile', homeDir, ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: files(values, 'globalknownhostsfile', homeDir, ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    strictHostKeyChecking: choice(values, 'stricthostkeychecking', strictness, 'ask'),
    preferredAuthentications: first(values, 'preferredauthentications')?.split(',') ?? null,
    pubkeyAuthentication: choice(values, 'pubkeyauthentication', { ...yesNo, unbound: true, 'host-bound': true }, true),
    passwordAuthentication: choice(values, 'passwordauthentication', yesNo, true),
    kbdInteractiveAuthentication: choice(values, 'kbdinteractiveauthentication', yesNo, true),
    hashKnownHosts: choice(values, 'hashknownhosts', yesNo, false),
    addressFamily: choice(values, 'addressfamily', { any: 'any', inet: 'inet', inet6: 'inet6' } as const, 'any'),
  }
}
