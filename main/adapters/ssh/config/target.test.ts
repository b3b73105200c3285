import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../../../preload/contract'
import { parseAddress, parseJumps } from './address'
import { configAliases, resolveTarget, type ConfigEnvironment } from './target'

const home = mkdtempSync(path.join(tmpdir(), 'headroom-target-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
mkdirSync(path.join(home, '.ssh'))

const environment = (config: string, env: Record<string, string> = {}): ConfigEnvironment => {
  const configFile = path.join(home, 'config')
  writeFileSync(configFile, config)
  return { configFile, homeDir: home, localUser: 'me', env }
}
const problem = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return (error as AppError).problem
  }
  throw new Error('it succeeded')
}

describe('addresses', () => {
  it.each([
    ['lab1', { host: 'lab1', user: null, port: null }],
    ['ada@lab1', { host: 'lab1', user: 'ada', port: null }],
    ['ada@lab1:2200', { host: 'lab1', user: 'ada', port: 2200 }],
    ['ada@[fe80::1]:2200', { host: 'fe80::1', user: 'ada', port: 2200 }],
    ['fe80::1', { host: 'fe80::1', user: null, port: null }],
    ['ssh://ada%40x@lab1:22/', { host: 'lab1', user: 'ada@x', port: 22 }],
  ])('%s', (text, expected) => expect(parseAddress(text)).toEqual(expected))

  it.each(['lab1:0', 'lab1:99999', 'lab1:x', '@lab1', 'ada@', '-oProxyCommand=x', 'ada@-x', 'a/b', 'ssh://%zz@lab1'])(
    'refuses %s',
    (text) => expect(problem(() => parseAddress(text)).code).toBe('ssh.config_invalid'),
  )

  it('reads the hops of a ProxyJump', () => {
    expect(parseJumps('ada@j1:2200, ssh://bob@j2:23')).toEqual([
      { host: 'j1', user: 'ada', port: 2200 },
      { host: 'j2', user: 'bob', port: 23 },
    ])
    expect(parseJumps('NONE')).toEqual([])
  })
})

describe('targets', () => {
  it('expands tokens, home and environment variables', () => {
    const config =
      'Host lab1\n HostName gpu7\n User ada\n Port 2200\n IdentityFile ~/k/%r@%h:%p-%n-%u-%%\n IdentityFile ${KEYS}/id\n IdentityFile %d/%L-%C\n UserKnownHostsFile ~/kh-%n\n IdentityAgent ~/a.sock'
    const local = hostname()
    const digest = createHash('sha1').update(`${local}gpu72200ada`).digest('hex')
    expect(resolveTarget('lab1', environment(config, { KEYS: '/keys' }))).toMatchObject({
      identityFiles: [`${home}/k/ada@gpu7:2200-lab1-me-%`, '/keys/id', `${home}/${local.split('.')[0]}-${digest}`],
      userKnownHostsFiles: [`${home}/kh-lab1`],
      agentSocket: `${home}/a.sock`,
      hostKeyName: '[gpu7]:2200',
    })
  })

  it('refuses unknown tokens and unset variables', () => {
    expect(problem(() => resolveTarget('lab1', environment('IdentityFile ~/%z'))).code).toBe('ssh.config_invalid')
    expect(problem(() => resolveTarget('lab1', environment('IdentityFile ${NOWHERE}/x'))).message).toContain('${NOWHERE}')
  })

  it('chooses the agent as OpenSSH does', () => {
    const env = { SSH_AUTH_SOCK: '/a', OTHER: '/b' }
    const socket = (config: string) => resolveTarget('lab1', environment(config, env)).agentSocket
    expect([socket(''), socket('IdentityAgent none'), socket('IdentityAgent $OTHER'), socket('IdentityAgent SSH_AUTH_SOCK')]).toEqual([
      '/a',
      null,
      '/b',
      '/a',
    ])
  })

  it('follows jump chains, each hop with its own options', () => {
    const config =
      'Host lab1\n ProxyJump ada@gate,inner\nHost inner\n HostName 10.0.0.2\n Port 2200\n User bob\n ProxyJump never\nHost gate\n Port 23'
    const target = resolveTarget('lab1', environment(config))
    expect(target.via).toMatchObject({
      hostName: '10.0.0.2',
      port: 2200,
      user: 'bob',
      via: { hostName: 'gate', port: 23, user: 'ada', via: null },
    })
  })

  it("follows the hop's own ProxyJump, and notices a circle", () => {
    expect(resolveTarget('a', environment('Host a\n ProxyJump b\nHost b\n ProxyJump c')).via?.via?.hostName).toBe('c')
    expect(problem(() => resolveTarget('a', environment('Host *\n ProxyJump gate'))).code).toBe('ssh.config_invalid')
  })

  it('reads Includes relative to ~/.ssh, and lists aliases', () => {
    mkdirSync(path.join(home, '.ssh', 'conf.d'), { recursive: true })
    writeFileSync(path.join(home, '.ssh', 'conf.d', 'labs'), 'Host lab7 lab8\n Port 2207\nHost lab*\n')
    const env = environment('Include conf.d/*\nHost zoo !x y? 10.0.0.1')
    expect(resolveTarget('lab7', env).port).toBe(2207)
    expect(configAliases(env)).toEqual(['lab7', 'lab8', 'zoo', '10.0.0.1'])
  })

  it.each([
    ['Host lab1\n Port 70000', 'Port'],
    ['StrictHostKeyChecking maybe', 'StrictHostKeyChecking'],
    ['Port', 'has no argument'],
    ['User "ada', 'quote'],
    ['Match exec true', 'Match exec'],
    ['Match tagged x', 'Match tagged'],
    ['Match host', 'no argument'],
    ['Include {home}/config', 'nested'],
  ])('says what is wrong with %s', (config, word) => {
    const found = problem(() => resolveTarget('lab1', environment(config.replace('{home}', home))))
    expect(found.code).toBe('ssh.config_invalid')
    expect(found.message.toLowerCase()).toContain(word.toLowerCase())
  })

  it('refuses a named file that is missing, and ~/.ssh/config that others may write', () => {
    const base = { homeDir: home, localUser: 'me', env: {} }
    expect(problem(() => resolveTarget('x', { ...base, configFile: path.join(home, 'nowhere') })).code).toBe('ssh.config_invalid')
    writeFileSync(path.join(home, '.ssh', 'config'), 'Port 2299')
    expect(resolveTarget('x', { ...base, configFile: null }).port).toBe(2299)
    chmodSync(path.join(home, '.ssh', 'config'), 0o666)
    expect(problem(() => resolveTarget('x', { ...base, configFile: null })).message).toContain('chmod go-w')
    expect(resolveTarget('x', { ...base, configFile: 'none' }).port).toBe(22)
  })
})
