import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compose, type App } from '../../../main/hosts/compose'
import { planSchema, type Plan } from '../../../preload/contract'
import { commandParams, type CommandParams } from '../../../remote-scripts/command/params'
import command from '../../../remote-scripts/command/probe'
import type { LaunchContext } from '../../../remote-scripts/_kit/probe'
import { runRoles } from './run-roles'

const on = (text: string, hosts = ['a'], more: Record<string, unknown> = {}): LaunchContext<CommandParams> => ({
  params: commandParams.parse({ command: text, folder: tmpdir(), ...more }),
  arm: { fabric: 'fast', size: 3 },
  fabric: null,
  hosts: hosts.map((name) => ({ name, python: null, inventory: null })),
})

describe('a command as a shell runs it', () => {
  it('sees the arm and its place, and both streams are kept apart', async () => {
    const text = `echo "level $HR_ARM_FABRIC"; echo "to the log" >&2; printf '{"metric":"size","value":%s,"unit":"1","dimensions":{"of":"%s"}}\\n' "$HR_ARM_SIZE" "$HR_HOST"`
    const output = await runRoles(command, on(text, ['a', 'b']))
    const reading = command.read(output)
    expect(reading.problem).toBeNull()
    expect(reading.measurements).toEqual([
      { metric: 'command.size', unit: '1', value: 3, dimensions: { of: 'a', host: 'a' } },
      { metric: 'command.size', unit: '1', value: 3, dimensions: { of: 'b', host: 'b' } },
    ])
    const texts = ['output.txt', 'errors.txt'].map((name) => Buffer.from(output.roles[0]?.files.get(name) ?? []).toString())
    expect(texts[0]).toMatch(/^level fast\n/)
    expect(texts[1]).toBe('to the log\n')
  })

  it.each([
    ['echo broken >&2; exit 3', 'remote.tool_failed', 'code 3: broken'],
    ['/nonexistent/tool --now', 'remote.tool_missing', 'code 127'],
    ['kill -9 $$', 'remote.killed', 'signal 9'],
    ['echo nothing to say', 'parse.no_rows', 'printed no value'],
  ])('%s is %s', async (text, code, words) => {
    const { problem } = command.read(await runRoles(command, on(text)))
    expect(problem).toMatchObject({ code, message: expect.stringContaining(words) })
  })

  it('that prints without end and without line ends fills no disk, keeps no secret, and keeps its exit code', async () => {
    const text = `echo 'MY_TOKEN=hunter2'; echo '{"metric":"early","value":1,"unit":"s"}'; head -c 30000000 /dev/zero | tr '\\0' x; exit 5`
    const output = await runRoles(command, on(text))
    const kept = Buffer.from(output.roles[0]?.files.get('output.txt') ?? [])
    expect(kept.length).toBeLessThan(20_000)
    expect(kept.toString()).not.toContain('hunter2')
    const reading = command.read(output)
    expect(reading.measurements).toMatchObject([{ metric: 'command.early', value: 1e6 }])
    expect(reading.warnings).toMatchObject([{ code: 'output_cut' }])
    expect(reading.problem?.message).toContain('code 5')
  })

  it('in a folder that is not there says so', async () => {
    const { problem } = command.read(await runRoles(command, on('true', ['a'], { folder: '/nonexistent/here' })))
    expect(problem).toMatchObject({ code: 'input.file_unreadable', message: expect.stringContaining('/nonexistent/here') })
  })
})

/** The plan of the README, as it stands there. */
const readmePlan = (): Plan => {
  const readme = readFileSync(join(import.meta.dirname, '../../../remote-scripts/command/README.md'), 'utf8')
  return planSchema.parse(parse(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''))
}

const hasPython = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!hasPython)('an experiment with a command', () => {
  const home = mkdtempSync(join(tmpdir(), 'hr-command-'))
  const before = process.env['HOME']
  let app: App
  beforeAll(async () => {
    process.env['HOME'] = home
    app = await compose({ dataDir: join(home, 'data'), host: 'web', ask: async () => null })
  })
  afterAll(async () => {
    await app.close()
    process.env['HOME'] = before
    rmSync(home, { recursive: true, force: true })
  })

  it('compares its metrics in their unit and direction', async () => {
    // The time of 8 times the work: lower is better, and the size that the lines carry is the factor.
    const plan = { ...readmePlan(), factors: { size: [24, 48] }, repeats: 4, warmup: 0, telemetry: 'off' as const }
    plan.probes = plan.probes.map((use) => ({ ...use, params: { ...use.params, headline: 'time' } }))
    const { id } = await app.runner.start(plan)
    await app.runner.wait(id)
    const runs = app.deps.store.listRuns(id)
    expect(runs.map(({ status, problem }) => [status, problem])).toEqual(runs.map(() => ['done', null]))
    expect(runs[0]?.commands[0]?.command).toMatch(/^cd ~ && HR_ARM_SIZE=(24|48) sh -c 'python3 "\$HR_KIT\/command\/examples\/matmul.py"'$/)
    const comparison = await app.client.call('compare.run', { experiment: id, by: 'size' })
    const row = comparison.rows.find(({ metric }) => metric === 'command.time')
    expect(row).toMatchObject({ unit: 'us', better: 'lower', headline: true, verdict: 'slower', ratio: { of: '48/24' } })
    // Eight times the work; on a crowded machine the longer one is also interrupted more often.
    expect(row?.ratio?.estimate).toBeGreaterThan(3)
    // Time in us and work a second are two ways to say the same of every product.
    const values = app.deps.store.measurementsOfExperiment(id)
    const [times, rates] = ['command.time', 'command.flops'].map((metric) => values.filter((one) => one.metric === metric))
    expect(times).toHaveLength(8 * 3)
    for (const [index, time] of times?.entries() ?? [])
      expect((time.value / 1e6) * (rates?.[index]?.value ?? 0)).toBeCloseTo(2 * Number(time.dimensions['size']) ** 3, 3)
    expect(comparison.rows.find(({ metric }) => metric === 'command.flops')).toMatchObject({
      unit: 'FLOP/s',
      better: 'higher',
      headline: false,
    })
    expect(comparison.headlines.map(({ metric }) => metric)).toEqual(['command.time'])
  })
})
