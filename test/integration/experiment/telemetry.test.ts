import { spawn, type ChildProcess } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import type { Comparison, RunDetail } from '../../../preload/contract'
import { readPlan } from '../../../main/hosts/cli/plan'
import { compose } from '../../../main/hosts/compose'
import { probes } from '../../../remote-scripts'
import { cli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { writePlan, type RunDocument } from './plans'

const tcp = { probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 4, omit_seconds: 0, latency: false } }
const oneArm = { factors: { fabric: ['ethernet'] }, probes: [tcp] }
/** A full frame over its payload: Ethernet, IP and TCP with time stamps at an MTU of 1500. */
const frameShare = 1514 / 1448

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

describe.skipIf(!canNetlab)('telemetry beside a launch', () => {
  let lab: Netlab
  let data: string
  let common: string[]
  const launch = async (name: string, overrides: Record<string, unknown>): Promise<{ document: RunDocument; detail: RunDetail }> => {
    const ran = await cli(['run', writePlan(lab.dir, name, { ...oneArm, ...overrides }), ...common])
    expect(ran.code, ran.stderr + ran.stdout).toBe(0)
    const document = ran.json() as RunDocument
    const shown = await cli(['runs', 'show', document.runs[0]?.id ?? '', ...common])
    return { document, detail: shown.json() as RunDetail }
  }
  const valueOf = (detail: RunDetail, metric: string, dimensions: Record<string, unknown>): number | undefined =>
    detail.measurements.find(
      (one) => one.metric === metric && Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value),
    )?.value

  beforeAll(() => {
    lab = startNetlab(61)
    data = join(lab.dir, 'data')
    common = ['--ssh-config', lab.sshConfigFile, '--data', data, '--json']
  })
  afterAll(() => lab?.down())

  it('sees the rate that iperf3 measured, on both ends, as figures and over time, and leaves no process', async () => {
    const { detail } = await launch('watched', { telemetry: { hz: 5 } })
    const throughput = valueOf(detail, 'tcp.throughput', { direction: 'received' }) ?? 0
    expect(throughput).toBeGreaterThan(0.01)
    const store = openStore(data, { readonly: true })
    try {
      for (const [host, metric] of [
        ['a', 'net.tx_rate'],
        ['b', 'net.rx_rate'],
      ] as const) {
        const info = store
          .listSeries(detail.experimentId)
          .find((one) => one.metric === metric && one.dimensions['host'] === host && one.dimensions['interface'] === 'eth0')
        const { values, timesUs } = store.readSeriesFull(info?.id ?? -1)
        expect(timesUs?.length).toBe(values.length)
        const whileSending = [...values].filter((value) => value > throughput / 2)
        expect(whileSending.length).toBeGreaterThanOrEqual(15)
        expect(Math.abs(median(whileSending) / (throughput * frameShare) - 1), `${host} ${metric}`).toBeLessThan(0.1)
        expect(valueOf(detail, metric, { host, interface: 'eth0', stat: 'max' })).toBe(Math.max(...values))
      }
    } finally {
      store.close()
    }
    // What iperf3 counts on its own sockets is among the host's.
    expect(valueOf(detail, 'net.retransmits', { host: 'a' })).toBeGreaterThanOrEqual(valueOf(detail, 'tcp.retransmits', {}) ?? 0)
    for (const host of ['a', 'b'] as const) {
      expect(detail.facts['telemetry']).toMatchObject({ [host]: { hz: 5, launch_seen: true, rows_skipped: 0 } })
      expect(valueOf(detail, 'telemetry.overhead', { host })).toBeLessThan(0.05)
      expect(valueOf(detail, 'host.cpu_launch', { host })).toBeGreaterThan(0)
      expect(lab.processes(host)).toEqual([])
      expect(lab.inside(host, 'find /root -mindepth 1 -maxdepth 4 -path "*headroom/jobs/*"').trim()).toBe('')
    }
    expect(detail.artifacts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['telemetry-a/telemetry.jsonl', 'telemetry-b/telemetry.jsonl']),
    )
  })

  it('flags a launch beside a CPU hog and leaves it out of the comparison', async () => {
    const hogs: ChildProcess[] = cpus().map(() => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }))
    try {
      const { document, detail } = await launch('hog', { limits: { run_seconds: 60, retries: 0 } })
      expect(detail).toMatchObject({ status: 'done', problem: null })
      expect(detail.facts['disturbed']).toMatchObject({ cpu_busy: { othersPercent: expect.any(Number) } })
      expect(detail.warnings.find(({ code }) => code === 'disturbed.cpu_busy')?.message).toMatch(
        /^Other processes used \d+ % of the processors of [ab]/,
      )
      const compared = (await cli(['compare', document.experiment, '--by', 'fabric', ...common])).json() as Comparison
      expect(compared.excluded).toMatchObject([{ runId: detail.id, status: 'done', disturbed: true }])
      expect(compared.rows).toEqual([])
    } finally {
      for (const hog of hogs) hog.kill('SIGKILL')
    }
  })

  it('never makes a launch fail: a watcher that cannot start is a warning', async () => {
    const app = await compose({ dataDir: join(lab.dir, 'broken'), host: 'web', sshConfigFile: lab.sshConfigFile, ask: async () => null })
    try {
      const telemetry = probes.get('telemetry')
      const beside = telemetry?.beside
      if (!telemetry || !beside) throw new Error('there is no watcher')
      // As on a host whose GPUs vanished after the inventory: its nvidia-smi is not there.
      const jobs: typeof beside.jobs = (context) =>
        beside.jobs(context).map((job) => ({ ...job, env: { ...job.env, HR_GPU_FIELDS: 'index' } }))
      const deps: { probes: typeof probes } = app.deps
      deps.probes = new Map([...probes, ['telemetry', { ...telemetry, beside: { ...beside, jobs } }]])
      const quick = { ...tcp, params: { ...tcp.params, seconds: 1 } }
      const plan = readPlan(writePlan(lab.dir, 'broken', { ...oneArm, probes: [quick], limits: { run_seconds: 60, retries: 0 } }))
      const { id } = await app.runner.wait((await app.runner.start(plan)).id)
      const [run] = app.deps.store.listRuns(id)
      expect(run).toMatchObject({ status: 'done', problem: null })
      expect(run?.warnings.filter(({ code }) => code === 'telemetry.no_rows').map(({ message }) => message)).toEqual([
        expect.stringMatching(/^a: no telemetry: .*nvidia-smi was not found/s),
        expect.stringMatching(/^b: no telemetry: .*nvidia-smi was not found/s),
      ])
      expect([...lab.processes('a'), ...lab.processes('b')]).toEqual([])
    } finally {
      await app.close()
    }
  })

  it('stays away where the plan turns it off', async () => {
    const { detail } = await launch('off', { telemetry: 'off', probes: [{ ...tcp, params: { ...tcp.params, seconds: 1 } }] })
    expect(detail.status).toBe('done')
    expect(detail.measurements.some(({ metric }) => metric.startsWith('host.'))).toBe(false)
    expect(detail.commands.map(({ role }) => role)).toEqual(['server', 'client'])
  })
})
