import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { choose } from './choice'
import { ncclParams } from './params'
import { ncclPreflight } from './preflight'
import { mergeRanks } from '../_kit/rank-files'
import { hostFactor } from './read'

const preflight = (...args: Parameters<typeof ncclPreflight>) => canRunIn(ncclPreflight(...args), 'en')

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
const inventoryOf = (more: Partial<Inventory>): Inventory => ({ ...emptyInventory, ...more })
const tests = Object.fromEntries(['all_reduce_perf', 'mpirun'].map((name) => [name, { path: `/usr/bin/${name}`, version: null }]))
const torch = (cuda: boolean): Inventory['pythons'] => [{ path: '/usr/bin/python3', version: '3.11.2', torch: '2.4.0', cuda }]
const hosts = (...inventories: (Inventory | null)[]): { name: string; python: null; inventory: Inventory | null }[] =>
  inventories.map((inventory, index) => ({ name: `h${index}`, python: null, inventory }))
const params = ncclParams.parse({})

describe('choose', () => {
  const full = inventoryOf({ gpus: [gpu, { ...gpu, index: 1 }], tools: tests, pythons: torch(true) })

  it('prefers nccl-tests, with as many ranks as the host with the fewest GPUs has', () => {
    const less = inventoryOf({ gpus: [gpu], tools: tests })
    expect(choose({ params, hosts: hosts(full, full) })).toEqual({ via: 'nccl-tests', backend: 'nccl', ranksPerHost: 2 })
    expect(choose({ params, hosts: hosts(full, less) })).toEqual({ via: 'nccl-tests', backend: 'nccl', ranksPerHost: 1 })
  })

  it('falls back to torch where a host lacks the programs or the first lacks mpirun', () => {
    const noPrograms = inventoryOf({ ...full, tools: {} })
    const noLauncher = inventoryOf({ ...full, tools: { all_reduce_perf: { path: '/x', version: null } } })
    expect(choose({ params, hosts: hosts(full, noPrograms) }).via).toBe('torch')
    expect(choose({ params, hosts: hosts(noLauncher, full) })).toMatchObject({ via: 'torch', backend: 'nccl' })
    expect(choose({ params, hosts: hosts(noLauncher) }).via).toBe('nccl-tests')
  })

  it('uses gloo where a host has no GPU, no GPU torch or no inventory', () => {
    for (const other of [inventoryOf({ pythons: torch(false) }), inventoryOf({ gpus: [gpu], pythons: torch(false) }), null]) {
      expect(choose({ params, hosts: hosts(full, other) })).toEqual({ via: 'torch', backend: 'gloo', ranksPerHost: 1 })
    }
  })
})

describe('preflight', () => {
  it('plays nccl-tests on a simulated host, and not torch', () => {
    const simulated = { ...inventoryOf({ pythons: torch(true) }), simulated: true }
    expect(preflight(simulated, null)).toMatchObject({ canRun: false, why: [expect.stringContaining('simulated')] })
    expect(preflight(simulated, null).fix).toContain('set params.use to nccl-tests')
  })

  it('names the way or the lack with a command', () => {
    expect(preflight(inventoryOf({ pythons: torch(false) }), null)).toEqual({
      probe: 'nccl',
      canRun: true,
      via: 'torch/gloo',
      why: [],
      fix: [],
    })
    const bare = preflight(inventoryOf({}), null)
    expect(bare).toMatchObject({ canRun: false, via: null, why: ['No Python here has torch.'] })
    expect(bare.fix).toContain('pip install torch')
    const noGpu = preflight(inventoryOf({ pythons: torch(true) }), ncclParams.parse({ backend: 'nccl' }))
    expect(noGpu.why).toEqual(['NCCL needs GPUs, and nvidia-smi shows none.'])
  })
})

describe('mergeRanks', () => {
  const file = (rank: number, end: boolean): string =>
    `{"headroom": "collective-bench", "world_size": 2}\n{"rank":${rank}}\n${end ? '{"end": true}\n' : ''}`

  it('is one bench with one end, and has no end when a rank did not reach it or is missing', () => {
    expect(mergeRanks([file(0, true), file(1, true)])).toBe(
      '{"headroom": "collective-bench", "world_size": 2}\n{"rank":0}\n{"rank":1}\n{"end": true}\n',
    )
    expect(mergeRanks([file(0, true), file(1, false)])).not.toContain('end')
    expect(mergeRanks([file(0, true)])).not.toContain('end')
    expect(mergeRanks([])).toBe('')
  })
})

describe('hostFactor', () => {
  it('is the known lower bound with hosts for ranks', () => {
    expect(['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall', 'broadcast'].map((name) => hostFactor(name, 4, 8))).toEqual([
      1.5, 0.75, 0.75, 6, 1,
    ])
    expect(hostFactor('sendrecv', 2, 1)).toBe(0)
  })
})

describe('ncclParams', () => {
  it('refuses contradictions', () => {
    expect(ncclParams.safeParse({ min_bytes: 2048, max_bytes: 1024 }).success).toBe(false)
    expect(ncclParams.safeParse({ use: 'nccl-tests', backend: 'gloo' }).success).toBe(false)
    expect(ncclParams.safeParse({ colectives: ['all_reduce'] }).success).toBe(false)
  })
})
