import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { memoryBench } from './formats/memory-bench'
import { memoryJobs } from './jobs'
import { memoryParams } from './params'
import { memoryPreflight } from './preflight'

const preflight = (...args: Parameters<typeof memoryPreflight>) => canRunIn(memoryPreflight(...args), 'en')

const python = (path: string, more: Partial<Inventory['pythons'][number]> = {}): Inventory['pythons'][number] => ({
  path,
  version: '3.11.2',
  torch: null,
  cuda: false,
  numpy: false,
  ...more,
})
const gpu = {
  index: 0,
  name: 'A100',
  uuid: null,
  memoryMiB: null,
  driver: null,
  computeCapability: null,
  smClockMHz: null,
  pcieGen: null,
  pcieWidth: null,
}
const host = (pythons: Inventory['pythons'], more: Partial<Inventory> = {}): Inventory => ({ ...emptyInventory, pythons, ...more })
const compiler = { tools: { cc: { path: '/usr/bin/cc', version: '12.2.0' } } }

describe('preflight', () => {
  it.each([
    ['numpy', host([python('/a', { torch: '2.1' }), python('/b', { numpy: true })])],
    ['torch', host([python('/a', { torch: '2.1' })], compiler)],
    ['c', host([python('/a')], compiler)],
  ])('goes by %s', (via, inventory) => {
    expect(preflight(inventory, null)).toMatchObject({ canRun: true, via })
  })

  it.each([
    ['There is no Python', host([python('/a', { version: '3.5.2', numpy: true })]), undefined],
    ['numpy, torch and a C compiler are all missing', host([python('/a')]), undefined],
    ['no Python here has torch', host([python('/a', { numpy: true })], compiler), 'torch' as const],
    ['there is no C compiler', host([python('/a', { numpy: true })]), 'c' as const],
  ])('says: %s', (why, inventory, engine) => {
    const answer = preflight(inventory, engine ? memoryParams.parse({ engine }) : null)
    expect(answer).toMatchObject({ canRun: false, via: null, why: [expect.stringContaining(why)] })
    expect(answer.fix.length).toBeGreaterThan(0)
  })
})

describe('jobs', () => {
  const first = (inventory: Inventory | null, params = {}, python: string | null = null): Record<string, unknown> | undefined =>
    memoryJobs({ params: memoryParams.parse(params), arm: {}, fabric: null, hosts: [{ name: 'a', python, inventory }] })[0]?.env

  it('take a Python that also sees the GPUs, the plan’s own before all', () => {
    const both = [python('/plain', { numpy: true }), python('/cuda', { numpy: true, torch: '2.1', cuda: true })]
    expect(first(host(both))).toMatchObject({ HR_PYTHON: '/plain', HR_ENGINE: 'numpy' })
    expect(first(host(both, { gpus: [gpu] }))).toMatchObject({ HR_PYTHON: '/cuda' })
    expect(first(host(both), {}, '/mine')).toMatchObject({ HR_PYTHON: '/mine', HR_ENGINE: 'auto' })
  })

  it('look for the engine on the host when nothing is known of it', () => {
    expect(first(null, { engine: 'torch', size_bytes: 1_048_576 })).toMatchObject({ HR_MODULE: 'torch', HR_SIZE_BYTES: '1048576' })
    expect(first(null)).toMatchObject({ HR_MODULE: 'sys', HR_WORKERS: '' })
  })
})

describe('a kernel that gave wrong values', () => {
  it('has no bandwidth, and the launch a problem that says why', () => {
    const text = [
      '{"headroom": "memory-bench", "version": 1, "engine": "c", "workers": 1, "cpus": 8, "cache_bytes": 1048576}',
      '{"test": "copy", "device": "cpu", "array_bytes": 134217728, "passes": 1, "times_us": [26843.5456], "wrong": 0}',
      '{"test": "triad", "device": "cpu", "array_bytes": 134217728, "passes": 1, "times_us": [40265.3184], "wrong": 2}',
      '{"end": true}',
      '',
    ].join('\n')
    const [result] = memoryBench.parse(text)
    expect(result?.measurements.map(({ metric, value }) => [metric, value])).toEqual([
      ['memory.copy_bandwidth', 10],
      ['memory.copy_bandwidth', 10],
      ['memory.wrong', 2],
    ])
    expect(result?.rows).toEqual({ understood: 2, skipped: 0 })
    expect(result?.problem).toMatchObject({
      code: 'parse.tool_reported_error',
      message: expect.stringContaining('2 wrong values') as string,
    })
  })
})
