import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectedCollectiveUs, linkOf, startLab, type Lab } from '../../../main/adapters/lab'
import { stepOf, trainingKernelsOf } from '../../../main/adapters/lab/training-kernels'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import { indicatorsOf } from '../../../main/services/indicators'
import { kernelsOfRun } from '../../../main/services/kernels'
import type { IndicatorCell, KernelAnalysis, KernelRow, RunDetail } from '../../../preload/contract'
import { bundleEntry } from '../../lab/bundle'
import { cli } from '../../lab/cli'
import type { RunDocument } from './plans'

const plan = {
  headroom: 1,
  question: 'How much of the gradient all-reduce hides under computing?',
  hosts: { a: { ssh: 'gpu-a' }, b: { ssh: 'gpu-b' } },
  fabrics: {
    ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
    infiniband: { kind: 'infiniband', interfaces: { a: 'ib0', b: 'ib0' }, hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' } },
  },
  repeats: 1,
  warmup: 0,
  order: { kind: 'randomised-blocks', seed: 7 },
  limits: { run_seconds: 120, retries: 0 },
  telemetry: 'off',
}

/** The profiled program may be anything: only its kernels are simulated. */
const command = 'true'

describe('profilers on the simulated lab', { timeout: 180_000 }, () => {
  let folder = ''
  let lab: Lab
  let common: string[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-profilers-'))
    lab = await startLab({ dir: join(folder, 'lab'), seed: 3, toolEntry: await bundleEntry('main/adapters/lab/tool.ts') })
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(folder, 'data'), '--json']
  })
  afterEach(() => lab.setFaults({}))
  afterAll(async () => {
    await lab?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const launch = async (name: string, overrides: Record<string, unknown>): Promise<{ document: RunDocument; details: RunDetail[] }> => {
    const path = join(folder, `${name}.yaml`)
    writeFileSync(path, stringify({ ...plan, ...overrides }))
    const ran = await cli(['run', path, ...common])
    const document = ran.json() as RunDocument
    expect(document.runs, ran.stdout + ran.stderr).toBeDefined()
    const details: RunDetail[] = []
    for (const run of document.runs) details.push((await cli(['runs', 'show', run.id, ...common])).json() as RunDetail)
    return { document, details }
  }
  const valueOf = (detail: RunDetail | undefined, metric: string, dimensions: Record<string, unknown> = {}): number =>
    detail?.measurements.find(
      (one) => one.metric === metric && Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value),
    )?.value ?? Number.NaN

  it('what the lab does not play is refused: it would measure the computer that simulates', async () => {
    const flame = { probe: 'flame', hosts: ['a'], params: { command: 'python3 -c "sum(range(10**7))"', seconds: 2 } }
    const { details } = await launch('unplayed', { arms: [{}], probes: [flame] })
    expect(details).toMatchObject([{ status: 'failed', problem: { code: 'input.invalid' }, measurements: [], commands: [] }])
    expect(details[0]?.problem?.message).toContain('a cannot run flame: This host is simulated')
  })

  it('nsys: what communication hides follows the fabric of the arm, as the model says, and is marked as simulated', async () => {
    const timeline = { probe: 'timeline', hosts: ['a', 'b'], params: { command, ranks_per_host: 2 } }
    const { document, details } = await launch('timeline', { factors: { fabric: ['ethernet', 'infiniband'] }, probes: [timeline] })
    expect(document.simulated).toBe(true)
    expect(details.map(({ status, problem }) => ({ status, problem }))).toEqual([0, 1].map(() => ({ status: 'done', problem: null })))
    const of = (fabric: string): RunDetail | undefined => details.find((detail) => detail.arm['fabric'] === fabric)
    const [slow, fast] = [of('ethernet'), of('infiniband')]
    const exposed = (detail: RunDetail | undefined): number => valueOf(detail, 'timeline.exposed_communication', { device: 1, host: 'a' })
    expect(exposed(slow)).toBeGreaterThan(5 * exposed(fast))
    const overlap = valueOf(fast, 'timeline.overlap_share', { device: 0, host: 'b' })
    expect(overlap).toBeGreaterThan(0)
    expect(overlap).toBeLessThan(1)
    // Three steps of four buckets of 0.65 GB each, over 4 ranks.
    const bucket = expectedCollectiveUs(lab.truth, 'all_reduce', 0.65e9, linkOf(lab.truth, 'verbs', 'mlx5_0'), 4, 2)
    expect(Math.abs(valueOf(fast, 'timeline.communication_time', { device: 0, host: 'a' }) / (12 * bucket) - 1)).toBeLessThan(0.12)
    expect(valueOf(fast, 'timeline.nvtx_count', { range: 'step', host: 'a' })).toBe(3)
    expect(fast?.facts).toMatchObject({ tool: 'nsys', via: 'nsys', gpu: 'NVIDIA A100-SXM4-80GB', hosts: 2 })
    expect(fast?.artifacts.map(({ name }) => name)).not.toContain('node0/recording.nsys-rep')
  })

  it('ncu: counters of the chip for the chosen launches, and what this chip does not have is said', async () => {
    const params = {
      command,
      kernel_filter: 'gemm|layer_norm|transpose',
      launch_skip: 2,
      launch_count: 6,
      counters: ['sm__no_such_thing.sum'],
    }
    const { document, details } = await launch('kernel', { factors: {}, arms: [{}], probes: [{ probe: 'kernel', hosts: ['a'], params }] })
    const [detail] = details
    expect(detail).toMatchObject({ status: 'done', problem: null })
    expect(document.simulated).toBe(true)
    const durations = detail?.measurements.filter(({ metric }) => metric === 'kernel.duration') ?? []
    expect(durations).toHaveLength(6)
    for (const { dimensions } of durations) expect(String(dimensions['kernel'])).toMatch(/gemm|layer_norm|transpose/)
    expect(detail?.facts['counters_missing']).toEqual(
      expect.arrayContaining(['sm__no_such_thing.sum', 'sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_active']),
    )
    const gemm = { counter: 'sm__ops_path_tensor_src_bf16_dst_fp32.sum', launch: 0 }
    expect(valueOf(detail, 'kernel.counter', gemm)).toBeGreaterThan(1e10)
    const store = openStore(join(folder, 'data'), { readonly: true })
    try {
      const { kernels, ceilings } = kernelsOfRun({ store }, detail?.id ?? '')
      // ncu held the base clock: 108 SMs x 1275 MHz x 2048.
      expect(ceilings.find(({ kind }) => kind === 'tensor')?.value).toBeCloseTo(108 * 1275e6 * 2048, -6)
      const named = (name: string): KernelRow | undefined => kernels.find(({ kernel }) => kernel.includes(name))
      expect(named('gemm')).toMatchObject({ bound: 'compute', missing: [], occupancy: { theoretical: 0.125 } })
      expect(named('gemm')?.share).toBeGreaterThan(0.7)
      expect(named('gemm')?.share).toBeLessThan(0.95)
      const transpose = named('transpose')
        ?.patterns.filter(({ verdict }) => verdict === 'yes')
        .map(({ pattern }) => pattern)
      expect(transpose).toEqual(expect.arrayContaining(['uncoalesced', 'memory_bound']))
      // What the scoreboard says of these kernels, from the same counters.
      const cells = new Map(indicatorsOf({ store }, document.experiment).rows.map(({ id, cells: own }) => [id, own[0]]))
      const [saturation, memory] = [cells.get('compute_saturation'), cells.get('memory_bandwidth_share')]
      expect(saturation).toMatchObject({ status: 'undecided', reasonCode: 'too_few_launches', simulated: true })
      expect(saturation?.value).toBeGreaterThan(0.2)
      expect(saturation?.value).toBeLessThan(saturation?.bound?.value ?? 0)
      expect(memory?.note).toContain('memory-bandwidth would measure it')
      expect(memory?.parts.map(({ unit }) => unit)).toEqual(['GB/s', 'FLOP/byte'])
      expect(cells.get('occupancy')?.note).toMatch(/limited by (registers|shared memory)/)
    } finally {
      store.close()
    }
  })

  it('telemetry beside ncu and nsys sees the GPUs at work that they use, and no others', async () => {
    const probes = [
      { probe: 'kernel', hosts: ['a'], params: { command } },
      { probe: 'timeline', hosts: ['b'], params: { command, ranks_per_host: 2 } },
    ]
    const { details } = await launch('watched', { factors: {}, arms: [{}], probes, telemetry: { hz: 5 } })
    const of = (probe: string): RunDetail | undefined => details.find((detail) => detail.probe === probe)
    const [ncu, nsys] = [of('kernel'), of('timeline')]
    // The program runs at its own speed for most of the time, and only the profiled process's GPU works.
    expect(valueOf(ncu, 'gpu.util', { gpu: 0, stat: 'mean' })).toBeGreaterThan(0.5)
    expect(valueOf(ncu, 'gpu.util', { gpu: 1, stat: 'mean' })).toBe(0)
    for (const gpu of [0, 1]) {
      expect(valueOf(nsys, 'gpu.util', { gpu, stat: 'mean' })).toBeGreaterThan(0.5)
      expect(valueOf(nsys, 'gpu.power', { gpu, stat: 'mean' })).toBeGreaterThan(150)
    }
    expect(valueOf(nsys, 'gpu.util', { gpu: 2, stat: 'mean' })).toBe(0)
  })

  it('locked counters are a typed refusal, and the program is not blamed', async () => {
    lab.setFaults({ lockedCounters: 'silent' })
    const { details } = await launch('locked', {
      factors: {},
      arms: [{}],
      probes: [{ probe: 'kernel', hosts: ['a'], params: { command } }],
    })
    expect(details[0]?.problem).toMatchObject({ code: 'remote.not_permitted', evidence: expect.stringContaining('ERR_NVGPUCTRPERM') })
  })

  it('counters that DCGM holds are said, and pausing it mends that', async () => {
    lab.setFaults({ monitoredByDcgm: true })
    const kernel = (pause: boolean): object => ({ probe: 'kernel', hosts: ['a'], params: { command, launch_count: 1, pause_dcgm: pause } })
    const held = await launch('held', { factors: {}, arms: [{}], probes: [kernel(false)] })
    expect(held.details[0]?.problem).toMatchObject({ message: expect.stringContaining('dcgmi profile --pause') })
    const paused = await launch('paused', { factors: {}, arms: [{}], probes: [kernel(true)] })
    expect(paused.details[0]).toMatchObject({ status: 'done', problem: null, facts: { dcgm: 'paused' } })
  })

  it('a program that fails under the profiler is named as the cause', async () => {
    const probes = [
      { probe: 'kernel', hosts: ['a'], params: { command: 'exit 9' } },
      { probe: 'timeline', hosts: ['b'], params: { command: 'exit 9' } },
    ]
    const { details } = await launch('failing', { factors: {}, arms: [{}], probes })
    for (const { problem } of details) expect(problem).toMatchObject({ code: 'remote.tool_failed' })
    expect(details.map(({ problem }) => problem?.message).join()).toMatch(/profiled program itself failed/)
  })
})

describe('nvprof on a simulated lab of older GPUs', { timeout: 120_000 }, () => {
  let folder = ''
  let lab: Lab
  let common: string[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-nvprof-'))
    const toolEntry = await bundleEntry('main/adapters/lab/tool.ts')
    lab = await startLab({ dir: join(folder, 'lab'), seed: 3, preset: 'v100-edr', toolEntry })
    common = ['--ssh-config', lab.sshConfigFile, '--data', join(folder, 'data'), '--json']
  })
  afterEach(() => lab.setFaults({}))
  afterAll(async () => {
    await lab?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const path = (): string => {
    const written = join(folder, 'kernel.yaml')
    const params = { command, kernel_filter: 'gemm|transpose' }
    writeFileSync(written, stringify({ ...plan, arms: [{}], probes: [{ probe: 'kernel', hosts: ['a'], params }] }))
    return written
  }

  it('the kernel probe takes it, and its counters are those of the model', async () => {
    const ran = await cli(['run', path(), ...common])
    const [run] = (ran.json() as RunDocument).runs
    const detail = (await cli(['runs', 'show', run?.id ?? '', ...common])).json() as RunDetail
    expect(detail).toMatchObject({ status: 'done', problem: null, simulated: true, facts: { tool: 'nvprof', tool_version: '11.4.120' } })
    const kernels = trainingKernelsOf('v100-edr')
    const gemm = kernels.forward.find(({ name }) => name.includes('gemm'))
    const count = detail.measurements.find(
      ({ metric, dimensions }) =>
        metric === 'kernel.counter' &&
        dimensions['counter'] === 'flop_count_sp' &&
        dimensions['kernel'] === gemm?.name &&
        dimensions['stat'] === 'max',
    )
    expect(count?.value).toBe(
      Math.max(
        ...[...kernels.forward, ...kernels.backward]
          .filter(({ name }) => name === gemm?.name)
          .map((one) => 2 * one.fp32Fma + one.fp32Single),
      ),
    )
    const launches = detail.measurements.filter(({ metric }) => metric === 'kernel.duration')
    expect(launches.length).toBeGreaterThan(3)
  })

  it('its bytes of device memory are a share of the ceiling that memory-bandwidth measured, and without one it says what to run', async () => {
    const kernel = { probe: 'kernel', hosts: ['a'], params: { command } }
    const boardOf = async (probes: object[]): Promise<{ cell: IndicatorCell | undefined; kernels: KernelAnalysis }> => {
      const written = join(folder, `bytes-${probes.length}.yaml`)
      writeFileSync(written, stringify({ ...plan, arms: [{}], probes }))
      const { experiment, runs } = (await cli(['run', written, ...common])).json() as RunDocument
      const store = openStore(join(folder, 'data'), { readonly: true })
      try {
        const row = indicatorsOf({ store }, experiment).rows.find(({ id }) => id === 'memory_bandwidth_share')
        return { cell: row?.cells[0], kernels: kernelsOfRun({ store }, runs.find(({ probe }) => probe === 'kernel')?.id ?? '') }
      } finally {
        store.close()
      }
    }
    const without = await boardOf([kernel])
    expect(without.cell).toMatchObject({ status: 'cannot_answer', reasonCode: 'no_memory_ceiling' })
    const copies = { probe: 'memory-bandwidth', hosts: ['a'], params: { repeats: 3 } }
    const { cell, kernels } = await boardOf([kernel, copies])
    // Three steps of the model's kernels: means times launches are the sums of their bytes.
    const modelled = Map.groupBy(stepOf(trainingKernelsOf('v100-edr')), ({ name }) => name)
    const bytesOf = (name: string): number => 3 * (modelled.get(name) ?? []).reduce((sum, { dramBytes }) => sum + Math.round(dramBytes), 0)
    expect(kernels.kernels).toHaveLength(modelled.size)
    for (const { kernel: name, dramBytes } of kernels.kernels) expect((dramBytes ?? 0) / bytesOf(name)).toBeCloseTo(1, 9)
    const longest = kernels.kernels.slice(0, Number(cell?.note.split(' ')[0]))
    const ceiling = kernels.ceilings.find(({ kind }) => kind === 'dram')
    expect(ceiling?.source).toBe('measured')
    const sum = (values: (number | null)[]): number => values.reduce<number>((all, value) => all + (value ?? Number.NaN), 0)
    const rate = sum(longest.map(({ dramBytes }) => dramBytes)) / (sum(longest.map(({ timeUs }) => timeUs)) * 1e3)
    expect(cell?.value).toBeCloseTo(rate / (ceiling?.value ?? 0), 9)
    expect(cell?.value).toBeGreaterThan(0.05)
    // Nothing of nvprof counts what the tensor cores did: no intensity, so no bound by it.
    expect(cell?.bound).toBeNull()
    expect(cell?.value).toBeLessThan(1)
  })

  it('the preflight knows that the driver locks the counters', async () => {
    lab.setFaults({ lockedCounters: 'announced' })
    const checked = await cli(['plan', 'check', path(), ...common])
    expect(JSON.stringify(checked.json())).toContain('RmProfilingAdminOnly is 1')
  })
})
