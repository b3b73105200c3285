import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../../preload/contract'
import { memoryParams, type MemoryParams } from '../../../remote-scripts/memory-bandwidth/params'
import memory from '../../../remote-scripts/memory-bandwidth/probe'
import type { LaunchContext, RunReading } from '../../../remote-scripts/_kit/probe'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const works = (command: string, ...words: string[]): boolean => spawnSync(command, words).status === 0
const engines = [
  ['numpy', works(python, '-c', 'import numpy')],
  ['torch', works(python, '-c', 'import torch')],
  ['c', works(python, '-c', '1') && works('cc', '--version')],
] as const

const on = (params: Record<string, unknown>): LaunchContext<MemoryParams> => ({
  params: memoryParams.parse(params),
  arm: {},
  fabric: null,
  hosts: [{ name: 'a', python, inventory: null }],
})

const measure = async (params: Record<string, unknown>, env: Record<string, string> = {}): Promise<RunReading> =>
  memory.read(await runRoles(memory, on(params), { env }))

const valueOf = (measurements: Measurement[], metric: string, stat: string): number =>
  measurements.find((one) => one.metric === metric && one.dimensions['stat'] === stat)?.value ?? Number.NaN

/** Another program's best copy of an array far larger than the caches, GB/s counted alike: both arrays. */
const copyByNode = (): number => {
  const [from, to] = [Buffer.alloc(2 ** 28, 1), Buffer.alloc(2 ** 28, 2)]
  let best = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 8; turn += 1) {
    const start = process.hrtime.bigint()
    from.copy(to)
    best = Math.min(best, Number(process.hrtime.bigint() - start))
  }
  return (2 * from.length) / best
}

describe('memory bandwidth of this machine', { timeout: 120_000 }, () => {
  it.each(engines.filter(([, there]) => there).map(([engine]) => engine))(
    'by %s: with one process the copy is what another program reaches',
    // Both take turns on a machine that others may use: a disturbed comparison is made again.
    { retry: 2 },
    async (engine) => {
      const reading = await measure({ engine, workers: 1, repeats: 8, gpu: false })
      expect(reading.problem).toBeNull()
      expect(reading.facts).toMatchObject({ engine, workers: 1 })
      const { measurements } = reading
      for (const metric of ['memory.copy_bandwidth', 'memory.triad_bandwidth'])
        expect(valueOf(measurements, metric, 'median')).toBeLessThanOrEqual(valueOf(measurements, metric, 'best'))
      const ratio = valueOf(measurements, 'memory.copy_bandwidth', 'best') / copyByNode()
      expect(ratio).toBeGreaterThan(0.3)
      expect(ratio).toBeLessThan(3.5)
      const triad = valueOf(measurements, 'memory.triad_bandwidth', 'best') / valueOf(measurements, 'memory.copy_bandwidth', 'best')
      expect(triad).toBeGreaterThan(0.3)
      expect(triad).toBeLessThan(3)
      expect(measurements.find(({ metric }) => metric === 'memory.wrong')?.value).toBe(0)
      expect(reading.series.map(({ values }) => values.length)).toEqual([8, 8])
    },
  )

  const some = engines.find(([, there]) => there)?.[0]
  it.skipIf(!some)('in the caches is marked as such, and more memory than there is is refused before it is touched', async () => {
    const small = await measure({ engine: some, size_bytes: 1_048_576, workers: 2, repeats: 3, gpu: false })
    expect(small.problem).toBeNull()
    expect(small.measurements.filter(({ dimensions }) => dimensions['cache'] === 'outside')).toEqual([])
    expect(small.warnings.map(({ code }) => code)).toEqual([expect.stringMatching(/^(in_cache|cache_unknown)$/)])
    const giant = await measure({ engine: some, size_bytes: 2 ** 42, repeats: 3, gpu: false })
    expect(giant.problem).toMatchObject({ code: 'remote.out_of_memory', message: expect.stringContaining('do not fit') })
  })

  it('says that nothing here can measure, and why each engine cannot', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hr-broken-'))
    try {
      writeFileSync(join(folder, 'numpy.py'), 'raise ImportError("libblas.so.3 is missing")\n')
      const reading = await measure({ engine: 'numpy', gpu: false }, { PYTHONPATH: folder })
      expect(reading.problem).toMatchObject({
        code: 'remote.python_missing',
        message: expect.stringContaining('numpy: libblas.so.3 is missing'),
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
