import { describe, expect, it } from 'vitest'
import { canRunIn, type Measurement } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import type { LaunchContext, RunOutput } from '../_kit/probe'
import { choose, isPython } from './choice'
import { timelineJobs } from './jobs'
import { longestNames } from './longest-names'
import { timelineParams, type TimelineParams } from './params'
import { timelinePreflight } from './preflight'
import { readTimeline } from './read'

const preflight = (...args: Parameters<typeof timelinePreflight>) => canRunIn(timelinePreflight(...args), 'en')

const params = (more: Record<string, unknown> = {}): TimelineParams => timelineParams.parse({ command: 'python3 train.py', ...more })
const gpu = {
  index: 0,
  name: 'NVIDIA A100-SXM4-80GB',
  uuid: null,
  memoryMiB: 81920,
  driver: '550.1',
  computeCapability: '8.0',
  smClockMHz: 1410,
  pcieGen: 4,
  pcieWidth: 16,
}
const withNsys = { ...emptyInventory, gpus: [gpu], tools: { nsys: { path: '/opt/nsys/bin/nsys', version: '2024.5.1' } } }
const withTorch = { ...emptyInventory, pythons: [{ path: '/usr/bin/python3', version: '3.11.2', torch: '1.13.0', cuda: false }] }

const context = (given: TimelineParams, inventories = [withNsys]): LaunchContext<TimelineParams> => ({
  params: given,
  arm: { zero_stage: 2 },
  fabric: null,
  hosts: inventories.map((inventory, index) => ({ name: `h${index}`, python: null, inventory })),
})

describe('the way a command is profiled', () => {
  it.each([
    ['python3 train.py', true],
    ['/opt/venv/bin/python3.11 -u train.py', true],
    ['train.py --x 1', true],
    ['-m train', true],
    ['./bench --size 4', false],
    ['pythonic-tool', false],
  ])('%s is Python: %s', (command, expected) => {
    expect(isPython(command)).toBe(expected)
  })

  it('is nsys on a GPU host that has it, torch for a Python script elsewhere, and what the capture needs', () => {
    const on = (inventory: typeof withNsys | typeof withTorch, given: TimelineParams) =>
      choose(given, [{ name: 'h', python: null, inventory }])
    expect(on(withNsys, params())).toEqual({ via: 'nsys', capture: 'all', backend: 'nccl' })
    expect(on(withNsys, params({ capture: 'steps' }))).toMatchObject({ via: 'torch', capture: 'steps' })
    expect(on(withNsys, params({ duration_seconds: 5 }))).toMatchObject({ via: 'nsys', capture: 'window' })
    expect(on(withTorch, params())).toEqual({ via: 'torch', capture: 'steps', backend: 'gloo' })
    expect(on(withTorch, params({ capture: 'range' }))).toMatchObject({ via: 'nsys' })
  })

  it('never mixes a profiler with a capture that it does not know', () => {
    expect(timelineParams.safeParse({ command: 'x', tool: 'nsys', capture: 'steps' }).success).toBe(false)
    expect(timelineParams.safeParse({ command: 'x', tool: 'torch', capture: 'window' }).success).toBe(false)
    expect(timelineParams.safeParse({ command: ' ' }).success).toBe(false)
  })

  it('is said by the preflight, with the way to mend what is missing', () => {
    expect(preflight(withNsys, null)).toMatchObject({ canRun: true, via: 'nsys' })
    expect(preflight(withTorch, null)).toMatchObject({ canRun: true, via: 'torch' })
    const none = preflight(emptyInventory, null)
    expect(none).toMatchObject({ canRun: false, via: null, why: ['Neither nsys nor a Python with torch is here.'] })
    expect(none.fix).toContain('pip install torch')
    expect(preflight(withTorch, params({ tool: 'nsys' })).why).toEqual(['nsys is not installed.'])
    expect(preflight(withNsys, params({ ranks_per_host: 2 })).why[0]).toContain('2 ranks are asked for')
    // nsys is played on a simulated host; the PyTorch profiler would trace the machine that simulates it.
    expect(preflight({ ...withNsys, simulated: true }, null)).toMatchObject({ canRun: true, via: 'nsys' })
    const unplayed = preflight({ ...withNsys, ...withTorch, tools: withNsys.tools, simulated: true }, params({ tool: 'torch' }))
    expect(unplayed).toMatchObject({ canRun: false, unplayed: true })
    expect(unplayed.fix[0]).toBe('set params.tool to nsys')
  })
})

describe('its jobs', () => {
  it('run nsys by the script, with the arm for the command and where the ranks of two hosts meet', () => {
    const [first, second] = timelineJobs(context(params({ ranks_per_host: 1 }), [withNsys, withNsys]))
    expect(first).toMatchObject({ role: 'node0', script: 'timeline/nsys.sh', main: true })
    expect(first?.env).toMatchObject({ HR_ARM_ZERO_STAGE: '2', HR_WORLD: '2', HR_CAPTURE: 'all', HR_TOOL_PATH: '/opt/nsys/bin' })
    expect(second).toMatchObject({ after: 'node0', env: { HR_MASTER_PORT: { role: 'node0', fact: 'port' } } })
    expect(first?.display).toContain(
      "nsys profile -t cuda,nvtx,osrt --sample=none --cpuctxsw=none -f true -o recording sh -c 'python3 train.py'",
    )
  })

  it('show no secret of the command', () => {
    const [job] = timelineJobs(context(params({ command: 'API_TOKEN=abc123def456 ./bench' })))
    expect(job?.display).not.toContain('abc123def456')
    expect(job?.env['HR_COMMAND']).toContain('abc123def456')
  })
})

const one = (metric: string, value: number, dimensions: Measurement['dimensions']): Measurement => ({
  metric: `timeline.${metric}`,
  unit: 'us',
  value,
  dimensions,
})

describe('what is listed', () => {
  it('are the names that took longest over all ranks, with all their figures, and everything without a name', () => {
    const all = [
      one('kernel_total_time', 10, { kernel: 'a', rank: 0 }),
      one('kernel_total_time', 1, { kernel: 'b', rank: 0 }),
      one('kernel_total_time', 2, { kernel: 'a', rank: 1 }),
      one('kernel_total_time', 12.5, { kernel: 'c', rank: 1 }),
      one('kernel_count', 3, { kernel: 'b', rank: 0 }),
      one('kernel_count', 4, { kernel: 'c', rank: 1 }),
      one('kernel_busy_time', 9, { device: 0 }),
      one('nvtx_gpu_total_time', 5, { range: 'step' }),
      one('op_count', 5, { op: 'aten::mm' }),
    ]
    expect(longestNames(all, 2)).toEqual(all.filter(({ dimensions }) => dimensions['kernel'] !== 'b'))
    expect(longestNames(all, 3)).toEqual(all)
  })
})

const header = (facts: Record<string, unknown>): string =>
  JSON.stringify({ headroom: 'timeline-summary', version: 1, tool: 'nsys', tool_version: '2024.5', facts, rows: [1, 0] })
const figure = (metric: string, value: number, dimensions: Record<string, unknown>): string =>
  JSON.stringify({ metric: `timeline.${metric}`, unit: 'us', value, dimensions })

const output = (
  roles: { files: Record<string, string>; facts?: Record<string, string>; exitCode?: number }[],
): RunOutput<TimelineParams> => ({
  params: params(),
  arm: {},
  fabric: null,
  roles: roles.map(({ files, facts = {}, exitCode = 0 }, index) => ({
    role: `node${index}`,
    host: `h${index}`,
    exitCode,
    files: new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])),
    facts,
  })),
})

describe('a launch', () => {
  it('of two hosts keeps their devices apart', () => {
    const summary = (busy: number): string =>
      [header({ tool: 'nsys' }), figure('kernel_busy_time', busy, { device: 0 }), '{"end": true}', ''].join('\n')
    const reading = readTimeline(
      output([7, 9].map((busy) => ({ files: { 'nsys.summary.jsonl': summary(busy) }, facts: { recording_bytes: '5' } }))),
    )
    expect(reading.measurements.map(({ value, dimensions }) => [value, dimensions])).toEqual([
      [7, { device: 0, host: 'h0' }],
      [9, { device: 0, host: 'h1' }],
    ])
    expect(reading).toMatchObject({ problem: null, tool: { name: 'nsys', version: '2024.5' }, facts: { via: 'nsys', hosts: 2 } })
  })

  it('whose gaps are longer than its kernels is launch bound, with the place', () => {
    const share = (value: number, device: number): string =>
      JSON.stringify({ metric: 'timeline.idle_share', unit: '1', value, dimensions: { device } })
    const text = (...shares: string[]): string => [header({ tool: 'nsys' }), ...shares, '{"end": true}', ''].join('\n')
    const warned = (summary: string): string =>
      readTimeline(output([{ files: { 'nsys.summary.jsonl': summary } }]))
        .warnings.filter(({ code }) => code === 'launch_bound')
        .map(({ message }) => message)
        .join()
    expect(warned(text(share(0.5, 0), share(0.2, 1)))).toBe('')
    expect(warned(text(share(0.62, 0), share(0.71, 1)))).toMatch(/device 1 is idle for 71 % of the time.*and 1 more like it/)
  })

  it('whose command failed says so though there is a recording', () => {
    const text = [header({ tool: 'nsys' }), figure('kernel_busy_time', 1, { device: 0 }), '{"end": true}', ''].join('\n')
    const reading = readTimeline(output([{ files: { 'nsys.summary.jsonl': text, stderr: 'CUDA out of memory\n' }, exitCode: 1 }]))
    expect(reading.problem).toMatchObject({ code: 'remote.out_of_memory' })
  })

  it('whose trace had to stay on a host without sqlite says what is missing', () => {
    const stats = 'Total Time (ns),Instances,Name\n'
    const reading = readTimeline(output([{ files: { 'nsys.stats.csv': stats }, facts: { recording_bytes: '9', trace_left_bytes: '99' } }]))
    expect(reading.warnings.map(({ code }) => code)).toContain('trace_left_on_host')
    expect(reading.problem).not.toBeNull()
  })

  it('compares the ranks of one job by their collectives', () => {
    const rank = (start: string, duration: string): string =>
      [
        JSON.stringify({
          headroom: 'timeline-summary',
          version: 1,
          tool: 'torch-profiler',
          tool_version: null,
          facts: { tool: 'torch-profiler', world_size: 2 },
          rows: [3, 0],
        }),
        ...[1, 2, 3].map((number) => JSON.stringify({ collective: `17000000000${number}${start}.000 ${duration} 0 ${number} allreduce` })),
        figure('kernel_busy_time', 1, { device: 0 }),
        '{"end": true}',
        '',
      ].join('\n')
    const reading = readTimeline(
      output([{ files: { 'rank0.summary.jsonl': rank('0000', '90') } }, { files: { 'rank1.summary.jsonl': rank('0040', '50') } }]),
    )
    const waits = reading.measurements.filter(({ metric }) => metric === 'timeline.collective_wait_time')
    expect(waits.map(({ value, dimensions }) => [value, dimensions])).toEqual([
      [120, { rank: 0 }],
      [0, { rank: 1 }],
    ])
    expect(reading.measurements.find(({ metric }) => metric === 'timeline.collective_skew_max')?.value).toBe(40)
    expect(reading.facts).not.toHaveProperty('collectives')
    expect(reading.facts).toMatchObject({ straggler_rank: 1, clock_alignment: 'shared' })
  })
})
