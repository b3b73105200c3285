import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cli, startCli, type RunningCli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { writePlan, type RunDocument } from './plans'

const bothDone = (document: RunDocument): void => {
  expect(document.runs.map((run) => [run.status, run.problem?.message ?? '', run.attempt])).toEqual([
    ['done', '', 1],
    ['done', '', 1],
  ])
}

/** The experiment's id, once it exists. */
const started = async (running: RunningCli): Promise<string> => {
  for (;;) {
    const [, id] = /^Experiment (exp-\S+)/m.exec(running.stderr()) ?? []
    if (id) return id
    if (running.process.exitCode !== null) throw new Error(running.stderr())
    await sleep(50)
  }
}

/** Moments of a run with two launches of about 3 s each: while connecting, deploying, measuring, collecting, and between launches. */
const moments = [400, 1500, 3000, 4500]

describe.skipIf(!canNetlab)('faults in the middle of a run', () => {
  let lab: Netlab
  let plan: string
  let slow: string
  let common: string[]
  let count = 0

  beforeAll(() => {
    lab = startNetlab(12)
    plan = writePlan(lab.dir, 'faults', {
      probes: [{ probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 1, omit_seconds: 0, latency: false } }],
    })
    slow = writePlan(lab.dir, 'slow', { probes: [{ probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 60 } }] })
  })
  afterAll(() => lab?.down())
  // A reader of the log whose connection has gone learns it at its next look, which comes within a second.
  afterEach(async () => {
    for (const host of ['a', 'b'] as const) {
      lab.management(host, 'up')
      await expect.poll(() => lab.processes(host), { timeout: 5000 }).toEqual([])
    }
  })

  const start = (planFile = plan): RunningCli => {
    count += 1
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(lab.dir, `data${count}`), '--json']
    return startCli(['run', planFile, ...common])
  }

  it.each(moments)('the link to a host is cut %i ms in, and comes back', async (ms) => {
    const running = start()
    await sleep(ms)
    lab.management('b', 'down')
    await sleep(3000)
    lab.management('b', 'up')
    const ran = await running.done
    bothDone(ran.json() as RunDocument)
  })

  it.each(moments)('the sshd children are killed %i ms in', async (ms) => {
    const running = start()
    await sleep(ms)
    lab.killSessions('a')
    lab.killSessions('b')
    const ran = await running.done
    // Before the experiment exists there is nothing to go on with: then the command says so and can be repeated.
    if (ms < 500 && ran.code === 69) return
    bothDone(ran.json() as RunDocument)
  })

  it.each(moments)('the program is killed with -9 after %i ms, and resumed', async (ms) => {
    const running = start()
    await sleep(ms)
    running.process.kill('SIGKILL')
    await running.done
    const listed = (await cli(['runs', 'list', ...common])).json() as { experiments: { id: string }[] }
    if (listed.experiments.length === 0) return
    const resumed = await cli(['runs', 'resume', ...common])
    expect(resumed.code, resumed.stderr).toBe(0)
    const { experiments } = (await cli(['runs', 'list', ...common])).json() as {
      experiments: { id: string; status: string; counts: { done: number } }[]
    }
    expect(experiments).toMatchObject([{ status: 'done', counts: { done: 2 } }])
    const { runs } = (await cli(['runs', 'list', listed.experiments[0]?.id ?? '', ...common])).json() as RunDocument
    bothDone({ runs } as RunDocument)
    expect((await cli(['verify', ...common])).json()).toMatchObject({ ok: true })
  })

  it('a cancelled experiment leaves no process behind', async () => {
    const running = start(slow)
    await started(running)
    await sleep(1500)
    running.process.kill('SIGINT')
    const ran = await running.done
    expect(ran.code).toBe(1)
    expect((ran.json() as RunDocument).runs.map((run) => run.status)).toContain('cancelled')
    expect(lab.inside('a', 'ls /root/.cache/headroom/jobs 2>/dev/null || true').trim()).toBe('')
  })

  it('another process can cancel it', async () => {
    const running = start(slow)
    expect((await cli(['runs', 'cancel', await started(running), ...common])).code).toBe(0)
    expect(((await running.done).json() as RunDocument).status).toBe('cancelled')
  })

  it('a changed host key is refused with its own exit code, and says how to check', async () => {
    const known = join(lab.dir, 'known_wrong')
    const otherKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIGVoM0J1c3RlZFRvdGFsbHlGYWtlS2V5MTIzNDU2Nzg5MDEy'
    writeFileSync(known, `lab1 ssh-ed25519 ${otherKey}\n`)
    const config = join(lab.dir, 'config_wrong')
    writeFileSync(config, `Host lab1\n  UserKnownHostsFile ${known}\nInclude ${lab.sshConfigFile}\n`)
    const tested = await cli(['hosts', 'test', 'lab1', '--ssh-config', config, '--data', join(lab.dir, 'keys'), '--json'])
    expect(tested.code).toBe(77)
    expect(tested.json()).toMatchObject({ hosts: [{ ok: false, problem: { code: 'ssh.host_key_changed' } }] })
  })

  it('a disk that fills on the host fails the run with that reason', async () => {
    const full = writePlan(lab.dir, 'full', { factors: { fabric: ['ethernet'] }, limits: { run_seconds: 60, retries: 0 } })
    lab.inside('a', 'rm -rf /root/.cache; mkdir -p /root/.cache && mount -t tmpfs -o size=64k tmpfs /root/.cache')
    try {
      const ran = await start(full).done
      const [run] = (ran.json() as RunDocument).runs
      expect(run).toMatchObject({ status: 'failed', problem: { code: 'remote.disk_full' } })
    } finally {
      lab.inside('a', 'umount -l /root/.cache')
    }
  })
})
