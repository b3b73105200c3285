import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { dataloaderJobs } from './jobs'
import { configsOf, dataloaderParams, sweepSeconds } from './params'
import { dataloaderPreflight, dataloaderPython } from './preflight'

const preflight = (...args: Parameters<typeof dataloaderPreflight>) => canRunIn(dataloaderPreflight(...args), 'en')

const host = (...pythons: Partial<Inventory['pythons'][number]>[]): Inventory => ({
  ...emptyInventory,
  pythons: pythons.map((one, index) => ({ path: `/python${index}`, version: '3.11.2', torch: '2.4.0', cuda: false, ...one })),
})

describe('settings', () => {
  it('are every combination, one value or many, without repeats', () => {
    const params = dataloaderParams.parse({ workers: [0, 2, 2], prefetch: [2, 4], batch: 8, pinned: [true, false] })
    expect(configsOf(params).map(({ workers, prefetch, batch, pinned }) => [workers, prefetch, batch, pinned])).toEqual([
      [0, 2, 8, true],
      [0, 2, 8, false],
      [2, 2, 8, true],
      [2, 2, 8, false],
      [2, 4, 8, true],
      [2, 4, 8, false],
    ])
    expect(configsOf(dataloaderParams.parse({ workers: 4 }))).toHaveLength(1)
  })

  it('are refused when there are too many, and for a dataset that is no module:callable', () => {
    const many = Array.from({ length: 9 }, (_, index) => index + 1)
    expect(dataloaderParams.safeParse({ workers: many, batch: many }).success).toBe(false)
    expect(dataloaderParams.safeParse({ dataset: 'import os; os.system("x")' }).success).toBe(false)
    expect(dataloaderParams.safeParse({ dataset: 'my.data:make' }).success).toBe(true)
  })

  it('give each repeat an order and times of its own', () => {
    const seedIn = (repeat: number): unknown => {
      const [job] = dataloaderJobs({
        params: dataloaderParams.parse({ seed: 3 }),
        arm: {},
        repeat,
        fabric: null,
        hosts: [{ name: 'a', python: '/py', inventory: null }],
      })
      return (JSON.parse(String(job?.env['HR_DATALOADER'])) as { seed: unknown }).seed
    }
    expect([1, 2, 5].map(seedIn)).toEqual([3, 4, 7])
  })

  it('take the time of the slower of loading and stepping', () => {
    const base = { steps: 100, warmup_steps: 0, batch: 10, decode_us: 1000, step_us: 1000, prefetch: 1 }
    // 100 steps of 11 ms; with two workers 102 of 5 ms.
    expect(sweepSeconds(dataloaderParams.parse({ ...base, workers: 0 }))).toBeCloseTo(4.5 + 1.1, 6)
    expect(sweepSeconds(dataloaderParams.parse({ ...base, workers: 2 }))).toBeCloseTo(4.5 + 0.51, 6)
  })
})

describe('preflight', () => {
  it('needs torch, and for pinned memory alone a GPU', () => {
    expect(preflight(host({}), null)).toMatchObject({ canRun: true, via: 'torch', why: [] })
    const bare = preflight(host({ torch: null }), null)
    expect(bare).toMatchObject({ canRun: false, why: ['No Python here has torch.'] })
    expect(bare.fix).toContain('pip install torch')
    const pinned = preflight(host({}), dataloaderParams.parse({ pinned: true }))
    expect(pinned.why).toEqual(['Pinned memory is asked for, and there is no GPU.', 'The torch of /python0 is built without GPU support.'])
    expect(preflight(host({}), dataloaderParams.parse({ pinned: [true, false] })).canRun).toBe(true)
  })

  it('takes a torch for GPUs where pinning is tried', () => {
    const inventory = host({}, { cuda: true })
    expect(dataloaderPython(inventory, dataloaderParams.parse({}))).toBe('/python0')
    expect(dataloaderPython(inventory, dataloaderParams.parse({ pinned: [true, false] }))).toBe('/python1')
  })
})
