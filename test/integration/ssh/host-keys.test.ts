import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest'
import { makeKey, publicKeyOf, readIfThere, sshdPath, writeSshConfig, type TestSshd } from '../../lab/sshd'
import { answering, Harness, problemOf, type Answers } from './harness'

const fingerprintOf = (publicKeyFile: string): string =>
  execFileSync('ssh-keygen', ['-lf', publicKeyFile], { encoding: 'utf8' }).split(' ')[1] ?? ''

describe.skipIf(sshdPath === null)('host keys', () => {
  const servers = new Harness()
  const harness = new Harness()
  let sshd: TestSshd
  beforeAll(async () => {
    sshd = await servers.sshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] })
  })
  afterAll(() => servers.tidy())
  afterEach(() => harness.tidy())

  /** Tries to connect with the given known_hosts; what was asked and where the files are. */
  const setUp = async (knownHosts: string | null, answers: Answers, common: string[] = []) => {
    const dir = harness.folder()
    const file = path.join(dir, 'known_hosts')
    if (knownHosts !== null) await writeFile(file, knownHosts)
    const pool = harness.pool(await writeSshConfig(dir, { lab: { sshd } }, common), answers.ask)
    return { file, pool, connect: () => pool.get({ ssh: 'lab' }) }
  }
  const name = (): string => `[127.0.0.1]:${sshd.port}`
  const stranger = (): string => publicKeyOf(makeKey(path.join(sshd.dir, 'stranger')))

  it('shows the fingerprint of an unknown key, and keeps it when accepted', async () => {
    const answers = answering(['accept'])
    const { file, connect } = await setUp(null, answers)
    await connect()
    expect(answers.asked).toEqual([
      {
        kind: 'host_key',
        host: 'lab',
        address: `127.0.0.1:${sshd.port}`,
        keyType: 'ssh-ed25519',
        fingerprint: fingerprintOf(`${sshd.hostKeyPath('ed25519')}.pub`),
      },
    ])
    expect(await readFile(file, 'utf8')).toBe(`${name()} ${sshd.hostPublicKey('ed25519')}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const found = execFileSync('ssh-keygen', ['-F', name(), '-f', file], { encoding: 'utf8' })
    expect(found).toContain(sshd.hostPublicKey('ed25519'))
  })

  it('hashes the name with HashKnownHosts, as ssh-keygen can read and we can too', async () => {
    const { file, connect } = await setUp('# no newline at the end', answering(['accept']), ['HashKnownHosts yes'])
    await connect()
    const kept = await readFile(file, 'utf8')
    expect(kept).toMatch(/^# no newline at the end\n\|1\|[^ ]+ ssh-ed25519 /)
    expect(execFileSync('ssh-keygen', ['-F', name(), '-f', file], { encoding: 'utf8' })).toContain(sshd.hostPublicKey('ed25519'))
    const again = answering()
    await (await setUp(kept, again)).connect()
    expect(again.asked).toEqual([])
  })

  it('reads a file that ssh-keygen -H hashed', async () => {
    const { file, connect } = await setUp(`${name()} ${sshd.hostPublicKey('ed25519')}\n`, answering())
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
    expect(await readFile(file, 'utf8')).not.toContain('127.0.0.1')
    await connect()
  })

  it('asks for the key type that is known', async () => {
    await (await setUp(`${name()} ${sshd.hostPublicKey('rsa')}\n`, answering())).connect()
    await (await setUp(`${name()} ${sshd.hostPublicKey('ecdsa')}\n`, answering())).connect()
  })

  it('takes the key of the plain host name for another port, patterns and lists', async () => {
    await (await setUp(`127.0.0.1 ${sshd.hostPublicKey('ed25519')}\n`, answering())).connect()
    await (await setUp(`other,[127.0.0.*]:* ${sshd.hostPublicKey('ed25519')} comment\n`, answering())).connect()
    const negated = answering(null)
    const refused = await problemOf((await setUp(`[127.0.0.*]:*,!${name()} ${sshd.hostPublicKey('ed25519')}\n`, negated)).connect())
    expect([refused.code, negated.asked.length]).toEqual(['ssh.host_key_unknown', 1])
  })

  it('accepts once without writing, and does not ask again in this process', async () => {
    const answers = answering(['once'])
    const { file, connect, pool } = await setUp(null, answers)
    await connect()
    expect(await readIfThere(file)).toBe('')
    sshd.connectionPids().forEach((pid) => process.kill(pid, 'SIGKILL'))
    await expect.poll(() => sshd.connectionPids()).toEqual([])
    await pool.get({ ssh: 'lab' })
    expect(answers.asked).toHaveLength(1)
  })

  it('refuses an unknown key when nobody accepts it, or StrictHostKeyChecking is yes', async () => {
    expect((await problemOf((await setUp(null, answering(null))).connect())).code).toBe('ssh.host_key_unknown')
    const strict = answering(['accept'])
    expect((await problemOf((await setUp(null, strict, ['StrictHostKeyChecking yes'])).connect())).code).toBe('ssh.host_key_unknown')
    expect(strict.asked).toEqual([])
  })

  it('adds unknown keys unasked with accept-new and no', async () => {
    for (const value of ['accept-new', 'no']) {
      const answers = answering()
      const { file, connect } = await setUp(null, answers, [`StrictHostKeyChecking ${value}`])
      await connect()
      expect(answers.asked).toEqual([])
      expect(await readFile(file, 'utf8')).toContain(sshd.hostPublicKey('ed25519'))
    }
  })

  it.each(['ask', 'accept-new', 'no'])('refuses a changed key with StrictHostKeyChecking %s, and says how to check', async (value) => {
    const answers = answering(['accept'])
    const { file, connect } = await setUp(`# first\n${name()} ${stranger()}\n`, answers, [`StrictHostKeyChecking ${value}`])
    const problem = await problemOf(connect())
    expect(problem.code).toBe('ssh.host_key_changed')
    expect(problem.params).toMatchObject({
      fingerprint: fingerprintOf(`${sshd.hostKeyPath('ed25519')}.pub`),
      expectedFingerprint: fingerprintOf(path.join(sshd.dir, 'stranger.pub')),
      file,
      line: 2,
      command: `ssh-keygen -R '${name()}' -f ${file}`,
    })
    expect(answers.asked).toEqual([])
  })

  it('the command it gives mends the file', async () => {
    const { file, connect } = await setUp(`${name()} ${stranger()}\n`, answering(['accept']))
    const problem = await problemOf(connect())
    execFileSync('sh', ['-c', String(problem.params?.['command'])], { stdio: 'ignore' })
    await connect()
    expect(await readFile(file, 'utf8')).toContain(sshd.hostPublicKey('ed25519'))
  })

  it('refuses a revoked key even when it is listed as known', async () => {
    const key = sshd.hostPublicKey('ed25519')
    expect((await problemOf((await setUp(`${name()} ${key}\n@revoked * ${key}\n`, answering(['accept']))).connect())).code).toBe(
      'ssh.host_key_revoked',
    )
  })

  it('says that a certificate authority is not supported, unless a plain key matches', async () => {
    const authority = `@cert-authority [127.0.0.1]:* ${stranger()}\n`
    expect((await problemOf((await setUp(authority, answering(['accept']))).connect())).code).toBe('ssh.cert_authority_unsupported')
    await (await setUp(`${authority}${name()} ${sshd.hostPublicKey('ed25519')}\n`, answering())).connect()
  })

  it('looks keys up by HostKeyAlias', async () => {
    await (await setUp(`the-lab ${sshd.hostPublicKey('ed25519')}\n`, answering(), ['HostKeyAlias the-lab'])).connect()
  })

  it('asks once when several connections meet the same unknown key', async () => {
    const dir = harness.folder()
    const answers = answering(['accept'])
    const hosts = Object.fromEntries(['a', 'b', 'c'].map((alias, index) => [alias, { sshd, lines: [`ServerAliveInterval ${20 + index}`] }]))
    const pool = harness.pool(await writeSshConfig(dir, hosts), answers.ask)
    await Promise.all(['a', 'b', 'c'].map((ssh) => pool.get({ ssh })))
    expect(answers.asked).toHaveLength(1)
  })

  it('warns, but goes on, when the accepted key cannot be written', async () => {
    const dir = harness.folder()
    const impossible = path.join(dir, 'ssh_config', 'known_hosts')
    const warnings: string[] = []
    const file = await writeSshConfig(dir, { lab: { sshd, lines: [`UserKnownHostsFile ${impossible}`] } })
    const pool = harness.pool(file, answering(['accept']).ask, { warn: (message) => warnings.push(message) })
    await pool.get({ ssh: 'lab' })
    expect(warnings[0]).toContain(impossible)
  })
})
