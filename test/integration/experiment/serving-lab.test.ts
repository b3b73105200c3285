import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startLab, type Lab } from '../../../main/adapters/lab'
import { processesOfLab } from '../../../main/adapters/lab/processes'
import type { RunDetail } from '../../../preload/contract'
import { bundleEntry } from '../../lab/bundle'
import { cli } from '../../lab/cli'
import type { RunDocument } from './plans'

let folder = ''
let lab: Lab
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-serving-lab-'))
  lab = await startLab({ dir: join(folder, 'lab'), seed: 3, toolEntry: await bundleEntry('main/adapters/lab/tool.ts'), endpoint: true })
})
afterAll(async () => {
  await lab?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** 16 tokens after a prompt of 128 take 24.8 ms on the stated GPU: two complete 80 a second. */
const serviceUs = 24_820
const capacity = 2e6 / serviceUs

it(
  "the knee of the lab's model server lies where its service time says, marked as simulated, and the GPUs are seen at work",
  { timeout: 60_000 },
  async () => {
    const plan = join(folder, 'plan.yaml')
    const params = {
      url: `${lab.serving?.url}/gpus-2/generate`,
      rates: [50, 100],
      seconds: 1,
      warmup_requests: 5,
      warmup_s: 0.5,
      target_ms: 180,
    }
    const document = {
      headroom: 1,
      question: 'Where is the knee?',
      hosts: { a: { ssh: 'gpu-a' } },
      arms: [{}],
      probes: [{ probe: 'serving', hosts: ['a'], params }],
      repeats: 1,
      warmup: 0,
      telemetry: { hz: 5 },
    }
    writeFileSync(plan, stringify(document))
    const common = ['--ssh-config', lab.sshConfigFile, '--data', join(folder, 'data'), '--json']
    const ran = await cli(['run', plan, ...common])
    const [run] = (ran.json() as RunDocument).runs
    const detail = (await cli(['runs', 'show', run?.id ?? '', ...common])).json() as RunDetail
    expect(detail).toMatchObject({ status: 'done', problem: null, simulated: true })
    const valueOf = (metric: string, dimensions: Record<string, unknown> = {}): number =>
      detail.measurements.find(
        (one) => one.metric === metric && Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value),
      )?.value ?? Number.NaN
    expect(valueOf('serving.latency_min', { rate_target: 50 })).toBeGreaterThan(0.9 * serviceUs)
    expect(valueOf('serving.qps', { rate_target: 100 })).toBeLessThan(1.05 * capacity)
    expect(valueOf('serving.qps', { rate_target: 100 })).toBeGreaterThan(0.8 * capacity)
    expect(valueOf('serving.knee_qps')).toBeGreaterThan(35)
    expect(valueOf('serving.knee_qps')).toBeLessThan(capacity)
    // Little's law: as many requests are under way as come in a second, times how long each takes.
    expect(valueOf('serving.little_gap', { rate_target: 50 })).toBeLessThan(0.15)
    expect(valueOf('gpu.util', { gpu: 1, stat: 'mean' })).toBeGreaterThan(0.3)
    expect(valueOf('gpu.util', { gpu: 2, stat: 'mean' })).toBe(0)
  },
)

it('load from a real host is marked as well, because the endpoint says that it is simulated', { timeout: 60_000 }, async () => {
  const plan = join(folder, 'local.yaml')
  const params = {
    url: `${lab.serving?.url}/gpus-4/v1/completions`,
    api: 'completions',
    prompt: 'Count',
    max_tokens: 4,
    rate: 40,
    seconds: 0.5,
  }
  const probes = [{ probe: 'serving', hosts: ['here'], params: { ...params, warmup_requests: 3 } }]
  writeFileSync(
    plan,
    stringify({
      headroom: 1,
      question: 'Is it marked?',
      hosts: { here: { local: true } },
      arms: [{}],
      probes,
      repeats: 1,
      warmup: 0,
      telemetry: 'off',
    }),
  )
  const ran = await cli(['run', plan, '--data', join(folder, 'local'), '--json'], { HOME: folder })
  const document = ran.json() as RunDocument
  expect(
    document.runs.map(({ status }) => status),
    ran.stdout,
  ).toEqual(['done'])
  expect(document.simulated).toBe(true)
})

it('the model server ends with the lab', async () => {
  expect(processesOfLab(join(folder, 'lab')).length).toBeGreaterThan(0)
  await lab.close()
  expect(processesOfLab(join(folder, 'lab'))).toEqual([])
})
