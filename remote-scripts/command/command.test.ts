import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../_kit/probe'
import { emptyInventory } from '../_kit/empty-inventory'
import { maxValues, readLines } from './formats/json-lines'
import { commandJobs } from './jobs'
import { commandParams, type CommandParams } from './params'
import { readCommand } from './read'
import { toCanonical, unitScales } from './units'

const line = (metric: string, value: number, unit: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ metric, value, unit, ...more })

const params = (more: Record<string, unknown> = {}): CommandParams => commandParams.parse({ command: './bench.sh', ...more })

const outputOf = (texts: string[], given = params(), exitCode: number | null = 0, stderr = ''): RunOutput<CommandParams> => ({
  params: given,
  arm: {},
  fabric: null,
  roles: texts.map((text, index) => ({
    role: `host${index}`,
    host: `h${index}`,
    exitCode,
    files: new Map([
      ['output.txt', new TextEncoder().encode(text)],
      ['stderr', new TextEncoder().encode(stderr)],
    ]),
    facts: {},
  })),
})

describe('units', () => {
  it.each([
    [1.25, 'ms', 1250, 'us'],
    [25, 'Gbit/s', 3.125, 'GB/s'],
    [25, 'Gb/s', 3.125, 'GB/s'],
    [1, 'GiB', 1073741824, 'bytes'],
    [1, 'MB/s', 0.001, 'GB/s'],
    [97.5, '%', 0.975, '1'],
    [2, 'TFLOP/s', 2e12, 'FLOP/s'],
    [1.41, 'GHz', 1410, 'MHz'],
    [0.1, 's', 100_000, 'us'],
  ])('%d %s is %d %s', (value, printed, expected, unit) => {
    expect(toCanonical(value, printed)).toEqual({ unit, value: expected })
  })

  it.each(['KB', 'kb/s', 'S', 'gb/s', 'seconds', '', 'toString', 'furlong'])('%s is none', (printed) => {
    expect(toCanonical(1, printed)).toBeNull()
  })

  it('has every canonical unit under its own name', () => {
    for (const unit of ['us', 'GB/s', 'bytes', '1/s', '1', 'FLOP/s', 'W', 'degC', 'MHz', 'FLOP/byte', 'USD'])
      expect(unitScales.get(unit)).toEqual({ unit, power: 0, factor: 1 })
  })
})

describe('lines', () => {
  it('with no known unit at all are a typed problem that quotes them', () => {
    const read = readLines(`${line('size', 1, 'KB')}\n{"metric": "rate", "value": 5}\n`)
    expect(read?.result).toMatchObject({ measurements: [], rows: { understood: 0, skipped: 2 }, problem: { code: 'parse.unit_unknown' } })
    expect(read?.result.problem?.evidence).toContain('KB')
  })

  it('are bounded in number and length', () => {
    const many = Array.from({ length: maxValues + 5 }, (_, index) => line('rate', index, '1/s')).join('\n')
    expect(readLines(many)?.result.rows).toEqual({ understood: maxValues, skipped: 5 })
    const long = line('rate', 1, '1/s', { note: 'x'.repeat(10_000) })
    expect(readLines(long)?.result.rows).toEqual({ understood: 0, skipped: 1 })
  })

  it('that give a metric another unit than before are counted and quoted, never taken', () => {
    const read = readLines(`${line('rate', 10, '1/s')}\n${line('rate', 12, 'us')}\n`)
    expect(read?.result).toMatchObject({
      measurements: [{ metric: 'command.rate', value: 10, unit: '1/s' }],
      rows: { understood: 1, skipped: 1 },
    })
    expect(read?.result.warnings.map(({ message }) => message).join()).toContain('12')
  })

  it('that are no values are log text', () => {
    expect(readLines('hello\n{"loss": 2.5}\n[1,2]\n')).toBeNull()
  })
})

describe('a launch', () => {
  it('is failed by an exit code, with the command’s own words', () => {
    const reading = readCommand(
      outputOf([line('rate', 1, '1/s')], params(), 70, 'remote.tool_failed: the command ended with code 3: no disk'),
    )
    expect(reading.problem).toMatchObject({ code: 'remote.tool_failed', message: expect.stringContaining('code 3: no disk') })
  })

  it('that prints no value is no success', () => {
    expect(readCommand(outputOf(['fine\n'])).problem).toMatchObject({ code: 'parse.no_rows' })
  })

  it('on several hosts keeps them apart, and leaves out what has two units', () => {
    const reading = readCommand(
      outputOf([
        `${line('rate', 1, '1/s')}\n${line('odd', 1, 's')}`,
        `${line('rate', 2, '1/s')}\n${line('odd', 1, 'GB')}\n${line('own', 1, '1', { dimensions: { host: 'x' } })}`,
      ]),
    )
    expect(reading.measurements.map(({ metric, value, dimensions }) => [metric, value, dimensions])).toEqual([
      ['command.rate', 1, { host: 'h0' }],
      ['command.rate', 2, { host: 'h1' }],
      ['command.own', 1, { host: 'x' }],
    ])
    expect(reading.warnings.map(({ code }) => code)).toEqual(['unit_contradicted'])
  })

  it('takes direction and headline from the plan before the lines’', () => {
    const text = `${line('rate', 1, '1/s', { better: 'lower' })}\n${line('custom.x', 1, 'W')}`
    const reading = readCommand(outputOf([text], params({ better: { rate: 'higher', lost: 'lower' }, headline: 'rate' })))
    expect(reading.facts['declared_metrics']).toEqual({
      'command.rate': { unit: '1/s', better: 'higher', headline: true },
      'custom.x': { unit: 'W', better: 'none', headline: false },
    })
    expect(reading.warnings).toMatchObject([{ code: 'metric_not_printed', message: expect.stringContaining('lost') }])
  })
})

describe('jobs', () => {
  const context = (arm: Record<string, string | number>, hosts = ['a']): Parameters<typeof commandJobs>[0] => ({
    params: params({ command: `./bench --name "it's"` }),
    arm,
    fabric: null,
    hosts: hosts.map((name) => ({ name, python: null, inventory: emptyInventory })),
  })

  it('show the exact command and carry the arm', () => {
    const [job] = commandJobs(context({ fabric: 'fast', 'micro-batch': 8 }))
    expect(job?.env).toMatchObject({ HR_ARM_FABRIC: 'fast', HR_ARM_MICRO_BATCH: '8', HR_COMMAND: `./bench --name "it's"` })
    expect(job?.display).toBe(`cd ~ && HR_ARM_FABRIC=fast HR_ARM_MICRO_BATCH=8 sh -c './bench --name "it'\\''s"'`)
  })

  it('run on every host, each told its place', () => {
    const jobs = commandJobs(context({}, ['a', 'b']))
    expect(jobs.map(({ host, main, env }) => [host, main, env['HR_HOST_INDEX'], env['HR_HOSTS']])).toEqual([
      ['a', true, '0', 'a,b'],
      ['b', true, '1', 'a,b'],
    ])
  })

  it('refuse two factors that would be one variable', () => {
    expect(() => commandJobs(context({ 'a-b': 1, 'a.b': 2 }))).toThrow(/HR_ARM_A_B/)
  })
})
