import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import type { LaunchContext } from '../_kit/probe'
import { choose } from './choice'
import { zeroJobs } from './jobs'
import { parameterCount, presets, sizesOf, zeroParams, type ZeroParams } from './params'
import { zeroPreflight } from './preflight'
import zero from './probe'

const preflight = (...args: Parameters<typeof zeroPreflight>) => canRunIn(zeroPreflight(...args), 'en')

const gpu = (memoryMiB: number): Inventory['gpus'][number] => ({
  index: 0,
  name: 'A100',
  uuid: null,
  memoryMiB,
  driver: null,
  computeCapability: null,
  smClockMHz: null,
  pcieGen: null,
  pcieWidth: null,
})
const inventoryOf = (more: Partial<Inventory>): Inventory => ({ ...emptyInventory, ...more })
const torch = (cuda: boolean): Inventory['pythons'] => [{ path: '/usr/bin/python3', version: '3.11.2', torch: '2.4.0', cuda }]
const cpuHost = inventoryOf({ pythons: torch(false), memoryMiB: 16_384 })
const gpuHost = inventoryOf({ gpus: [gpu(81_920), gpu(81_920)], pythons: torch(true), memoryMiB: 1_000_000 })

const context = (given: Record<string, unknown>, inventories: Inventory[]): LaunchContext<ZeroParams> => ({
  params: zeroParams.parse(given),
  arm: { fabric: 'fast' },
  fabric: { name: 'fast', spec: { kind: 'ethernet', interfaces: { h0: 'eth0', h1: 'eth1' } } },
  hosts: inventories.map((inventory, index) => ({ name: `h${index}`, python: null, inventory })),
})

describe('the presets', () => {
  it.each([
    ['tiny', 1_063_680],
    ['small', 17_037_312],
    ['125m', 125_164_032],
    ['1.3b', 1_317_654_528],
    ['13b', 12_858_214_400],
  ] as const)('%s has the parameters of its name', (name, count) => {
    expect(parameterCount(presets[name])).toBe(count)
  })

  it('give way to explicit sizes, which must fit each other', () => {
    expect(sizesOf(zeroParams.parse({ preset: '125m', layers: 2 }))).toEqual({ ...presets['125m'], layers: 2 })
    expect(() => zeroParams.parse({ hidden: 130 })).toThrow(/multiple of heads/)
  })
})

describe('choose', () => {
  it('takes NCCL and bfloat16 where every host has GPUs, else gloo and float32, and one rank for each GPU', () => {
    expect(choose(context({}, [gpuHost, gpuHost]))).toEqual({ backend: 'nccl', dtype: 'bfloat16', ranksPerHost: 2 })
    expect(choose(context({}, [gpuHost, cpuHost]))).toEqual({ backend: 'gloo', dtype: 'float32', ranksPerHost: 1 })
    expect(choose(context({ engine: 'deepspeed' }, [cpuHost]))).toMatchObject({ backend: 'nccl' })
  })

  it('refuses what only GPUs can do with gloo', () => {
    expect(() => zeroParams.parse({ backend: 'gloo', dtype: 'float16' })).toThrow(/GPUs/)
    expect(() => zeroParams.parse({ backend: 'gloo', engine: 'deepspeed' })).toThrow(/GPUs/)
  })
})

describe('zeroJobs', () => {
  it('gives every host its ranks, the stage and the sizes, and holds them to the fabric', () => {
    const jobs = zeroJobs(context({ zero_stage: 3, preset: 'small', heads: 3, grad_accum: 2 }, [cpuHost, cpuHost]))
    expect(jobs.map(({ role, host, after, script }) => [role, host, after, script])).toEqual([
      ['node0', 'h0', undefined, '_kit/ranks.sh'],
      ['node1', 'h1', 'node0', '_kit/ranks.sh'],
    ])
    expect(jobs[1]?.env).toMatchObject({
      HR_BENCH: 'zero/zero_bench.py',
      HR_BACKEND: 'gloo',
      HR_INTERFACE: 'eth1',
      HR_RANK_OFFSET: '1',
      HR_WORLD: '2',
      HR_ZERO_STAGE: '3',
      HR_LAYERS: '6',
      HR_HEADS: '3',
      HR_GRAD_ACCUM: '2',
      HR_DTYPE: 'float32',
      HR_MASTER_PORT: { role: 'node0', fact: 'port' },
    })
    expect(jobs[1]?.display).toMatch(/^GLOO_SOCKET_IFNAME=eth1 HR_BENCH=zero\/zero_bench\.py .*HR_ZERO_STAGE=3/)
    const onGpus = zeroJobs(context({}, [gpuHost, gpuHost]))
    expect(onGpus[0]?.env).toMatchObject({ NCCL_NET: 'Socket', NCCL_SOCKET_IFNAME: '=eth0,eth1', HR_RANKS: '2', HR_WORLD: '4' })
  })

  it('asks for deepspeed where its engine is wanted', () => {
    expect(zeroJobs(context({ engine: 'deepspeed' }, [gpuHost]))[0]?.env).toMatchObject({ HR_MODULE: 'deepspeed', HR_ENGINE: 'deepspeed' })
  })
})

describe('preflight', () => {
  const params = (given: Record<string, unknown>): ZeroParams => zeroParams.parse(given)

  it('names the way, or the lack with what mends it', () => {
    expect(preflight(cpuHost, null)).toEqual({ probe: 'zero', canRun: true, via: 'torch/gloo', why: [], fix: [] })
    expect(preflight(inventoryOf({}), null)).toMatchObject({ canRun: false, why: ['No Python here has torch.'] })
    const noGpu = preflight(cpuHost, params({ backend: 'nccl' }))
    expect(noGpu.why).toEqual([
      'NCCL needs GPUs, and nvidia-smi shows none.',
      'The torch of /usr/bin/python3 is built without GPU support.',
    ])
  })

  it('runs on a simulated host what its lab plays, and does not pretend to train there otherwise', () => {
    const unplayed = { canRun: false, why: [expect.stringContaining('simulated')] }
    expect(preflight({ ...cpuHost, simulated: true }, null)).toMatchObject(unplayed)
    const simulated = { ...gpuHost, simulated: true }
    expect(preflight(simulated, null)).toMatchObject({ canRun: true, via: 'torch/nccl' })
    expect(preflight(simulated, params({ backend: 'gloo' }))).toMatchObject(unplayed)
    expect(preflight(simulated, params({ engine: 'deepspeed' })).fix).toContain('set params.engine to own')
  })

  it('refuses a model whose states no number of ranks makes fit, and only that', () => {
    const whole = preflight(gpuHost, params({ preset: '13b', zero_stage: 0 }))
    expect(whole).toMatchObject({ canRun: false, why: ['Stage 0 holds at least 206 GB of model states here, and a GPU has 85.9 GB.'] })
    expect(whole.fix).toContain('set params.zero_stage to 3')
    for (const stage of [1, 2, 3]) expect(preflight(gpuHost, params({ preset: '13b', zero_stage: stage })).canRun).toBe(true)
    expect(preflight(cpuHost, params({ preset: '1.3b' })).why[0]).toMatch(/^Stage 0 holds at least 21.1 GB .* the host has 17.2 GB/)
  })
})

describe('expectedSeconds', () => {
  it('grows with model, steps and stage', () => {
    const seconds = (given: Record<string, unknown>): number => zero.expectedSeconds(zeroParams.parse(given))
    expect(seconds({})).toBeGreaterThan(8)
    expect(seconds({ steps: 100 })).toBeGreaterThan(seconds({}))
    expect(seconds({ preset: '125m', backend: 'gloo' })).toBeGreaterThan(100 * (seconds({ backend: 'gloo' }) - 8))
    expect(seconds({ zero_stage: 3 })).toBeGreaterThan(seconds({ zero_stage: 1 }))
  })
})
