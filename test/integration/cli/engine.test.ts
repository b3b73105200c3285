import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Experiment, Plan, Progress, ReportModel, Run } from '../../../preload/contract'
import { compose, type App } from '../../../main/hosts/compose'
import { readPlan } from '../../../main/hosts/cli/plan'
import { cli, startCli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { writePlan, type RunDocument } from '../experiment/plans'

const quick = { probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 1, omit_seconds: 0, latency: false } }
const long = { probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 60, latency: false } }
const oneArm = { factors: { fabric: ['ethernet'] } }

const until = async <T>(look: () => T | undefined | false, what: string): Promise<T> => {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const found = look()
    if (found) return found
  }
  throw new Error(`never: ${what}`)
}

describe.skipIf(!canNetlab)('the engine of experiments', () => {
  let lab: Netlab
  let count = 0
  const newData = (): string => join(lab.dir, `data${(count += 1)}`)
  const open = (dataDir: string): Promise<App> => compose({ dataDir, host: 'web', sshConfigFile: lab.sshConfigFile, ask: async () => null })
  const plan = (name: string, overrides: Record<string, unknown>): Plan =>
    readPlan(writePlan(lab.dir, name, { probes: [quick], ...oneArm, ...overrides }))
  const statuses = (app: App, { id }: Experiment): string[] => app.deps.store.listRuns(id).map((run) => run.status)
  const running = (app: App, { id }: Experiment): Promise<Run> =>
    until(() => app.deps.store.listRuns(id).find((run) => run.status === 'running'), 'a running launch')

  beforeAll(() => {
    lab = startNetlab(21)
  })
  afterAll(() => lab?.down())

  it('experiments on the same hosts take turns, and the one that waits says so', async () => {
    const app = await open(newData())
    try {
      const messages: string[] = []
      app.events.on((name, payload) => {
        if (name === 'experiment.progress') messages.push(`${(payload as Progress).experimentId}: ${(payload as Progress).message}`)
      })
      const [first, second] = await Promise.all([
        app.runner.start(plan('first', { repeats: 2 })),
        app.runner.start(plan('second', { repeats: 2 })),
      ])
      await Promise.all([app.runner.wait(first.id), app.runner.wait(second.id)])
      const spans = [first, second].map(({ id }) => {
        const runs = app.deps.store.listRuns(id)
        expect(runs.map((run) => [run.status, run.problem])).toEqual([
          ['done', null],
          ['done', null],
        ])
        return { id, from: runs[0]?.startedAt ?? '', to: runs.at(-1)?.endedAt ?? '' }
      })
      const [before, after] = spans.toSorted((left, right) => (left.from < right.from ? -1 : 1))
      expect((before?.to ?? '') <= (after?.from ?? '')).toBe(true)
      expect(messages).toContain(`${after?.id}: Waiting for ${before?.id}, which measures on the same hosts`)
    } finally {
      await app.close()
    }
  })

  it('one that waits for its hosts can be cancelled', async () => {
    const app = await open(newData())
    try {
      const holder = await app.runner.start(plan('holder', { probes: [long] }))
      const waiting = await app.runner.start(plan('waiting', {}))
      expect(await app.runner.cancel(waiting.id)).toMatchObject({ status: 'cancelled' })
      expect(statuses(app, waiting)).toEqual(['cancelled'])
      await running(app, holder)
      expect((await app.runner.cancel(holder.id)).status).toBe('cancelled')
    } finally {
      await app.close()
    }
    expect(lab.processes('a')).toEqual([])
  })

  it('closing the app leaves the job on the host; the next one collects it, once', async () => {
    const dataDir = newData()
    const first = await open(dataDir)
    const experiment = await first.runner.start(plan('closed', { probes: [{ ...quick, params: { ...quick.params, seconds: 4 } }] }))
    const run = await running(first, experiment)
    await first.close()
    await expect.poll(() => lab.processes('a').join('\n'), { timeout: 10_000 }).toMatch(/iperf3/)
    const second = await open(dataDir)
    try {
      expect(second.runner.interrupted().map(({ id }) => id)).toEqual([experiment.id])
      second.resumeInterrupted()
      expect((await second.runner.wait(experiment.id)).status).toBe('done')
      expect(second.deps.store.listRuns(experiment.id)).toMatchObject([{ id: run.id, attempt: 1, status: 'done' }])
    } finally {
      await second.close()
    }
  })

  it('a failed launch keeps its retry when the program dies between the two', async () => {
    const dataDir = newData()
    const app = await open(dataDir)
    const experiment = await app.runner.start(plan('retried', { limits: { run_seconds: 60, retries: 2 } }))
    await app.runner.wait(experiment.id)
    const [done] = app.deps.store.listRuns(experiment.id)
    // What the store holds when the process is killed right after the failure was stored.
    if (done) app.deps.store.completeRun({ ...done, status: 'failed', problem: { code: 'remote.lost', message: 'gone' } }, [], [])
    app.deps.store.setExperimentStatus(experiment.id, 'running', null)
    await app.close()
    const resumed = await cli(['runs', 'resume', experiment.id, '--ssh-config', lab.sshConfigFile, '--data', dataDir, '--json'])
    expect(resumed.code, resumed.stderr).toBe(0)
    expect((resumed.json() as RunDocument).runs.map((run) => [run.status, run.attempt])).toEqual([
      ['failed', 1],
      ['done', 2],
    ])
  })

  it('tries again as often as the plan says, keeps every attempt, and does not repeat what cannot be mended', async () => {
    const app = await open(newData())
    try {
      const failing = { probes: [long], limits: { run_seconds: 1, retries: 2 } }
      const experiment = await app.runner.start(plan('failing', failing))
      expect((await app.runner.wait(experiment.id)).status).toBe('failed')
      expect(app.deps.store.listRuns(experiment.id).map((run) => [run.attempt, run.problem?.code])).toEqual(
        [1, 2, 3].map((attempt) => [attempt, 'remote.timed_out']),
      )
    } finally {
      await app.close()
    }
  })

  it('cancelling while a host is cut off ends in bounded time and says what is left', async () => {
    const app = await open(newData())
    try {
      const experiment = await app.runner.start(plan('cut', { probes: [long], limits: { run_seconds: 90, retries: 0 } }))
      await running(app, experiment)
      lab.management('b', 'down')
      await sleep(500)
      const asked = Date.now()
      expect((await app.runner.cancel(experiment.id)).status).toBe('cancelled')
      expect(Date.now() - asked).toBeLessThan(30_000)
      expect(app.deps.store.listRuns(experiment.id)[0]?.problem).toMatchObject({
        code: 'run.cancelled',
        message: expect.stringMatching(/\bb\b.*time limit/) as string,
      })
    } finally {
      lab.management('b', 'up')
      await app.close()
      lab.end('b', /iperf3/)
    }
  })

  it('pauses when a host changed its key, says why after a restart, and exits with 77', async () => {
    const data = ['--data', newData(), '--json']
    const slow = writePlan(lab.dir, 'keys', { probes: [{ ...quick, params: { ...quick.params, seconds: 3 } }], ...oneArm, repeats: 2 })
    const run = startCli(['run', slow, '--ssh-config', lab.sshConfigFile, ...data])
    const id = await until(() => /^Experiment (exp-\S+)/m.exec(run.stderr())?.[1], 'an experiment')
    await sleep(1500)
    run.process.kill('SIGKILL')
    await run.done
    const known = join(lab.dir, 'known_changed')
    writeFileSync(
      known,
      `${lab.address('b', 'eth0')} ssh-ed25519 AAAA\nlab1,lab2 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVoM0J1c3RlZFRvdGFsbHlGYWtlS2V5MTIzNDU2Nzg5MDEy\n`,
    )
    const config = join(lab.dir, 'config_changed')
    writeFileSync(config, `Host *\n  UserKnownHostsFile ${known}\nInclude ${lab.sshConfigFile}\n`)
    const refused = await cli(['runs', 'resume', id, '--ssh-config', config, ...data])
    expect(refused.code, refused.stderr).toBe(77)
    expect(refused.json()).toMatchObject({ status: 'paused', problem: { code: 'ssh.host_key_changed' } })
    expect((await cli(['runs', 'list', ...data])).json()).toMatchObject({
      experiments: [{ id, status: 'paused', problem: { code: 'ssh.host_key_changed' } }],
    })
    const resumed = await cli(['runs', 'resume', '--ssh-config', lab.sshConfigFile, ...data])
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.json()).toMatchObject({
      experiments: [
        {
          experiment: id,
          status: 'done',
          problem: null,
          runs: [
            { status: 'done', problem: null },
            { status: 'done', problem: null },
          ],
        },
      ],
    })
  })

  it('a secret of a host lies nowhere but in the plan, and not in the report', async () => {
    const secret = 'k3-Zx9-never-stored'
    const dataDir = newData()
    const app = await open(dataDir)
    try {
      const hosts = { a: { ssh: 'lab1', setup: `export API_TOKEN=${secret} WANDB_KEY="${secret} two"` }, b: { ssh: 'lab2' } }
      const experiment = await app.runner.start(
        plan('secret', {
          hosts,
          probes: [
            quick,
            {
              probe: 'nccl',
              hosts: ['a', 'b'],
              params: { backend: 'gloo', collectives: ['all_reduce'], min_bytes: 1024, max_bytes: 1024 },
            },
          ],
        }),
      )
      await app.runner.wait(experiment.id)
      expect(statuses(app, experiment)).toEqual(['done', 'done'])
      const report: ReportModel = await app.client.call('reports.model', { experiment: experiment.id })
      expect(report.planYaml).toContain('API_TOKEN=*** WANDB_KEY=***')
      expect(JSON.stringify(report)).not.toContain(secret)
      expect(
        JSON.stringify(app.deps.store.listRuns(experiment.id)) + JSON.stringify(app.deps.store.environments(experiment.id)),
      ).not.toContain(secret)
    } finally {
      await app.close()
    }
    const holding = execFileSync('bash', ['-c', `grep -rl -- '${secret}' '${dataDir}' || true`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .filter((line) => line !== '')
    expect(
      holding.map((path) => path.slice(dataDir.length + 1)).every((path) => /^headroom\.db/.test(path)),
      holding.join(' '),
    ).toBe(true)
    const database = readFileSync(join(dataDir, 'headroom.db')).toString('latin1')
    expect(database.split(secret).length - 1).toBe(2)
    expect(lab.inside('a', `grep -rl -- '${secret}' /root/.cache || true`).trim()).toBe('')
  })

  it('starting on an unreachable host fails at once and leaves nothing', async () => {
    const app = await open(newData())
    try {
      await expect(
        app.client.call('experiments.start', { plan: plan('absent', { hosts: { a: { ssh: 'absent.invalid' }, b: { ssh: 'lab2' } } }) }),
      ).rejects.toMatchObject({
        problem: { code: 'ssh.unreachable' },
      })
      expect(app.deps.store.listExperiments()).toEqual([])
    } finally {
      await app.close()
    }
  })
})
