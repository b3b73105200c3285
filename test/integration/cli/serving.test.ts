import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli } from '../../lab/cli'
import { startEndpoint, type Endpoint } from '../../lab/endpoint'

const secret = 'sk-serving-plan-secret-0123456789'

/** Every file under the folder that holds these bytes. */
const filesWith = (folder: string, needle: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(needle))

describe('a load test from a plan, sent from this machine', () => {
  let endpoint: Endpoint
  let folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hr-serving-cli-'))
    endpoint = await startEndpoint()
  })
  afterAll(() => {
    endpoint?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('runs arms of different rates, compares them row by row, and keeps no key', async () => {
    const plan = join(folder, 'plan.yaml')
    writeFileSync(
      plan,
      `headroom: 1
question: What does a token cost at twice the rate?
hosts: { here: { local: true, setup: ". ${join(folder, 'secrets.sh')}" } }
factors: { rate: [20, 40] }
probes:
  - probe: serving
    hosts: [here]
    params:
      url: ${endpoint.url}/v1/completions?tokens=3&first_ms=20&gap_ms=10
      api: completions
      prompt: Count
      api_key_env: LAB_API_KEY
      seconds: 0.6
      warmup_requests: 3
repeats: 1
warmup: 0
`,
    )
    writeFileSync(join(folder, 'secrets.sh'), `export LAB_API_KEY=${secret}\n`)
    const data = join(folder, 'data')
    const env = { HOME: join(folder, 'home') }
    execFileSync('mkdir', ['-p', env.HOME])
    const checked = await cli(['plan', 'check', plan, '--data', data, '--json'], env)
    expect(checked.code, checked.stderr + checked.stdout).toBe(0)
    const preview = checked.json() as { hosts: { lacks: unknown[] }[]; commands: { commands: { command: string }[] }[] }
    expect(preview.hosts[0]?.lacks).toEqual([])
    expect(preview.commands[0]?.commands[0]?.command).toContain('"api_key_env":"LAB_API_KEY"')

    const ran = await cli(['run', plan, '--data', data, '--json'], env)
    expect(ran.code, ran.stderr + ran.stdout).toBe(0)
    const document = ran.json() as { experiment: string; runs: { status: string; artifacts: { name: string; sha256: string }[] }[] }
    expect(document.runs.map((run) => run.status)).toEqual(['done', 'done'])
    const names = document.runs.flatMap((run) => run.artifacts.map((artifact) => artifact.name))
    expect(names).toEqual(expect.arrayContaining(['load/steps.jsonl', 'load/requests.jsonl']))

    const compared = await cli(['compare', document.experiment, '--by', 'rate', '--data', data, '--json'], env)
    const rows = (compared.json() as { rows: { metric: string; dimensions: Record<string, unknown>; arms: { median: number | null }[] }[] })
      .rows
    const medians = rows.filter((row) => row.metric === 'serving.latency_p50').flatMap((row) => row.arms.flatMap((arm) => arm.median ?? []))
    expect(rows.filter((row) => row.metric === 'serving.latency_p50')).toHaveLength(1)
    expect(medians).toHaveLength(2)
    for (const median of medians) {
      expect(median).toBeGreaterThan(39_500)
      expect(median).toBeLessThan(80_000)
    }
    // Without a fabric nothing is claimed: the device that happened to carry bytes is no transport.
    const listed = await cli(['runs', 'list', document.experiment, '--data', data], env)
    expect(listed.stdout).toContain('serving  20   1')
    expect(listed.stdout).not.toContain('(none)')
    expect(filesWith(data, secret)).toEqual([])
    expect(filesWith(env.HOME, secret)).toEqual([])
    expect(ran.stdout + ran.stderr + checked.stdout + checked.stderr).not.toContain(secret)
  }, 120_000)
})
