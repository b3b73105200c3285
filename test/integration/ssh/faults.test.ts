import net from 'node:net'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort, knownHostsFor, makeKey, publicKeyOf, sshdPath, writeSshConfig, type TestSshd } from '../../lab/sshd'
import { answering, Harness, problemOf, text } from './harness'

describe.skipIf(sshdPath === null)('connections that fail', () => {
  const harness = new Harness()
  afterEach(() => harness.tidy())

  const setUp = async (sshd: TestSshd, lines: string[] = []) => {
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    return harness.pool(await writeSshConfig(dir, { lab: { sshd, lines } }), answering().ask)
  }

  it('tells a closed port, a wrong name and a silent host quickly', async () => {
    const silentPort = await harness.tcpServer(() => undefined)
    const dir = harness.folder()
    const file = path.join(dir, 'config')
    const closed = await freePort()
    await writeFile(file, `Host silent\n HostName 127.0.0.1\n Port ${silentPort}\n ConnectTimeout 1\n`)
    const pool = harness.pool(file, answering().ask)
    const startedAt = performance.now()
    const problem = await problemOf(pool.get({ ssh: `root@127.0.0.1:${closed}` }))
    expect(problem).toMatchObject({ code: 'ssh.unreachable', params: { host: '127.0.0.1', port: closed } })
    expect((await problemOf(pool.get({ ssh: 'no-such-host.invalid' }))).code).toBe('ssh.unreachable')
    expect(performance.now() - startedAt).toBeLessThan(5000)
    expect((await problemOf(pool.get({ ssh: 'silent' }))).message).toContain('no answer within 1 s')
  })

  it('says connection_lost at once when the server of the connection is killed, and connects anew for the next command', async () => {
    const sshd = await harness.sshd()
    const host = await (await setUp(sshd)).get({ ssh: 'lab' })
    const started = Promise.withResolvers<void>()
    const running = problemOf(host.exec('echo up; sleep 30', { onStdout: () => started.resolve() }))
    await started.promise
    const killedAt = performance.now()
    sshd.connectionPids().forEach((pid) => process.kill(pid, 'SIGKILL'))
    expect((await running).code).toBe('ssh.connection_lost')
    expect(performance.now() - killedAt).toBeLessThan(2000)
    expect(text((await host.exec('echo again')).stdout)).toBe('again\n')
  })

  it('notices a frozen server by keepalive', async () => {
    const sshd = await harness.sshd()
    const host = await (await setUp(sshd, ['ServerAliveInterval 1', 'ServerAliveCountMax 1'])).get({ ssh: 'lab' })
    const pids = sshd.connectionPids()
    const running = problemOf(host.exec('sleep 30'))
    pids.forEach((pid) => process.kill(pid, 'SIGSTOP'))
    expect((await running).code).toBe('ssh.connection_lost')
    pids.forEach((pid) => process.kill(pid, 'SIGKILL'))
  })

  it('waits for a server that is restarted', async () => {
    const sshd = await harness.sshd()
    const host = await (await setUp(sshd)).get({ ssh: 'lab' })
    await sshd.stop({ keepFiles: true })
    await expect
      .poll(() => problemOf(host.exec('true', { signal: AbortSignal.timeout(100) })).then((problem) => problem.code))
      .toMatch(/cancelled|lost/)
    const waiting = host.exec('echo back')
    await new Promise((resolve) => setTimeout(resolve, 500))
    await harness.sshd({ port: sshd.port, dir: sshd.dir })
    expect(text((await waiting).stdout)).toBe('back\n')
  })

  it('tries again when the connection is dropped before the handshake', async () => {
    const sshd = await harness.sshd()
    let drops = 3
    const port = await harness.tcpServer((socket) => {
      if (drops-- > 0) return void socket.destroy()
      const upstream = net.connect(sshd.port, '127.0.0.1')
      upstream.on('error', () => socket.destroy())
      socket.pipe(upstream).pipe(socket)
    })
    const pool = await setUp(sshd, [`Port ${port}`, 'HostKeyAlias lab', 'StrictHostKeyChecking accept-new'])
    await pool.get({ ssh: 'lab' })
    expect(drops).toBe(-1)
  })

  it('gives up on a server that is no SSH server', async () => {
    const port = await harness.tcpServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const file = path.join(harness.folder(), 'config')
    await writeFile(file, 'ConnectTimeout 2\n')
    expect((await problemOf(harness.pool(file, answering().ask).get({ ssh: `root@127.0.0.1:${port}` }))).code).toBe('ssh.unreachable')
  })

  it('stops connecting when cancelled or closed', async () => {
    const port = await harness.tcpServer(() => undefined)
    const file = path.join(harness.folder(), 'config')
    await writeFile(file, '')
    const pool = harness.pool(file, answering().ask)
    expect((await problemOf(pool.get({ ssh: `root@127.0.0.1:${port}` }, AbortSignal.timeout(100)))).code).toBe('run.cancelled')
    const waiting = problemOf(pool.get({ ssh: `root@127.0.0.1:${port}` }))
    await pool.closeAll()
    expect((await waiting).code).toBe('run.cancelled')
    expect((await problemOf(pool.get({ ssh: 'x' }))).code).toBe('run.cancelled')
  })
})

describe.skipIf(sshdPath === null)('ProxyJump', () => {
  const harness = new Harness()
  afterEach(() => harness.tidy())

  it('passes two hops and verifies every key', async () => {
    const [gate, inner, lab] = await Promise.all([harness.sshd(), harness.sshd(), harness.sshd()])
    const dir = harness.folder()
    const hosts = { gate: { sshd: gate }, inner: { sshd: inner }, lab: { sshd: lab, lines: ['ProxyJump gate,inner'] } }
    const file = await writeSshConfig(dir, hosts)
    const answers = answering(['accept'], ['accept'], ['accept'])
    const host = await harness.pool(file, answers.ask).get({ ssh: 'lab' })
    expect(answers.asked.map((question) => question.kind === 'host_key' && question.address)).toEqual(
      [gate, inner, lab].map(({ port }) => `127.0.0.1:${port}`),
    )
    const result = await host.exec('head -c 5000000 /dev/zero; echo $SSH_CONNECTION >&2')
    expect(result.stdout.length).toBe(5_000_000)
    expect(result.stderr.trim().endsWith(`127.0.0.1 ${lab.port}`)).toBe(true)
    expect(inner.log()).toContain('Accepted publickey')
  })

  it('refuses when the key of a hop has changed, before the host behind it is reached', async () => {
    const [gate, lab] = await Promise.all([harness.sshd(), harness.sshd()])
    const dir = harness.folder()
    const stranger = publicKeyOf(makeKey(path.join(dir, 'stranger')))
    await writeFile(path.join(dir, 'known_hosts'), `[127.0.0.1]:${gate.port} ${stranger}\n${knownHostsFor([lab])}`)
    const file = await writeSshConfig(dir, { gate: { sshd: gate }, lab: { sshd: lab, lines: ['ProxyJump gate'] } })
    const problem = await problemOf(harness.pool(file, answering().ask).get({ ssh: 'lab' }))
    expect(problem).toMatchObject({ code: 'ssh.host_key_changed', params: { host: `[127.0.0.1]:${gate.port}` } })
    expect(lab.log()).not.toContain('Accepted')
  })

  it('says through which hop a host cannot be reached, and when forwarding is forbidden', async () => {
    const gate = await harness.sshd()
    const closedGate = await harness.sshd({ config: ['AllowTcpForwarding no'] })
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([gate, closedGate]))
    const file = await writeSshConfig(dir, { gate: { sshd: gate }, shut: { sshd: closedGate } })
    const target = `root@127.0.0.1:${await freePort()}`
    await writeFile(path.join(dir, 'a'), `Include ${file}\nMatch originalhost 127.0.0.1 user root\n ProxyJump gate\n`)
    await writeFile(path.join(dir, 'b'), `Include ${file}\nMatch originalhost 127.0.0.1 user root\n ProxyJump shut\n`)
    expect((await problemOf(harness.pool(path.join(dir, 'a'), answering().ask).get({ ssh: target }))).params).toMatchObject({
      via: `${gate.user}@127.0.0.1:${gate.port}`,
    })
    expect((await problemOf(harness.pool(path.join(dir, 'b'), answering().ask).get({ ssh: target }))).message).toContain(
      'does not allow forwarding',
    )
  })

  it('loses the host behind a hop that dies', async () => {
    const [gate, lab] = await Promise.all([harness.sshd(), harness.sshd()])
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([gate, lab]))
    const host = await harness
      .pool(await writeSshConfig(dir, { gate: { sshd: gate }, lab: { sshd: lab, lines: ['ProxyJump gate'] } }), answering().ask)
      .get({ ssh: 'lab' })
    const started = Promise.withResolvers<void>()
    const running = problemOf(host.exec('echo up; sleep 30', { onStdout: () => started.resolve() }))
    await started.promise
    gate.connectionPids().forEach((pid) => process.kill(pid, 'SIGKILL'))
    expect((await running).code).toBe('ssh.connection_lost')
    expect(text((await host.exec('echo again')).stdout)).toBe('again\n')
  })
})
