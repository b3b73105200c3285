import { spawn, spawnSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { telemetryParams } from '../../../remote-scripts/telemetry/params'
import telemetry from '../../../remote-scripts/telemetry/probe'
import { runRoles } from './run-roles'

const hasPython = spawnSync('/usr/bin/python3', ['--version']).status === 0

describe.skipIf(!hasPython)('the telemetry probe by itself on this machine', () => {
  it('watches for the seconds asked for, and what it says of the machine is true', async () => {
    // An idle machine may rightly measure 0: one core is kept busy, so that there is something to see.
    const spinner = spawn('/usr/bin/python3', ['-c', 'while True: pass'], { stdio: 'ignore' })
    onTestFinished(() => void spinner.kill('SIGKILL'))
    const output = await runRoles(telemetry, {
      params: telemetryParams.parse({ seconds: 3, hz: 5 }),
      arm: {},
      fabric: null,
      hosts: [{ name: 'a', python: null, inventory: null }],
    })
    const reading = telemetry.read(output)
    expect(reading.problem).toBeNull()
    expect(reading.warnings).toEqual([])
    const valueOf = (metric: string): number => reading.measurements.find((one) => one.metric === metric)?.value ?? Number.NaN
    const busy = reading.series.find(({ metric }) => metric === 'host.cpu_busy')
    expect(busy?.values).toHaveLength(15)
    // Evenly spaced: the pace does not drift by what a row costs.
    const times = [...(busy?.timesUs ?? [])].map((timeUs) => timeUs / 1e6)
    times.forEach((timeS, index) => expect(Math.abs(timeS - (index + 1) / 5)).toBeLessThan(0.15))
    expect(valueOf('host.cpu_busy')).toBeGreaterThan(0.5 / cpus().length)
    expect(valueOf('host.cpu_busy')).toBeLessThanOrEqual(1)
    expect(valueOf('host.mem_used')).toBeGreaterThan(0)
    expect(valueOf('host.mem_used')).toBeLessThan(totalmem())
    expect(valueOf('telemetry.overhead')).toBeLessThan(0.05)
    const text = new TextDecoder().decode(output.roles[0]?.files.get('telemetry.jsonl'))
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ cores: cpus().length, simulated: false })
    expect([...(output.roles[0]?.files.keys() ?? [])].sort()).toEqual(['stderr', 'stdout', 'telemetry.jsonl'])
  })
})
