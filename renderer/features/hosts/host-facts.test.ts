import { describe, expect, it } from 'vitest'
import type { Inventory } from '../../../preload/contract/inventory'
import { draftErrors, draftSpec, suggestName, type HostDraft } from './add-host'
import { fastestLink, gpuGroups } from './host-facts'

const gpu = (index: number, name: string) => ({
  index,
  name,
  uuid: null,
  memoryMiB: 1024,
  driver: null,
  computeCapability: null,
  smClockMHz: null,
  pcieGen: null,
  pcieWidth: null,
})

const inventory = {
  gpus: [gpu(0, 'A'), gpu(1, 'A'), gpu(2, 'A'), gpu(3, 'B')],
  interfaces: [
    { name: 'lo', addresses: [], rateGbps: 400, mtu: null, driver: null, linkType: 'loopback', up: true },
    { name: 'eth0', addresses: [], rateGbps: 25, mtu: null, driver: null, linkType: 'ethernet', up: true },
    { name: 'eth1', addresses: [], rateGbps: 800, mtu: null, driver: null, linkType: 'ethernet', up: false },
  ],
  hcas: [
    { name: 'mlx5_0', port: 1, linkLayer: 'InfiniBand', state: '4: ACTIVE', rateGbps: 200, firmware: null, interface: null },
    { name: 'mlx5_1', port: 1, linkLayer: 'InfiniBand', state: '1: DOWN', rateGbps: 400, firmware: null, interface: null },
  ],
} as unknown as Inventory

describe('host facts', () => {
  it('counts only links that are up and real', () => {
    expect(fastestLink(inventory)).toEqual({ name: 'mlx5_0', rateGbps: 200 })
    expect(fastestLink({ ...inventory, hcas: [] })).toEqual({ name: 'eth0', rateGbps: 25 })
    expect(fastestLink({ ...inventory, hcas: [], interfaces: [] })).toBeNull()
  })

  it('groups GPUs that are alike', () => {
    expect(gpuGroups(inventory).map((group) => [group.indices, group.gpu.name])).toEqual([
      ['0 – 2', 'A'],
      ['3', 'B'],
    ])
  })
})

describe('a new host', () => {
  const draft: HostDraft = { name: 'gpu', kind: 'address', alias: '', address: 'me@gpu:22', setup: ' ', python: '' }

  it('names what is wrong', () => {
    expect(draftErrors(draft, [])).toEqual({})
    expect(draftErrors(draft, ['gpu'])).toEqual({ name: 'nameTaken' })
    expect(draftErrors({ ...draft, name: 'a b', address: '-oProxyCommand=x' }, [])).toEqual({ name: 'badName', target: 'badAddress' })
    expect(draftErrors({ ...draft, address: '' }, [])).toEqual({ target: 'badAddress' })
  })

  it('becomes a spec without empty fields', () => {
    expect(draftSpec(draft)).toEqual({ ssh: 'me@gpu:22' })
    expect(draftSpec({ ...draft, kind: 'local', setup: 'module load cuda' })).toEqual({ local: true, setup: 'module load cuda' })
  })

  it('gets a name from its address', () => {
    expect(['root@gpu-07.lab:2222', '10.0.0.7', 'lab1'].map(suggestName)).toEqual(['gpu-07', '10.0.0.7', 'lab1'])
  })
})
