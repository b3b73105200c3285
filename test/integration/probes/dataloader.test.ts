import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueBounds } from '../../../main/core/analysis/queue-bounds'
import type { Bound } from '../../../main/core/analysis/bounds'
import { sharedMessages } from '../../../preload/contract/messages'
import { dataloaderParams, type DataloaderParams } from '../../../remote-scripts/dataloader/params'
import dataloader from '../../../remote-scripts/dataloader/probe'
import type { LaunchContext, RunReading } from '../../../remote-scripts/_kit/probe'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const hasTorch = spawnSync(python, ['-c', 'import torch.utils.data']).status === 0

const on = (params: Record<string, unknown>): LaunchContext<DataloaderParams> => ({
  params: dataloaderParams.parse({ batch: 4, sample_bytes: 1000, decode: 'sleep', step: 'sleep', warmup_steps: 3, ...params }),
  arm: {},
  fabric: null,
  hosts: [{ name: 'a', python, inventory: null }],
})

const sweep = async (params: Record<string, unknown>): Promise<RunReading> => dataloader.read(await runRoles(dataloader, on(params)))

const valueOf = ({ measurements }: RunReading, name: string, workers: number): number =>
  measurements.find(({ metric, dimensions }) => metric === `dataloader.${name}` && dimensions['workers'] === workers)?.value ?? Number.NaN

const boundOf = ({ facts, measurements }: RunReading, name: string, workers: number): Bound | null => {
  const dimensions = measurements.find((one) => one.dimensions['workers'] === workers)?.dimensions ?? {}
  return queueBounds(sharedMessages.en)({ metric: `dataloader.${name}`, dimensions, arm: {}, hosts: ['a'], facts })
}

/** Measured over expected; sleeping overshoots and hand-over takes time, so the measurement may lie this much below, and hardly above. */
const expectNear = (measured: number, expected: number, below: number): void => {
  expect(measured / expected).toBeGreaterThan(1 - below)
  expect(measured / expected).toBeLessThan(1.08)
}

describe.skipIf(!hasTorch)('a real DataLoader under a step of known length', { timeout: 120_000 }, () => {
  // Others may use the processors while this runs: a disturbed sweep is made again.
  it('delivers min(1/s, w/d) far from saturation, and takes turns without workers', { retry: 2 }, async () => {
    // d = 4 samples of 25 ms; s = 40 ms: one worker is too slow, four are more than enough.
    const reading = await sweep({ workers: [0, 1, 4], decode_us: 25_000, step_us: 40_000, steps: 20 })
    expect(reading.problem).toBeNull()
    expectNear(valueOf(reading, 'samples_per_s', 0), 4 / (0.1 + 0.04), 0.25)
    expectNear(valueOf(reading, 'samples_per_s', 1), 4 / 0.1, 0.25)
    expectNear(valueOf(reading, 'samples_per_s', 4), 4 / 0.04, 0.25)
    expect(valueOf(reading, 'wait_share', 1)).toBeGreaterThan(0.45)
    expect(valueOf(reading, 'wait_share', 4)).toBeLessThan(0.2)
    // Enough workers keep a full queue, too few an empty one.
    expect(valueOf(reading, 'queue_ready', 4)).toBeGreaterThan(4)
    expect(valueOf(reading, 'queue_ready', 1)).toBeLessThan(0.5)
    for (const workers of [0, 1, 4]) {
      const bound = boundOf(reading, 'samples_per_s', workers)
      expect(bound?.source).toMatch(workers === 0 ? /take turns$/ : /M\/M\/1\/\d+ is refused/)
      expectNear(valueOf(reading, 'samples_per_s', workers), bound?.value ?? 0, 0.2)
    }
    expect(reading.series.filter(({ metric }) => metric === 'dataloader.wait').map(({ values }) => values.length)).toEqual([20, 20, 20])
  })

  it('starves as M/M/1/K says when both times are exponential', { retry: 2 }, async () => {
    const params = { workers: 1, prefetch: 2, batch: 1, decode_us: 12_000, decode_cv: 1, step_us: 12_000, step_cv: 1, steps: 400, seed: 3 }
    const reading = await sweep(params)
    expect(reading.problem).toBeNull()
    const bound = boundOf(reading, 'wait_share', 1)
    expect(bound?.source).toMatch(/^M\/M\/1\/3 predicts/)
    // Balanced, K = 3: a quarter of the time, where steady times would not starve at all. 400 steps leave a spread of some hundredths,
    // and handing a batch over takes a part of each step that the model does not know: more on a crowded machine.
    const predicted = bound?.value ?? 0
    expect(predicted).toBeGreaterThan(0.18)
    expect(predicted).toBeLessThan(0.34)
    expect(valueOf(reading, 'wait_share', 1) - predicted).toBeGreaterThan(-0.06)
    expect(valueOf(reading, 'wait_share', 1) - predicted).toBeLessThan(0.14)
    expectNear(valueOf(reading, 'samples_per_s', 1), boundOf(reading, 'samples_per_s', 1)?.value ?? 0, 0.2)
  })

  it('counts computing as processor time, in the workers too', { retry: 2 }, async () => {
    // 2 samples of 5 ms on the processor per batch; the step sleeps. One batch costs 10 ms of one processor, however long it takes.
    const reading = await sweep({ workers: [0, 1], batch: 2, decode: 'busy', decode_us: 5000, step_us: 1000, steps: 40 })
    for (const workers of [0, 1]) {
      const perBatchMs = (valueOf(reading, 'cpu_use', workers) / valueOf(reading, 'samples_per_s', workers)) * 2000
      expect(perBatchMs).toBeGreaterThan(8)
      expect(perBatchMs).toBeLessThan(16)
    }
  })

  describe('with a dataset of the user’s', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hr-dataset-'))
    beforeAll(() =>
      writeFileSync(
        join(folder, 'mine.py'),
        [
          'class Squares(object):',
          '    def __len__(self): return 7',
          '    def __getitem__(self, index): return index * index',
          'class Broken(Squares):',
          '    def __getitem__(self, index): raise FileNotFoundError("no such file: /data/17.jpg")',
          'def good(): return Squares(), lambda samples: sum(samples)',
          'def endless(): return iter([1])',
        ].join('\n'),
      ),
    )
    afterAll(() => rmSync(folder, { recursive: true }))
    const own = (name: string): Promise<RunReading> =>
      sweep({ dataset: `mine:${name}`, dataset_path: folder, workers: [0, 2], step_us: 1000, steps: 20 })

    it('runs it, goes round it, and uses its collate function', async () => {
      const reading = await own('good')
      expect(reading).toMatchObject({ problem: null, facts: { dataset: 'mine:good' } })
      expect(valueOf(reading, 'samples_per_s', 2)).toBeGreaterThan(0)
    })

    it.each([
      ['Broken', 'FileNotFoundError: no such file: /data/17.jpg'],
      ['endless', 'a map-style dataset'],
      ['absent', "no attribute 'absent'"],
    ])('%s: says what went wrong', async (name, words) => {
      expect((await own(name)).problem).toMatchObject({ code: 'parse.tool_reported_error', message: expect.stringContaining(words) })
    })
  })

  it('does not pretend to pin memory without a GPU', async () => {
    const reading = await sweep({ workers: 0, pinned: [true, false], decode_us: 100, step_us: 100, steps: 10 })
    const pinned = reading.measurements.filter(({ dimensions }) => dimensions['pinned'] === true)
    const gpu = spawnSync(python, ['-c', 'import torch; assert torch.cuda.is_available()']).status === 0
    expect(pinned.length > 0).toBe(gpu)
    expect(reading.warnings.some(({ code }) => code === 'not_measured')).toBe(!gpu)
  })
})
