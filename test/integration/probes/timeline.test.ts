import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Measurement, ParseResult } from '../../../preload/contract'
import type { LaunchContext, RunOutput } from '../../../remote-scripts/_kit/probe'
import { textOf } from '../../../remote-scripts/_kit/outcome'
import { timelineParams, type TimelineParams } from '../../../remote-scripts/timeline/params'
import timeline from '../../../remote-scripts/timeline/probe'
import { timelineSummary } from '../../../remote-scripts/timeline/summary-format'
import { torchStreams } from '../../../remote-scripts/timeline/torch'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const scripts = join(import.meta.dirname, '../../../remote-scripts/timeline')
const fixtures = join(scripts, 'fixtures')
const hasTorch = spawnSync(python, ['-c', 'import torch.profiler']).status === 0

/** A training loop with a data loader, a scheduler that takes the optimizer's step apart, and gradients averaged over the ranks. */
const training = String.raw`
import argparse, os, sys, torch, torch.distributed as dist
words = argparse.ArgumentParser(); words.add_argument("--steps", type=int); words.add_argument("--fail", action="store_true")
asked = words.parse_args()
world = int(os.environ.get("WORLD_SIZE", "1"))
if world > 1: dist.init_process_group("gloo")
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 8))
optimizer = torch.optim.Adam(model.parameters())
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(4096, 64)), batch_size=32)
for number, (batch,) in enumerate(loader):
    if number == asked.steps: break
    if asked.fail: raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    optimizer.zero_grad()
    model(batch).square().mean().backward()
    if world > 1:
        for parameter in model.parameters(): dist.all_reduce(parameter.grad)
    optimizer.step()
    scheduler.step()
print("the script came to its end after", asked.steps)
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hr-timeline-'))
  await writeFile(join(folder, 'train it.py'), training)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const context = (words: string, params: Record<string, unknown> = {}, hosts = ['a']): LaunchContext<TimelineParams> => ({
  params: timelineParams.parse({ command: `python3 -u 'train it.py' ${words}`, folder, tool: 'torch', ...params }),
  arm: { fabric: 'loop' },
  fabric: { name: 'loop', spec: { kind: 'ethernet', interfaces: { a: 'lo', b: 'lo' } } },
  hosts: hosts.map((name) => ({ name, python, inventory: null })),
})

const ofMetric = (measurements: readonly Measurement[], metric: string): Measurement[] =>
  measurements.filter((one) => one.metric === metric)
const filesOf = (output: RunOutput<TimelineParams>): string[] => output.roles.flatMap((role) => [...role.files.keys()]).sort()

describe.skipIf(!hasTorch)('timeline probe with the real PyTorch profiler', { timeout: 120_000 }, () => {
  it('records counted steps, ends the script with them, and says that there is no GPU', async () => {
    const output = await runRoles(timeline, context('--steps 100', { wait_steps: 1, warmup_steps: 1, active_steps: 3 }))
    const reading = timeline.read(output)
    expect(reading.problem).toBeNull()
    expect(textOf(output.roles[0], 'stdout')).not.toContain('came to its end')
    const steps = ofMetric(reading.measurements, 'timeline.step_time')
    // torch numbers the first recorded step 1 or 2, by version.
    const first = Number(steps[0]?.dimensions['step'])
    expect(steps.map((one) => one.dimensions)).toEqual([first, first + 1, first + 2].map((step) => ({ step })))
    for (const { value } of steps) expect(value).toBeGreaterThan(20)
    const [share] = ofMetric(reading.measurements, 'timeline.data_wait_share')
    expect(share?.value).toBeGreaterThan(0)
    expect(share?.value).toBeLessThan(1)
    const calls = ofMetric(reading.measurements, 'timeline.op_count').find((one) => one.dimensions['op'] === 'aten::addmm')
    expect(calls?.value).toBe(6)
    expect(reading.warnings.map(({ code }) => code)).toContain('no_gpu_events')
    expect(reading.facts).toMatchObject({ tool: 'torch-profiler', via: 'torch', aggregated_on_host: false, profiler_steps: 3 })
    expect(reading.tool.name).toBe('torch-profiler')
    expect(filesOf(output)).toEqual(['rank0.capture.json', 'rank0.operators.txt', 'rank0.trace.json', 'stderr', 'stdout'])
  })

  it('adds a large trace up where it is, to the same figures, and leaves nothing of it behind', async () => {
    const given = { wait_steps: 0, warmup_steps: 1, active_steps: 2, trace_limit_mib: 0, keep_trace: true, end_when_captured: false }
    const output = await runRoles(timeline, context('--steps 5', given, ['a', 'b']))
    const reading = timeline.read(output)
    expect(reading.problem).toBeNull()
    expect(textOf(output.roles[1], 'stdout')).toContain('came to its end after 5')
    expect(reading.facts).toMatchObject({ ranks: 2, aggregated_on_host: true })
    expect(ofMetric(reading.measurements, 'timeline.step_time').map((one) => one.dimensions['rank'])).toEqual([0, 0, 1, 1])
    expect(filesOf(output)).toContain('rank1.trace.json.gz')
    // The kept trace, read whole, says what the host added up.
    const { gunzipSync } = await import('node:zlib')
    for (const [index, role] of output.roles.entries()) {
      const whole = torchStreams[0]?.open()
      whole?.push(gunzipSync(role.files.get(`rank${index}.trace.json.gz`) ?? new Uint8Array()))
      const [read] = whole?.end() ?? []
      const [summed] = timelineSummary.parse(textOf(role, `rank${index}.summary.jsonl`) ?? '')
      expect(figures(summed)).toEqual(figures(read))
      expect(summed?.facts).toMatchObject({ events: read?.facts['events'], kernels: 0 })
    }
  })

  it('says how many steps the script made when they are too few', async () => {
    const reading = timeline.read(await runRoles(timeline, context('--steps 2')))
    expect(reading.problem).toMatchObject({
      code: 'remote.tool_failed',
      message: expect.stringContaining('made 2 optimizer steps of the 10'),
    })
    expect(reading.measurements).toEqual([])
  })

  it('records a whole script, and names the failure of one that fails', async () => {
    const whole = timeline.read(await runRoles(timeline, context('--steps 2', { capture: 'all' })))
    expect(whole.problem).toBeNull()
    expect(
      ofMetric(whole.measurements, 'timeline.event_count').find((one) => one.dimensions['category'] === 'cpu_op')?.value,
    ).toBeGreaterThan(50)
    const failed = timeline.read(await runRoles(timeline, context('--steps 2 --fail')))
    expect(failed.problem).toMatchObject({ code: 'remote.out_of_memory', evidence: expect.stringContaining('CUDA out of memory') })
  })

  it.each([
    ['torchrun train.py', 'set ranks_per_host'],
    ['python3 -m torch.distributed.run train.py', 'set ranks_per_host'],
    ['python3 nowhere.py', 'There is no Python script nowhere.py'],
  ])('refuses %s with the way out', async (command, words) => {
    const reading = timeline.read(await runRoles(timeline, context('', { command })))
    expect(reading.problem).toMatchObject({ code: 'input.invalid', message: expect.stringContaining(words) })
  })
})

const figures = (result: ParseResult | undefined): string[] =>
  (result?.measurements ?? [])
    .map(({ metric, value, dimensions }) => `${metric} ${value.toPrecision(12)} ${JSON.stringify(dimensions)}`)
    .sort()

describe('what is added up on a host is what the parsers read of the whole', () => {
  const summed = async (script: string, input: string): Promise<ParseResult | undefined> => {
    const result = join(folder, 'summary.jsonl')
    const run = spawnSync(python, ['-B', join(scripts, script), input, result])
    expect(run.stderr.toString()).toBe('')
    return timelineSummary.parse(await readFile(result, 'utf8'))[0]
  }
  const expectedOf = async (
    name: string,
  ): Promise<{ values: [string, number, Record<string, unknown>][]; rows: unknown; problem: unknown }> =>
    (JSON.parse(await readFile(join(fixtures, name, 'expected.json'), 'utf8')) as never[])[0] as never
  const written = (values: [string, number, Record<string, unknown>][]): string[] =>
    values.map(([metric, value, dimensions]) => `${metric} ${value.toPrecision(12)} ${JSON.stringify(dimensions)}`).sort()

  it.each(['torch-trace-kineto', 'torch-trace-compact', 'torch-trace-cpu-only', 'torch-trace-list', 'torch-trace-cut'])(
    '%s',
    async (name) => {
      const [input = ''] = (await readdir(join(fixtures, name))).filter((file) => file.startsWith('input'))
      const result = await summed('trace_summary.py', join(fixtures, name, input))
      const expected = await expectedOf(name)
      expect(figures(result)).toEqual(written(expected.values))
      expect(result).toMatchObject({ rows: expected.rows })
      expect(result?.problem?.code ?? null).toBe(expected.problem)
    },
  )

  it.each(['nsys-sqlite-2022', 'nsys-sqlite-2024', 'nsys-sqlite-nvtx'])('%s', async (name) => {
    const path = join(folder, `${name}.sqlite`)
    const database = new Database(path)
    database.exec(await readFile(join(fixtures, name, 'input.sql'), 'utf8'))
    database.close()
    const result = await summed('nsys_summary.py', path)
    const expected = await expectedOf(name)
    expect(figures(result)).toEqual(written(expected.values))
    expect(result).toMatchObject({ rows: expected.rows, problem: null })
  })
})
