import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyInventory } from '../../../remote-scripts/_kit/empty-inventory'
import type { LaunchContext, RunReading } from '../../../remote-scripts/_kit/probe'
import { flameParams, type FlameParams } from '../../../remote-scripts/flame/params'
import flame from '../../../remote-scripts/flame/probe'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0

/** Three quarters of its time in `hot`, a quarter in `cold`, by turns so short that a busy machine slows both alike; a thread that only waits. */
const busy = String.raw`
import sys, threading, time
def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
def hot():
    spin(0.03)
def cold():
    spin(0.01)
def main(turns):
    for _ in range(turns):
        hot()
        cold()
waits = threading.Thread(target=time.sleep, args=(60,), daemon=True)
waits.start()
main(int(sys.argv[1]))
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hr-flame-'))
  writeFileSync(join(folder, 'busy it.py'), busy)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const on = (params: Record<string, unknown>): LaunchContext<FlameParams> => ({
  params: flameParams.parse({ folder, ...params }),
  arm: {},
  fabric: null,
  hosts: [{ name: 'a', python: null, inventory: null }],
})

const profile = async (params: Record<string, unknown>): Promise<RunReading> => flame.read(await runRoles(flame, on(params)))

const shareOf = ({ measurements }: RunReading, metric: string, name: string): number =>
  measurements
    .filter((one) => one.metric === `flame.${metric}` && String(one.dimensions['function']).startsWith(`${name} (`))
    .reduce((sum, { value }) => sum + value, 0)

const samplesOf = ({ measurements }: RunReading): number => measurements.find(({ metric }) => metric === 'flame.samples')?.value ?? 0

/** Processes whose command line has these words. */
const running = (words: string): string => spawnSync('pgrep', ['-f', words], { encoding: 'utf8' }).stdout

describe('flame probe', { timeout: 60_000 }, () => {
  it('the own sampler divides processor time as the script spends it, and leaves waiting threads out', async () => {
    const reading = await profile({ tool: 'sampler', command: `${python} -u 'busy it.py' 30` })
    expect(reading.problem).toBeNull()
    // 30 turns of 40 ms at 99 Hz.
    expect(samplesOf(reading)).toBeGreaterThan(105)
    expect(samplesOf(reading)).toBeLessThan(145)
    expect(shareOf(reading, 'total_share', 'hot')).toBeGreaterThan(0.6)
    expect(shareOf(reading, 'total_share', 'hot')).toBeLessThan(0.9)
    expect(shareOf(reading, 'total_share', 'main')).toBeGreaterThan(0.9)
    expect(shareOf(reading, 'total_share', 'spin')).toBeGreaterThan(0.9)
    expect(reading.tool).toMatchObject({ name: 'sampler', version: expect.stringMatching(/^Python 3\./) })
    expect(reading.facts).toMatchObject({ event: 'processor time of threads', ended_by: 'the command', rate_hz: 99, profiler: 'sampler' })
    expect(Number(reading.facts['overhead_share'])).toBeLessThan(0.05)
  })

  it('the own sampler shows waiting threads when asked, ends at its time and leaves nothing behind', async () => {
    const output = await runRoles(
      flame,
      on({ tool: 'sampler', command: `${python} 'busy it.py' 100000`, seconds: 1, idle: true, threads: true }),
    )
    const reading = flame.read(output)
    expect(reading.problem).toBeNull()
    const folded = new TextDecoder().decode(output.roles[0]?.files.get('stacks.folded'))
    expect(folded).toMatch(/^thread MainThread;<module> \(busy it\.py:\d+\);main \(/m)
    expect(folded).toMatch(/^thread Thread-1.*;run \(threading\.py:\d+\) \d+$/m)
    expect(reading.facts).toMatchObject({ event: 'wall clock', ended_by: 'the profile' })
    expect(running('busy it.py. 100000')).toBe('')
  })

  it('a script that fails is named as the cause', async () => {
    const reading = await profile({ tool: 'sampler', command: `${python} 'busy it.py' 1 7` })
    expect(reading.problem).toMatchObject({ code: 'remote.tool_failed', message: expect.stringContaining('itself failed with code 7') })
  })

  it.skipIf(!has('perf'))('perf samples a program by whatever event the machine has, and says which', async () => {
    const reading = await profile({ tool: 'perf', command: `awk 'BEGIN { for (i = 0; i < 1e9; i++) x += i }'`, seconds: 1 })
    expect(reading.problem).toBeNull()
    expect(samplesOf(reading)).toBeGreaterThan(10)
    expect(samplesOf(reading)).toBeLessThan(160)
    const awk = reading.measurements.find(
      (one) => one.metric === 'flame.total_share' && /^[mg]?awk/.test(String(one.dimensions['function'])),
    )
    expect(awk?.value).toBeGreaterThan(0.9)
    expect(reading.tool).toMatchObject({ name: 'perf', version: expect.stringMatching(/^\d/) })
    expect(String(reading.facts['event'])).toMatch(/cpu-clock|cycles/)
    expect(reading.facts).toMatchObject({ ended_by: 'the profile', samples_lost: 0, rate_hz: 99 })
    if (String(reading.facts['event']).startsWith('cpu-clock')) expect(Number(reading.facts['rate_reached_hz'])).toBeCloseTo(99, 0)
    expect(running('i < 1e9')).toBe('')
  })

  describe.skipIf(!has('perf'))('a process that runs already', () => {
    let target: ChildProcess
    beforeAll(() => {
      target = spawn(python, [join(folder, 'busy it.py'), '100000'], { stdio: 'ignore' })
    })
    afterAll(() => target.kill())

    it('is found by a part of its command line, sampled, and left running', async () => {
      const reading = await profile({ tool: 'perf', attach: 'busy it.py 100000', seconds: 1 })
      expect(reading.problem).toBeNull()
      // Other work on this machine takes its share of the second.
      expect(samplesOf(reading)).toBeGreaterThan(3)
      expect(target.exitCode).toBeNull()
    })

    it('is a typed refusal when there is none', async () => {
      const none = await profile({ tool: 'perf', attach: 'no such program anywhere', seconds: 1 })
      expect(none.problem).toMatchObject({ code: 'input.invalid', message: expect.stringContaining('no process of yours') })
      const gone = await profile({ tool: 'perf', attach: '99999999', seconds: 1 })
      expect(gone.problem).toMatchObject({ code: 'input.invalid', message: expect.stringContaining('there is no process 99999999') })
    })
  })

  it.skipIf(!has('py-spy'))('py-spy divides the time as the script spends it, without process ids', async () => {
    const output = await runRoles(flame, on({ tool: 'py-spy', command: `${python} 'busy it.py' 30; true` }))
    const reading = flame.read(output)
    expect(reading.problem).toBeNull()
    expect(shareOf(reading, 'total_share', 'hot')).toBeGreaterThan(0.55)
    expect(shareOf(reading, 'total_share', 'hot')).toBeLessThan(0.92)
    expect(new TextDecoder().decode(output.roles[0]?.files.get('stacks.folded'))).not.toContain('process ')
    expect(reading.facts).toMatchObject({ ended_by: 'the command', read_errors: 0 })
  })

  it('a kernel that refuses perf is a typed finding that says what to do, and the command is not started', async () => {
    const said = 'Error: Access to performance monitoring and observability operations is limited. perf_event_paranoid setting is 4'
    writeFileSync(join(folder, 'perf'), `#!/bin/sh\n[ "$1" = record ] || exit 0\necho '${said}' >&2\nexit 255\n`, { mode: 0o755 })
    const inventory = { ...emptyInventory, tools: { perf: { path: join(folder, 'perf'), version: null } } }
    const context = on({ tool: 'perf', command: `touch '${join(folder, 'started')}'` })
    const reading = flame.read(await runRoles(flame, { ...context, hosts: [{ name: 'a', python: null, inventory }] }))
    expect(reading.problem).toMatchObject({
      code: 'remote.not_permitted',
      message: expect.stringMatching(/sysctl kernel\.perf_event_paranoid=2.*params\.tool/),
    })
    expect(existsSync(join(folder, 'started'))).toBe(false)
  })

  it('a profiler that is not there is said', async () => {
    const { problem } = flame.read(
      await runRoles(flame, on({ tool: 'py-spy', command: 'true' }), { env: { PATH: '/nowhere:/bin', HOME: folder } }),
    )
    if (!has('/bin/py-spy')) expect(problem).toMatchObject({ code: 'remote.tool_missing', message: expect.stringContaining('py-spy') })
  })
})
