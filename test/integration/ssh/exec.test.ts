import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostPool, RemoteHost } from '../../../main/ports/remote-host'
import { knownHostsFor, sshdPath, writeSshConfig, type TestSshd } from '../../lab/sshd'
import { answering, Harness, problemOf, text } from './harness'

describe.skipIf(sshdPath === null)('commands over a real sshd', () => {
  const harness = new Harness()
  let sshd: TestSshd
  let pool: HostPool
  let host: RemoteHost

  beforeAll(async () => {
    sshd = await harness.sshd()
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    pool = harness.pool(await writeSshConfig(dir, { lab: { sshd } }), answering().ask)
    host = await pool.get({ ssh: 'lab' })
  })
  afterAll(() => harness.tidy())

  it('logs in by key, with a strong cipher, and says who answers', () => {
    expect(host.target).toBe(`${sshd.user}@127.0.0.1:${sshd.port}`)
    expect(host.cipher).toBe('aes128-gcm@openssh.com')
    expect(host.serverSoftware).toMatch(/^OpenSSH_/)
    expect(pool.describe({ ssh: 'lab' })).toBe(host.target)
    expect(pool.aliases()).toEqual(['lab'])
  })

  it('gives stdout, stderr and the exit code', async () => {
    const result = await host.exec('cat; echo warn >&2; exit 7', { stdin: 'to the host' })
    expect({ ...result, stdout: text(result.stdout) }).toEqual({ exitCode: 7, signal: null, stdout: 'to the host', stderr: 'warn\n' })
  })

  it('closes stdin when there is none', async () => {
    expect(text((await host.exec('cat | wc -c')).stdout).trim()).toBe('0')
  })

  it('names the signal that ended a command', async () => {
    expect(await host.exec('kill -KILL $$')).toMatchObject({ exitCode: null, signal: 'KILL' })
  })

  it('passes 20 MB of stdin whole, past the channel window', async () => {
    const input = Buffer.alloc(20_000_000, 'headroom')
    const result = await host.exec('sleep 0.2; sha256sum', { stdin: input })
    expect(text(result.stdout).slice(0, 64)).toBe(createHash('sha256').update(input).digest('hex'))
  })

  it('survives a command that does not read its stdin', async () => {
    expect((await host.exec('exec 0<&-; echo done', { stdin: Buffer.alloc(5_000_000) })).exitCode).toBe(0)
  })

  it('brings 64 MiB home intact', async () => {
    const bytes = 64 * 1024 * 1024
    const result = await host.exec(`seq 1 100000000 | head -c ${bytes} | tee /dev/stderr 2>/dev/null`)
    const check = await host.exec(`seq 1 100000000 | head -c ${bytes} | sha256sum`)
    expect(result.stdout.length).toBe(bytes)
    expect(createHash('sha256').update(result.stdout).digest('hex')).toBe(text(check.stdout).slice(0, 64))
  })

  it('streams to onStdout and then keeps nothing', async () => {
    const hash = createHash('sha256')
    let seen = 0
    const result = await host.exec('head -c 3000000 /dev/zero', {
      onStdout: (chunk) => {
        seen += chunk.length
        hash.update(chunk)
      },
      maxBytes: 10,
    })
    expect([seen, result.stdout.length]).toEqual([3_000_000, 0])
    expect(hash.digest('hex')).toBe(createHash('sha256').update(Buffer.alloc(3_000_000)).digest('hex'))
  })

  it('fails the command when onStdout throws', async () => {
    const failing = host.exec('echo x; sleep 30', {
      onStdout: () => {
        throw new Error('no space for it')
      },
    })
    await expect(failing).rejects.toThrow('no space for it')
  })

  it('stops a command that writes more than maxBytes', async () => {
    expect((await problemOf(host.exec('yes', { maxBytes: 100_000 }))).code).toBe('remote.tool_failed')
  })

  it('stops at timeoutMs and at idleTimeoutMs', async () => {
    expect((await problemOf(host.exec('sleep 30', { timeoutMs: 150 }))).code).toBe('remote.timed_out')
    expect((await problemOf(host.exec('echo a; sleep 30', { idleTimeoutMs: 150 }))).code).toBe('ssh.connection_lost')
    const steady = await host.exec('for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done', { idleTimeoutMs: 2000 })
    expect(steady.exitCode).toBe(0)
  })

  it('ends an aborted command, which then cannot write any more', async () => {
    const abort = new AbortController()
    const mark = `headroom-abort-${process.pid}`
    const onStdout = (): void => abort.abort()
    expect((await problemOf(host.exec(`while :; do echo ${mark}; sleep 0.05; done`, { signal: abort.signal, onStdout }))).code).toBe(
      'run.cancelled',
    )
    await expect.poll(async () => (await host.exec(`pgrep -f "[h]eadroom-abort-${process.pid}"`)).exitCode, { timeout: 5000 }).toBe(1)
    expect((await problemOf(host.exec('true', { signal: AbortSignal.abort() }))).code).toBe('run.cancelled')
  })

  it('goes on after cancelled commands that live on and fill the session table of the server', async () => {
    const abort = new AbortController()
    const running = Array.from({ length: 12 }, () => problemOf(host.exec('echo up; exec sleep 6', { signal: abort.signal })))
    await new Promise((resolve) => setTimeout(resolve, 500))
    abort.abort()
    expect((await Promise.all(running)).map((problem) => problem.code)).toEqual(running.map(() => 'run.cancelled'))
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => host.exec(`echo ${index}`)))
    expect(results.map((result) => text(result.stdout).trim())).toEqual(results.map((_, index) => String(index)))
  })

  it('runs 20 commands at once under the session cap, on one connection', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => host.exec(`sleep 0.05; echo ${index}`)))
    expect(results.map((result) => text(result.stdout).trim())).toEqual(Array.from({ length: 20 }, (_, index) => String(index)))
    expect(sshd.connectionPids()).toHaveLength(1)
  })

  it('shares one connection between callers that come at the same time', async () => {
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    const other = harness.pool(await writeSshConfig(dir, { lab: { sshd }, same: { sshd } }), answering().ask)
    const before = sshd.connectionPids().length
    const hosts = await Promise.all(['lab', 'same', 'lab', 'same'].map((ssh) => other.get({ ssh })))
    expect(new Set(hosts).size).toBe(1)
    expect(sshd.connectionPids()).toHaveLength(before + 1)
  })
})

describe.skipIf(sshdPath === null)('a server with few sessions', () => {
  const harness = new Harness()
  afterAll(() => harness.tidy())

  it('is used within its own limit', async () => {
    const sshd = await harness.sshd({ config: ['MaxSessions 2'] })
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    const host = await harness.pool(await writeSshConfig(dir, { lab: { sshd } }), answering().ask).get({ ssh: 'lab' })
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => host.exec(`sleep 0.02; echo ${index}`)))
    expect(results.map((result) => text(result.stdout).trim())).toEqual(Array.from({ length: 12 }, (_, index) => String(index)))
  })
})
