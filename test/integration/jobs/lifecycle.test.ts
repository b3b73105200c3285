import { readdirSync, readFileSync, writeFileSync, appendFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, job, newHome, processesOf, removeHome, runnerWith, shellHost } from './lab'

let home = ''
beforeEach(() => {
  home = newHome()
})
afterEach(() => removeHome(home))

/** Programs that are `sh` somewhere: Debian's, Red Hat's, a container's. */
const shells = ['/bin/dash', '/bin/bash', '/bin/busybox'].filter((path) => existsSync(path))

const jobFolder = (jobId: string): string => join(home, '.cache/headroom/jobs', jobId)
const kitFolder = (sha256: string): string => join(home, '.cache/headroom/kit', sha256)

describe.each(shells)('a job where sh is %s', (shell) => {
  let bin = ''
  beforeEach(() => {
    bin = newHome()
    symlinkSync(shell, join(bin, 'sh'))
  })
  afterEach(() => removeHome(bin))

  it('runs in one exec once the kit is there, and brings everything home', async () => {
    const runner = runnerWith({
      'hello.sh':
        'echo "hello $WHO"; echo oops >&2; hr_fact port 5201; hr_ready; hr_progress 1 2 half; head -c 100000 /dev/zero >zeros; mkdir sub; echo deep >sub/x.json; exit 3',
    })
    const host = shellHost({ home, bin })
    const first = await runner.runJob(host, job('one', 'hello.sh', { env: { WHO: "a 'quoted' $(name)\nline" } }))
    expect(first.uploadedBytes).toBeGreaterThan(5000)
    expect(host.execs).toBe(2)
    const second = await runner.runJob(host, job('two', 'hello.sh'))
    expect(second.uploadedBytes).toBe(0)
    expect(host.execs).toBe(3)
    expect(first.status).toMatchObject({
      state: 'done',
      exitCode: 3,
      ready: true,
      facts: { port: '5201' },
      problem: null,
      simulated: false,
    })
    const text = Object.fromEntries(first.files.map((file) => [file.name, Buffer.from(file.bytes).toString()]))
    expect(text).toEqual({
      stdout: "hello a 'quoted' $(name)\nline\n",
      stderr: 'oops\n',
      progress: '1\t2\thalf\n',
      zeros: '\0'.repeat(100_000),
      'sub/x.json': 'deep\n',
    })
    expect(first.countersBefore?.['lo']?.rxBytes).toBeGreaterThanOrEqual(0)
    expect(Object.keys(first.countersAfter ?? {})).toEqual(Object.keys(first.countersBefore ?? {}))
    expect(readdirSync(join(home, '.cache'))).toEqual(['headroom'])
    expect(readdirSync(home)).toEqual(['.cache'])
  })

  it('starts a job once, however often and however simultaneously it is launched', async () => {
    const runner = runnerWith({ 'count.sh': 'echo started >>"$HOME/starts"; sleep 0.3' })
    const host = shellHost({ home, bin })
    await runner.launch(host, job('warm', 'count.sh'))
    await Promise.all(Array.from({ length: 6 }, () => runner.launch(host, job('same', 'count.sh'))))
    await runner.launch(host, job('same', 'count.sh'))
    expect((await runner.follow(host, 'same')).exitCode).toBe(0)
    expect((await runner.follow(host, 'warm')).exitCode).toBe(0)
    expect(readFileSync(join(home, 'starts'), 'utf8')).toBe('started\nstarted\n')
  })

  it('tells ready and facts while it runs, and every log byte once', async () => {
    const runner = runnerWith({
      'server.sh':
        'echo first; hr_fact address 10.0.0.1; hr_fact port "$(hr_free_port)"; hr_ready; sleep 0.6; echo second; sleep 0.3; echo third >&2',
    })
    const host = shellHost({ home, bin })
    await runner.launch(host, job('srv', 'server.sh'))
    const logs = { stdout: '', stderr: '', progress: '' }
    const onLog = (name: string, chunk: Uint8Array): void => {
      logs[name as keyof typeof logs] += Buffer.from(chunk).toString()
    }
    const ready = await runner.follow(host, 'srv', { until: (status) => status.ready, onLog })
    expect(ready).toMatchObject({ state: 'running', ready: true, facts: { address: '10.0.0.1' } })
    expect(Number(ready.facts['port'])).toBeGreaterThanOrEqual(20_000)
    const done = await runner.follow(host, 'srv', { onLog })
    expect(done).toMatchObject({ state: 'done', exitCode: 0 })
    expect(logs).toEqual({ stdout: 'first\nsecond\n', stderr: 'third\n', progress: '' })
  })

  it('streams logs and status within one exec too', async () => {
    const runner = runnerWith({ 'slow.sh': 'echo a; sleep 0.5; echo b; sleep 1; echo c' })
    const host = shellHost({ home, bin })
    await runner.runJob(host, job('warm', 'slow.sh'))
    const before = host.execs
    let early = ''
    let all = ''
    const states: string[] = []
    await runner.runJob(host, job('slow', 'slow.sh'), {
      onLog: (_name, chunk) => (all += Buffer.from(chunk).toString()),
      onStatus: (status) => {
        states.push(status.state)
        if (status.state === 'running') early = all
      },
    })
    expect(host.execs).toBe(before + 1)
    expect(early.startsWith('a\n')).toBe(true)
    expect(all).toBe('a\nb\nc\n')
    expect(states.at(0)).toBe('running')
    expect(states.at(-1)).toBe('done')
  })

  it('runs the setup first, and a failing setup is told with its own words', async () => {
    const runner = runnerWith({ 'env.sh': 'echo "$FROM_SETUP $FROM_JOB"' })
    const host = shellHost({ home, bin })
    const good = await runner.runJob(
      host,
      job('good', 'env.sh', { setup: 'echo noise; export FROM_SETUP=yes FROM_JOB=setup', env: { FROM_JOB: 'job' } }),
    )
    expect(Buffer.from(good.files.find((file) => file.name === 'stdout')?.bytes ?? []).toString()).toBe('yes job\n')
    for (const [id, setup] of [
      ['bad1', 'echo no such module >&2; false'],
      ['bad2', 'echo leaving >&2; exit 0'],
      ['bad3', 'if then'],
    ] as const) {
      const bad = await runner.runJob(host, job(id, 'env.sh', { setup }))
      expect(bad.status.problem?.code).toBe('remote.tool_failed')
      expect(bad.status.problem?.evidence).toMatch(/no such module|leaving|syntax error|unexpected/)
      expect(bad.status.exitCode).not.toBe(0)
    }
  })

  it('a missing tool, inside a command substitution, ends the role with a typed problem', async () => {
    const runner = runnerWith({ 'need.sh': 'tool=$(hr_need no-such-tool-here); echo "never: $tool"' })
    const result = await runner.runJob(shellHost({ home, bin }), job('need', 'need.sh'))
    expect(result.status).toMatchObject({ state: 'done', exitCode: 70, problem: { code: 'remote.tool_missing' } })
    expect(result.status.problem?.message).toContain('no-such-tool-here')
    expect(result.files.find((file) => file.name === 'stdout')?.bytes.length).toBe(0)
  })

  it('cancel leaves no process: a child that ignores TERM, a grandchild, one in a session of its own', async () => {
    const runner = runnerWith({
      'stubborn.sh': `sh -c 'trap "" TERM; while :; do sleep 1; done' &
        sh -c 'sleep 300 & wait' &
        setsid sh -c 'trap "" TERM HUP; while :; do sleep 1; done' </dev/null >/dev/null 2>&1 &
        hr_ready; wait`,
    })
    const host = shellHost({ home, bin })
    await runner.launch(host, job('st', 'stubborn.sh'))
    await runner.follow(host, 'st', { until: (status) => status.ready })
    expect(processesOf(home).length).toBeGreaterThan(5)
    await runner.cancel(host, 'st')
    await eventually('no process is left', () => processesOf(home).length === 0)
    expect(await runner.status(host, 'st')).toMatchObject({ state: 'done', problem: { code: 'run.cancelled' } })
  })

  it('the host itself ends a job at its limit', async () => {
    const runner = runnerWith({ 'forever.sh': 'echo going; sh -c "trap \'\' TERM; sleep 300" & sleep 300' })
    const host = shellHost({ home, bin })
    await runner.launch(host, job('limit', 'forever.sh', { limitSeconds: 1 }))
    await eventually('no process is left', () => existsSync(join(jobFolder('limit'), 'exit_code')) && processesOf(home).length === 0)
    expect(await runner.status(host, 'limit')).toMatchObject({ state: 'done', problem: { code: 'remote.timed_out' } })
  })
})

describe('what happens to a host', () => {
  it('a job survives the shell that launched it, and another runner finds it again', async () => {
    const scripts = { 'long.sh': 'echo one; sleep 1; echo two' }
    const host = shellHost({ home })
    await runnerWith(scripts).launch(host, job('keep', 'long.sh'))
    // Every process that is not in the job's own sessions is gone by now; the job is not.
    // Just started, it may still be about to take its own name.
    await eventually('the supervisor runs', () => processesOf(home).some((line) => line.includes('supervise.sh')))
    const again = runnerWith(scripts)
    let log = ''
    const status = await again.follow(host, 'keep', { onLog: (_name, chunk) => (log += Buffer.from(chunk).toString()) })
    expect(status).toMatchObject({ state: 'done', exitCode: 0 })
    expect(log).toBe('one\ntwo\n')
  })

  it('a supervisor killed with -9 is lost, not running; cancel still ends what it left', async () => {
    const runner = runnerWith({ 'long.sh': 'hr_ready; sleep 300' })
    const host = shellHost({ home })
    await runner.launch(host, job('orphan', 'long.sh'))
    await runner.follow(host, 'orphan', { until: (status) => status.ready })
    process.kill(Number(readFileSync(join(jobFolder('orphan'), 'pid'), 'utf8').split(' ')[0]), 'SIGKILL')
    expect(await runner.status(host, 'orphan')).toMatchObject({ state: 'lost', problem: { code: 'remote.lost' } })
    await expect(runner.clean(host, 'orphan')).rejects.toMatchObject({ code: 'input.invalid' })
    await runner.cancel(host, 'orphan')
    await eventually('no process is left', () => processesOf(home).length === 0)
  })

  it('without its supervisor a role ends by itself', async () => {
    const runner = runnerWith({ 'long.sh': 'hr_ready; sleep 300' })
    const host = shellHost({ home })
    await runner.launch(host, job('orphan2', 'long.sh'))
    await runner.follow(host, 'orphan2', { until: (status) => status.ready })
    process.kill(Number(readFileSync(join(jobFolder('orphan2'), 'pid'), 'utf8').split(' ')[0]), 'SIGKILL')
    await eventually('no process is left', () => processesOf(home).length === 0)
  })

  it('a reboot and a reused process id are told apart from running', async () => {
    const runner = runnerWith({ 'long.sh': 'sleep 300' })
    const host = shellHost({ home })
    await runner.launch(host, job('boot', 'long.sh'))
    await runner.follow(host, 'boot', { until: (status) => status.state === 'running' })
    const bootFile = join(jobFolder('boot'), 'boot_id')
    const boot = readFileSync(bootFile, 'utf8')
    writeFileSync(bootFile, '00000000-0000-0000-0000-000000000000\n')
    expect(await runner.status(host, 'boot')).toMatchObject({ state: 'lost', problem: { code: 'remote.rebooted' } })
    writeFileSync(bootFile, boot)
    const pidFile = join(jobFolder('boot'), 'pid')
    const pid = readFileSync(pidFile, 'utf8')
    writeFileSync(pidFile, `${process.pid} 12345\n`)
    expect(await runner.status(host, 'boot')).toMatchObject({ state: 'lost', problem: { code: 'remote.lost' } })
    writeFileSync(pidFile, pid)
    await runner.cancel(host, 'boot')
    await eventually('no process is left', () => processesOf(home).length === 0)
  })

  it('a kit that was damaged on the host is found and sent again', async () => {
    const runner = runnerWith({ 'ok.sh': 'echo fine' })
    const host = shellHost({ home })
    await runner.runJob(host, job('a', 'ok.sh'))
    const kit = kitFolder(runner.kitSha256)
    for (const damage of ['_kit/lib.sh', 'test/ok.sh', 'MANIFEST']) {
      appendFileSync(join(kit, damage), 'rm -rf /nonexistent\n')
      const result = await runner.runJob(host, job(`b${damage.length}`, 'ok.sh'))
      expect(result.uploadedBytes).toBeGreaterThan(0)
      expect(result.status.exitCode).toBe(0)
      expect(readFileSync(join(kit, damage), 'utf8')).not.toContain('nonexistent')
    }
    expect(readdirSync(join(home, '.cache/headroom/kit'))).toEqual([runner.kitSha256])
  })

  it('start-up files may print what they like', async () => {
    const runner = runnerWith({ 'ok.sh': 'echo fine' })
    for (const [index, noise] of [
      'Welcome to lab1\n',
      'no newline',
      '@hr:00 status state=done\n@hr:',
      'x'.repeat(200_000),
      '\u001b[2J\u0007\n\n\n',
    ].entries()) {
      const result = await runner.runJob(shellHost({ home, noise: noise.slice(0, 100_000) }), job(`noisy${index}`, 'ok.sh'))
      expect(result.status).toMatchObject({ state: 'done', exitCode: 0 })
    }
  })

  it('a host whose home is missing or closed says so', async () => {
    const runner = runnerWith({ 'ok.sh': 'echo fine' })
    await expect(runner.runJob(shellHost({ home: '' }), job('x', 'ok.sh'))).rejects.toMatchObject({ code: 'remote.not_permitted' })
    writeFileSync(join(home, '.cache'), 'a file where a folder should be')
    await expect(runner.runJob(shellHost({ home }), job('x', 'ok.sh'))).rejects.toMatchObject({
      code: 'remote.not_permitted',
      problem: { evidence: expect.stringContaining('.cache') as string },
    })
  })

  it('the simulated lab is marked, and its counters are the ones that count', async () => {
    const sys = join(home, 'sys-root')
    mkdirSync(join(sys, 'proc/net'), { recursive: true })
    const counters = join(sys, 'sys/class/infiniband/mlx5_0/ports/1/counters')
    mkdirSync(counters, { recursive: true })
    writeFileSync(
      join(sys, 'proc/net/dev'),
      'Inter-|   Receive |  Transmit\n face |bytes packets|bytes\n    lo: 10 0 0 0 0 0 0 0 11 0\n  eth0:123456 1 0 0 0 0 0 0 654321 1 0\n',
    )
    writeFileSync(join(counters, 'port_rcv_data'), '1000\n')
    writeFileSync(join(counters, 'port_xmit_data'), '2000\n')
    const runner = runnerWith({ 'move.sh': 'echo 6000 >"$HEADROOM_SYS_ROOT/sys/class/infiniband/mlx5_0/ports/1/counters/port_xmit_data"' })
    const result = await runner.runJob(shellHost({ home, env: { HEADROOM_SYS_ROOT: sys } }), job('sim', 'move.sh'))
    expect(result.simulated).toBe(true)
    expect(result.countersBefore).toEqual({
      lo: { rxBytes: 10, txBytes: 11 },
      eth0: { rxBytes: 123456, txBytes: 654321 },
      'mlx5_0:1': { rxBytes: 4000, txBytes: 8000 },
    })
    expect(result.countersAfter?.['mlx5_0:1']).toEqual({ rxBytes: 4000, txBytes: 24000 })
  })

  it('clean removes a job, clean-all everything but running jobs, and says what it freed', async () => {
    const runner = runnerWith({ 'ok.sh': 'head -c 3000000 /dev/zero >big', 'long.sh': 'hr_ready; sleep 300' })
    const host = shellHost({ home })
    await runner.runJob(host, job('a', 'ok.sh'))
    await runner.runJob(host, job('b', 'ok.sh'))
    await runner.clean(host, 'a')
    expect(await runner.status(host, 'a')).toMatchObject({ state: 'absent' })
    await runner.launch(host, job('c', 'long.sh'))
    await runner.follow(host, 'c', { until: (status) => status.ready })
    await expect(runner.clean(host, 'c')).rejects.toMatchObject({ code: 'input.invalid' })
    expect(await runner.cleanAll(host)).toBeGreaterThan(2_900_000)
    expect((await runner.status(host, 'c')).state).toBe('running')
    await runner.cancel(host, 'c')
    expect(await runner.cleanAll(host)).toBeGreaterThan(10_000)
    expect(readdirSync(join(home, '.cache'))).toEqual([])
  })
})

describe.skipIf(process.getuid?.() !== 0)('a full disk', () => {
  it('is told at deployment, at launch, and after a role that filled it', async () => {
    const small = join(home, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small])
    try {
      const runner = runnerWith({ 'fill.sh': 'echo begin; cat /dev/zero >filler' })
      const host = shellHost({ home: small })
      execFileSync('/bin/sh', ['-c', `head -c 1030000 /dev/zero >${small}/ballast`])
      await expect(runner.runJob(host, job('x', 'fill.sh'))).rejects.toMatchObject({ code: 'remote.disk_full' })
      expect(readdirSync(join(small, '.cache/headroom/kit'))).toEqual([])
      execFileSync('rm', [join(small, 'ballast')])
      const result = await runner.runJob(host, job('fills', 'fill.sh'))
      expect(result.status).toMatchObject({ state: 'done', problem: { code: 'remote.disk_full' } })
      await expect(runner.runJob(host, job('next', 'fill.sh'))).rejects.toMatchObject({ code: 'remote.disk_full' })
      expect(readdirSync(join(small, '.cache/headroom/jobs'))).toEqual(['fills'])
    } finally {
      execFileSync('umount', ['-l', small])
    }
  })
})
