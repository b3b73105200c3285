import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, renameSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { knownHostsFor, makeKey, publicKeyOf, sshdPath, writeSshConfig, type TestSshd } from '../../lab/sshd'
import { answering, Harness, problemOf, text, type Answers } from './harness'

describe.skipIf(sshdPath === null)('keys', () => {
  const servers = new Harness()
  const harness = new Harness()
  let sshd: TestSshd
  let keys: string
  const key = (name: string): string => path.join(keys, name)

  beforeAll(async () => {
    keys = servers.folder()
    makeKey(key('locked'), { passphrase: 'correct horse' })
    makeKey(key('locked-pem'), { type: 'rsa', passphrase: 'correct horse', args: ['-m', 'PEM'] })
    for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) makeKey(key(type), { type })
    makeKey(key('refused'))
    makeKey(key('agent-only'))
    const allowed = ['locked', 'locked-pem', 'ed25519', 'ecdsa', 'rsa', 'agent-only'].map((name) => publicKeyOf(key(name)))
    sshd = await servers.sshd({ authorizedKeys: allowed })
  })
  afterAll(() => servers.tidy())
  afterEach(() => harness.tidy())

  const pool = async (lines: string[], answers: Answers = answering(), env: Record<string, string> = {}) => {
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    const file = path.join(dir, 'config')
    const common = [`HostName 127.0.0.1`, `Port ${sshd.port}`, `User ${sshd.user}`, `UserKnownHostsFile ${path.join(dir, 'known_hosts')}`]
    await writeFile(file, ['Host lab', ...common, ...lines].join('\n  '))
    return harness.pool(file, answers.ask, { env, homeDir: dir })
  }
  const echo = async (...args: Parameters<typeof pool>): Promise<string> =>
    text((await (await (await pool(...args)).get({ ssh: 'lab' })).exec('echo in')).stdout)

  it.each(['ed25519', 'ecdsa', 'rsa'])('logs in with an %s key', async (type) => {
    expect(await echo([`IdentityFile ${key(type)}`])).toBe('in\n')
  })

  it.each(['locked', 'locked-pem'])('asks for the passphrase of %s, again when it is wrong, and once per process', async (name) => {
    const answers = answering(['wrong'], ['correct horse'])
    const hosts = await pool([`IdentityFile ${key(name)}`], answers)
    const host = await hosts.get({ ssh: 'lab' })
    sshd.connectionPids().forEach((pid) => process.kill(pid, 'SIGKILL'))
    await expect.poll(() => sshd.connectionPids()).toEqual([])
    // The first command may still meet the dying connection; a lost command is the caller's to repeat.
    await expect
      .poll(() =>
        host.exec('echo in').then(
          (result) => text(result.stdout),
          (error: Error) => error.message,
        ),
      )
      .toBe('in\n')
    expect(answers.asked).toEqual([1, 2].map(() => ({ kind: 'passphrase', host: 'lab', keyPath: key(name) })))
  })

  it('gives up on a key after three wrong passphrases, and goes on to the next', async () => {
    const answers = answering(['a'], ['b'], ['c'], ['d'])
    expect(await echo([`IdentityFile ${key('locked')}`, `IdentityFile ${key('ed25519')}`], answers)).toBe('in\n')
    expect(answers.asked).toHaveLength(3)
  })

  it('does not ask for the passphrase of a key the server would refuse', async () => {
    makeKey(key('locked-refused'), { passphrase: 'x' })
    const answers = answering()
    expect(await echo([`IdentityFile ${key('locked-refused')}`, `IdentityFile ${key('ed25519')}`], answers)).toBe('in\n')
    expect(answers.asked).toEqual([])
  })

  it('says what was tried, what the server accepts and which keys could not be used', async () => {
    copyFileSync(key('ed25519'), key('open'))
    chmodSync(key('open'), 0o644)
    await writeFile(key('garbage'), 'not a key', { mode: 0o600 })
    const lines = ['refused', 'open', 'garbage', 'missing'].map((name) => `IdentityFile ${key(name)}`)
    const problem = await problemOf((await pool(lines)).get({ ssh: 'lab' }))
    expect(problem).toMatchObject({
      code: 'ssh.auth_failed',
      params: { host: 'lab', user: sshd.user, tried: key('refused'), accepted: 'publickey' },
    })
    expect(problem.params?.['skipped']).toMatch(/open: permissions 0644.*garbage: its format.*missing: no such file/)
  })

  it('uses the agent, offers the listed keys first, and only them with IdentitiesOnly', async () => {
    const dir = harness.folder()
    const socket = path.join(dir, 'agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    harness.atEnd(() => new Promise((resolve) => void agent.once('exit', () => resolve()).kill()))
    await expect.poll(() => execFileSync('sh', ['-c', `test -S ${socket} && echo up || true`], { encoding: 'utf8' })).toBe('up\n')
    for (const name of ['refused', 'agent-only', 'rsa']) {
      execFileSync('ssh-add', ['-q', key(name)], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    }
    expect(await echo(['IdentityFile none'], answering(), { SSH_AUTH_SOCK: socket })).toBe('in\n')
    expect(await echo(['IdentityFile none', `IdentityAgent ${socket}`])).toBe('in\n')
    expect(await echo(['IdentitiesOnly yes', `IdentityFile ${key('rsa')}.pub`], answering(), { SSH_AUTH_SOCK: socket })).toBe('in\n')
    renameSync(key('agent-only'), key('agent-only.away'))
    expect(await echo(['IdentitiesOnly yes', `IdentityFile ${key('agent-only')}`], answering(), { SSH_AUTH_SOCK: socket })).toBe('in\n')
    const refused = await problemOf(
      (await pool(['IdentitiesOnly yes', `IdentityFile ${key('refused')}`], answering(), { SSH_AUTH_SOCK: socket })).get({ ssh: 'lab' }),
    )
    expect(refused.code).toBe('ssh.auth_failed')
    expect(String(refused.params?.['tried']).split('; ')).toHaveLength(1)
  })

  it('refuses ProxyCommand and Match exec, and runs neither', async () => {
    const dir = harness.folder()
    const mark = path.join(dir, 'ran')
    const proxied = await problemOf((await pool([`ProxyCommand touch ${mark}`])).get({ ssh: 'lab' }))
    const file = path.join(dir, 'config')
    await writeFile(file, `Match originalhost lab exec "touch ${mark}"\n  User eve\n`)
    const matched = await problemOf(harness.pool(file, answering().ask).get({ ssh: 'lab' }))
    expect([proxied.code, matched.code]).toEqual(['ssh.proxy_command_refused', 'ssh.config_invalid'])
    expect(execFileSync('ls', [dir], { encoding: 'utf8' })).toBe('config\n')
  })
})

describe.skipIf(sshdPath === null)('two factors on a real sshd', () => {
  const harness = new Harness()
  afterEach(() => harness.tidy())

  it('takes two keys when the server demands two', async () => {
    const dir = harness.folder()
    const [first, second] = [makeKey(path.join(dir, 'first')), makeKey(path.join(dir, 'second'))]
    const sshd = await harness.sshd({
      authorizedKeys: [first, second].map(publicKeyOf),
      config: ['AuthenticationMethods publickey,publickey'],
    })
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    const file = await writeSshConfig(dir, { lab: { sshd, lines: [`IdentityFile ${first}`, `IdentityFile ${second}`] } })
    const host = await harness.pool(file, answering().ask).get({ ssh: 'lab' })
    expect((await host.exec('true')).exitCode).toBe(0)
  })
})

/** Password and keyboard-interactive need accounts on a real sshd, so ssh2's own server stands in. */
describe.skipIf(sshdPath === null)('secrets', () => {
  const harness = new Harness()
  afterEach(() => harness.tidy())

  const server = async (onAuthentication: (context: ssh2.AuthContext) => void, banner?: string) => {
    const dir = harness.folder()
    const hostKey = execFileSync('cat', [makeKey(path.join(dir, 'host'))])
    const accepted = new ssh2.Server({ hostKeys: [hostKey], ...(banner === undefined ? {} : { banner }) }, (client) => {
      client.on('error', () => client.end())
      client.on('authentication', onAuthentication)
      client.on('session', (accept) =>
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec()
          channel.write('in\n')
          channel.exit(0)
          channel.end()
        }),
      )
    })
    await new Promise<void>((resolve) => accepted.listen(0, '127.0.0.1', resolve))
    harness.atEnd(() => new Promise((resolve) => accepted.close(() => resolve())))
    const { port } = accepted.address() as AddressInfo
    const file = path.join(dir, 'config')
    await writeFile(
      file,
      `Host lab\n HostName 127.0.0.1\n Port ${port}\n User ada\n IdentityFile none\n StrictHostKeyChecking no\n UserKnownHostsFile ${path.join(dir, 'known_hosts')}\n`,
    )
    return file
  }
  const passwordServer = (password: string, banner?: string) =>
    server(
      (context) => (context.method === 'password' && context.password === password ? context.accept() : context.reject(['password'])),
      banner,
    )

  it('asks for the password up to three times', async () => {
    const answers = answering(['no'], ['still no'], ['secret'])
    const host = await harness.pool(await passwordServer('secret'), answers.ask).get({ ssh: 'lab' })
    expect(text((await host.exec('x')).stdout)).toBe('in\n')
    expect(answers.asked).toEqual([1, 2, 3].map(() => ({ kind: 'password', host: 'lab', user: 'ada' })))
  })

  it('fails after three wrong passwords, with the banner as evidence, made harmless', async () => {
    const answers = answering(['a'], ['b'], ['c'], ['secret'])
    const file = await passwordServer('secret', 'locked \u001b[31mout\u001b[0m\u0007 until noon')
    const problem = await problemOf(harness.pool(file, answers.ask).get({ ssh: 'lab' }))
    expect(problem).toMatchObject({ code: 'ssh.auth_failed', params: { tried: 'password', accepted: 'password' } })
    expect(problem.evidence?.trim()).toBe('locked out until noon')
    expect(answers.asked).toHaveLength(3)
  })

  it('stops at once when the user declines', async () => {
    const answers = answering(null)
    expect((await problemOf(harness.pool(await passwordServer('secret'), answers.ask).get({ ssh: 'lab' }))).code).toBe('ssh.auth_failed')
    expect(answers.asked).toHaveLength(1)
  })

  it('answers several rounds of keyboard-interactive, then a second factor, with harmless texts', async () => {
    let factors = 0
    const file = await server((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      const evil = 'One-time \u001b]0;owned\u0007code\u202e:'
      context.prompt([{ prompt: 'Password:', echo: false }], 'Lab\nlogin', 'Be \u001b[2Jquick', ([password]) => {
        context.prompt([{ prompt: evil, echo: true }], '', '', ([code]) => {
          if (password !== 'secret' || code !== '123456') return context.reject(['keyboard-interactive'])
          factors += 1
          if (factors === 1) context.reject(['keyboard-interactive'], true)
          else context.accept()
        })
      })
    })
    const answers = answering(['secret'], ['123456'], ['secret'], ['123456'])
    const host = await harness.pool(file, answers.ask).get({ ssh: 'lab' })
    expect((await host.exec('x')).exitCode).toBe(0)
    expect(answers.asked.slice(0, 2)).toEqual([
      {
        kind: 'keyboard_interactive',
        host: 'lab',
        name: 'Lab login',
        instructions: 'Be quick',
        prompts: [{ prompt: 'Password:', echo: false }],
      },
      { kind: 'keyboard_interactive', host: 'lab', name: '', instructions: '', prompts: [{ prompt: 'One-time code:', echo: true }] },
    ])
  })

  it('does not let a server ask without end', async () => {
    const file = await server((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      const again = (): void => context.prompt([{ prompt: 'More?', echo: true }], again)
      again()
    })
    const asked: string[] = []
    const ask = (question: { kind: string }) => {
      asked.push(question.kind)
      return Promise.resolve(['yes'])
    }
    expect((await problemOf(harness.pool(file, ask).get({ ssh: 'lab' }))).code).toBe('ssh.auth_failed')
    expect(asked.length).toBeLessThanOrEqual(20)
  })

  it('uses the password again for a reconnect, and does not count waiting for the user as time', async () => {
    const file = await passwordServer('secret')
    await writeFile(file, `ConnectTimeout 1\n${execFileSync('cat', [file], { encoding: 'utf8' })}`)
    let asked = 0
    const ask = async () => {
      asked += 1
      await new Promise((resolve) => setTimeout(resolve, 1500))
      return ['secret']
    }
    await harness.pool(file, ask).get({ ssh: 'lab' })
    expect(asked).toBe(1)
  })
})
