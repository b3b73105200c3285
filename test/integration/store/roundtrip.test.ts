import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type SqliteStore } from '../../../main/adapters/sqlite/open-store'
import type { Run } from '../../../preload/contract'
import { environmentOf, experimentOf, measurementOf, runOf, savedHostOf, seriesOf, temporaryFolder } from './fixtures'

const root = temporaryFolder('roundtrip')
let store: SqliteStore
const base = runOf('run-1', 'exp-1')

beforeAll(() => {
  store = openStore(join(root, 'data'))
  store.createExperiment(experimentOf('exp-1'), [base])
})
afterAll(() => {
  store.close()
  rmSync(root, { recursive: true, force: true })
})

/** Any double: NaN, infinities, -0, subnormals. */
const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE),
)
const bitsOf = (values: Float64Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')
const dimension = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
)
const dimensions = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  dimension,
  { noNullPrototype: true },
)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

/** Around the borders of a chunk, and anything shorter. */
const lengths = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(8191, 8192, 8193, 16_384, 20_000))
const seriesValues = fc
  .tuple(lengths, fc.array(anyNumber, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 97 }))
  .map(([length, some, stride]) =>
    Float64Array.from({ length }, (_, i) => (i % stride === 0 ? (some[(i / stride) % some.length] ?? 0) : Math.sin(i) * 1000)),
  )

const storeSeries = (values: Float64Array, timesUs?: Float64Array): number => {
  store.completeRun(base, [], [seriesOf(values, timesUs)])
  return store.listSeries('exp-1')[0]?.id ?? 0
}

describe('what is written is read back', () => {
  test('measurements, any finite value and any dimensions', () => {
    const measurement = fc.record({
      metric: fc.string({ minLength: 1 }),
      unit: fc.constantFrom('us' as const, 'GB/s' as const),
      value: finite,
      dimensions,
    })
    fc.assert(
      fc.property(fc.array(measurement, { maxLength: 300 }), (measurements) => {
        store.completeRun(base, measurements, [])
        // The one thing not kept is the sign of zero.
        expect(store.measurementsOfRun('run-1')).toEqual(measurements.map((one) => ({ ...one, value: one.value + 0 })))
      }),
      { numRuns: 60 },
    )
  })

  test('a measurement that is not finite is refused, and the run keeps what it had', () => {
    store.completeRun(base, [measurementOf(5)], [])
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => store.completeRun(base, [measurementOf(1), measurementOf(value)], [])).toThrow(
        expect.objectContaining({ code: 'input.invalid' }),
      )
    }
    expect(store.measurementsOfRun('run-1')).toEqual([measurementOf(5)])
  })

  test('series of any doubles, bit for bit, with every kind of times', () => {
    const times = fc.constantFrom<(i: number) => number>(
      (i) => i * 0.1,
      (i) => 5 + i * 2.5,
      (i) => i * i,
      () => 0,
      (i) => (i % 7 === 3 ? NaN : i),
      (i) => -i,
    )
    fc.assert(
      fc.property(seriesValues, fc.option(times, { nil: undefined }), (values, timeOf) => {
        const timesUs = timeOf && values.map((_, i) => timeOf(i))
        const read = store.readSeriesFull(storeSeries(values, timesUs))
        expect(bitsOf(read.values)).toBe(bitsOf(values))
        expect(read.timesUs && bitsOf(read.timesUs)).toBe(timesUs ? bitsOf(timesUs) : null)
      }),
      { numRuns: 60 },
    )
  })

  test('runs, jobs, environments and hosts', () => {
    const run: Run = {
      ...base,
      status: 'refused',
      problem: {
        code: 'transport.contradicted',
        message: 'claimed fast',
        params: { fabric: 'fast', bytes: 12, ok: false },
        evidence: 'eth0 +5 GB',
      },
      transport: { claimed: 'fast', observed: ['eth0'], proof: 'counters', evidence: ["it's \u0000 \u202e \u001b[31m 日本語 💾"] },
      warnings: [{ code: 'x', message: 'y' }],
      facts: { list: ['a'], none: null, rate: 1e300 },
      artifacts: [{ name: '../../etc/passwd', sha256: 'a'.repeat(64), bytes: 5 }],
      startedAt: '2026-03-01T10:00:00.000Z',
    }
    store.completeRun(run, [], [])
    expect(store.findRun('run-1')).toEqual(run)
    expect(store.artifactReferences()).toEqual([{ sha256: 'a'.repeat(64), bytes: 5, subjects: ['run run-1: ../../etc/passwd'] }])
    const job = { runId: 'run-1', role: 'client', host: 'a', jobId: 'run-1-client', startedAt: 'now' }
    store.saveJob(job)
    store.saveJob({ ...job, startedAt: 'later' })
    expect(store.jobsOfRun('run-1')).toEqual([{ ...job, startedAt: 'later' }])
    const environment = environmentOf('exp-1', 'a')
    store.saveEnvironment(environmentOf('exp-1', 'b'))
    store.saveEnvironment(environment)
    store.saveEnvironment(environment)
    expect(store.environments('exp-1')).toEqual([environment, environmentOf('exp-1', 'b')])
    store.saveHost(savedHostOf('lab2'))
    store.saveHost({ ...savedHostOf('lab1'), inventory: environment.inventory, inventoryAt: 'now' })
    expect(store.listHosts().map(({ name }) => name)).toEqual(['lab1', 'lab2'])
    store.removeHost('lab2')
    expect(() => store.removeHost('lab2')).toThrow(expect.objectContaining({ code: 'store.not_found' }))
  })

  test('experiments are found by id, then by name, newest first; removed ones are hidden until restored', () => {
    store.createExperiment(experimentOf('exp-old', { name: 'same', createdAt: '2026-01-01T00:00:00.000Z' }), [])
    store.createExperiment(experimentOf('exp-new', { name: 'same', createdAt: '2026-02-01T00:00:00.000Z' }), [runOf('run-new', 'exp-new')])
    expect(store.findExperiment('same')?.id).toBe('exp-new')
    expect(store.runsWithStatus(['pending']).map(({ id }) => id)).toEqual(['run-new'])
    store.removeExperiment('exp-new')
    expect(store.findExperiment('exp-new')).toBeUndefined()
    expect(store.findExperiment('same')?.id).toBe('exp-old')
    expect(store.runsWithStatus(['pending'])).toEqual([])
    store.restoreExperiment('exp-new')
    store.markSimulated('exp-new')
    store.setExperimentStatus('exp-new', 'done', '2026-02-01T01:00:00.000Z')
    expect(store.findExperiment('exp-new')).toMatchObject({ simulated: true, status: 'done', counts: { total: 1, done: 0 } })
    expect(() => store.removeExperiment('exp-none')).toThrow(expect.objectContaining({ code: 'store.not_found' }))
    expect(() => store.createExperiment(experimentOf('exp-new'), [])).toThrow(expect.objectContaining({ code: 'input.invalid' }))
  })
})

describe('a downsampled series', () => {
  const finiteOf = (values: Float64Array): number[] => [...values].filter((value) => Number.isFinite(value))

  test('keeps the exact extremes, is in order, and holds only samples', () => {
    fc.assert(
      fc.property(seriesValues, fc.integer({ min: 4, max: 400 }), (values, maxPoints) => {
        const { x, y, min, max, total } = store.readSeries(storeSeries(values), { maxPoints })
        const all = finiteOf(values)
        expect(total).toBe(values.length)
        expect(y.length).toBeLessThanOrEqual(maxPoints)
        expect([min, max]).toEqual(
          all.length === 0 ? [0, 0] : [all.reduce((a, b) => Math.min(a, b)) + 0, all.reduce((a, b) => Math.max(a, b)) + 0],
        )
        if (all.length > 0) expect([finiteOf(y).includes(min), finiteOf(y).includes(max)]).toEqual([true, true])
        expect([...x]).toEqual([...x].sort((a, b) => a - b))
        expect([...y]).toEqual([...x].map((index) => values[index]))
      }),
      { numRuns: 100 },
    )
  })

  test('of a window is that of the samples in it', () => {
    fc.assert(
      fc.property(seriesValues, fc.nat(20_000), fc.nat(20_000), fc.boolean(), (values, a, b, irregular) => {
        const timeOf = (i: number): number => (irregular ? i + (i % 3) / 10 : 3 + i * 2)
        const id = storeSeries(
          values,
          values.map((_, i) => timeOf(i)),
        )
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const inside = values.filter((_, i) => timeOf(i) >= from && timeOf(i) <= to)
        const { x, y, total, min, max } = store.readSeries(id, { maxPoints: 200, from, to })
        const all = finiteOf(inside)
        expect(total).toBe(inside.length)
        expect([...x].every((time) => time >= from && time <= to)).toBe(true)
        if (all.length > 0) expect([min, max]).toEqual([all.reduce((p, q) => Math.min(p, q)) + 0, all.reduce((p, q) => Math.max(p, q)) + 0])
        if (inside.length <= 200) expect([...y]).toEqual(all)
      }),
      { numRuns: 60 },
    )
  })

  test('finds a single spike among a million samples', () => {
    const values = new Float64Array(1_000_000).fill(1)
    values[777_777] = 99
    values[123_456] = -99
    const { x, y, min, max } = store.readSeries(storeSeries(values), { maxPoints: 100 })
    expect([min, max]).toEqual([-99, 99])
    expect([x[[...y].indexOf(99)], x[[...y].indexOf(-99)]]).toEqual([777_777, 123_456])
  })
})

describe('expected failures', () => {
  test('unknown ids are named', () => {
    for (const call of [
      () => store.readSeries(-1, { maxPoints: 10 }),
      () => store.measurementsOfRun('run-none'),
      () => store.listRuns('exp-none'),
      () => store.saveRun(runOf('run-none', 'exp-1')),
      () => store.saveJob({ runId: 'run-none', role: 'r', host: 'h', jobId: 'j', startedAt: 's' }),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'store.not_found' }))
    }
  })
})
