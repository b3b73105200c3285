import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../../main/adapters/ssh/config/address'
import type { SshOptions } from '../../../main/adapters/ssh/config/options'
import { resolveOptions } from '../../../main/adapters/ssh/config/target'
import { configCases, type ConfigCase } from './config-cases'

const hasSsh = (() => {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

const root = mkdtempSync(path.join(tmpdir(), 'headroom-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The keywords compared; the rest of `ssh -G` is not about what Headroom does. */
const compared = [
  'hostname',
  'port',
  'user',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'proxyjump',
  'proxycommand',
  'connecttimeout',
  'serveraliveinterval',
  'serveralivecountmax',
  'userknownhostsfile',
  'globalknownhostsfile',
  'stricthostkeychecking',
  'preferredauthentications',
  'pubkeyauthentication',
  'passwordauthentication',
  'kbdinteractiveauthentication',
  'hashknownhosts',
  'addressfamily',
  'hostkeyalias',
]
type Printed = Record<string, string[]>

const oracle = (file: string, target: string): Printed => {
  const port = /^[^/]*@?[^/:]+:(\d+)$|^\[.*\]:(\d+)$/.exec(target)
  const args = port ? ['-p', port[1] ?? port[2] ?? '', target.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')] : [target]
  const text = execFileSync('ssh', ['-G', '-F', file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Printed = {}
  for (const line of text.trim().split('\n')) {
    const space = line.indexOf(' ')
    const keyword = line.slice(0, space)
    if (compared.includes(keyword)) (printed[keyword] ??= []).push(line.slice(space + 1))
  }
  // Without an IdentityFile ssh prints its defaults, which include key types that Headroom does not read.
  if (printed['identityfile']?.includes('~/.ssh/id_rsa')) delete printed['identityfile']
  return printed
}

const yes = (value: boolean): string => (value ? 'yes' : 'no')
const strict = { yes: 'true', no: 'false', ask: 'ask', 'accept-new': 'accept-new' }

const asPrinted = (options: SshOptions): Printed => {
  const printed: Record<string, string[] | string | null> = {
    hostname: options.hostName,
    port: String(options.port),
    user: options.user,
    identityfile: options.identityFiles,
    identitiesonly: yes(options.identitiesOnly),
    identityagent: options.identityAgent,
    proxyjump: options.proxyJump,
    proxycommand: options.proxyCommand,
    connecttimeout: String(options.connectTimeoutSeconds ?? 'none'),
    serveraliveinterval: String(options.serverAliveIntervalSeconds ?? 0),
    serveralivecountmax: String(options.serverAliveCountMax),
    userknownhostsfile: options.userKnownHostsFiles.join(' '),
    globalknownhostsfile: options.globalKnownHostsFiles.join(' '),
    stricthostkeychecking: strict[options.strictHostKeyChecking],
    preferredauthentications: options.preferredAuthentications?.join(',') ?? null,
    pubkeyauthentication: String(options.pubkeyAuthentication),
    passwordauthentication: yes(options.passwordAuthentication),
    kbdinteractiveauthentication: yes(options.kbdInteractiveAuthentication),
    hashknownhosts: yes(options.hashKnownHosts),
    addressfamily: options.addressFamily,
    hostkeyalias: options.hostKeyAlias,
  }
  return Object.fromEntries(
    Object.entries(printed).flatMap(([key, value]) => (value === null ? [] : [[key, Array.isArray(value) ? value : [value]]])),
  )
}

const prepare = (index: number, { config, files = {} }: ConfigCase): string => {
  const dir = path.join(root, `case-${index}`)
  rmSync(dir, { recursive: true, force: true })
  const real = mkdtempSync(`${dir}-`)
  const inDir = (text: string): string => text.replaceAll('{dir}', real)
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(real, name), inDir(text))
  const file = path.join(real, 'config')
  writeFileSync(file, inDir(config))
  return file
}

describe.skipIf(!hasSsh)('ssh_config resolves as ssh -G does', () => {
  it('compares at least 40 configurations', () => expect(configCases.length).toBeGreaterThanOrEqual(40))

  it.each(configCases.map((one, index) => ({ ...one, index })))('$name', (one) => {
    const file = prepare(one.index, one)
    const { homedir: homeDir, username: localUser } = userInfo()
    const options = resolveOptions(parseAddress(one.target), { configFile: file, homeDir, localUser, env: one.env ?? {} })
    expect(asPrinted(options)).toEqual(oracle(file, one.target))
  })
})
