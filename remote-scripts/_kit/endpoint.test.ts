import { describe, expect, it } from 'vitest'
import type { FabricSpec, Inventory } from '../../preload/contract'
import { endpointOf, shellWord } from './endpoint'

const link = (name: string, addresses: string[], more: Partial<Inventory['interfaces'][number]> = {}): Inventory['interfaces'][number] => ({
  name,
  addresses,
  rateGbps: null,
  mtu: 1500,
  driver: 'mlx5_core',
  linkType: 'ethernet',
  up: true,
  ...more,
})

const inventory = {
  interfaces: [
    link('lo', ['127.0.0.1'], { linkType: 'loopback', driver: null }),
    link('docker0', ['172.17.0.1'], { driver: 'bridge' }),
    link('eth1', ['10.9.0.1'], { up: false }),
    link('eth0', ['fe80::1', '2001:db8::5', '192.0.2.7']),
    link('ib0', ['10.0.0.7'], { linkType: 'infiniband' }),
  ],
  hcas: [
    { name: 'mlx5_0', port: 1, linkLayer: 'Ethernet', state: 'DOWN', rateGbps: null, firmware: null, interface: 'eth1' },
    { name: 'mlx5_1', port: 1, linkLayer: 'InfiniBand', state: 'ACTIVE', rateGbps: 200, firmware: null, interface: 'ib0' },
  ],
} as Partial<Inventory> as Inventory

const endpoint = (spec: FabricSpec | null, known: Inventory | null = inventory): ReturnType<typeof endpointOf> =>
  endpointOf({ params: {}, arm: {}, fabric: spec && { name: 'f', spec }, hosts: [{ name: 'a', python: null, inventory: known }] }, 0)

describe('endpointOf', () => {
  it('takes what the fabric names', () => {
    expect(endpoint({ kind: 'ethernet', interfaces: { a: 'ib0' } })).toMatchObject({
      interface: 'ib0',
      address: '10.0.0.7',
      fixedAddress: null,
    })
    expect(endpoint({ kind: 'ethernet', interfaces: { a: 'eth0' }, addresses: { a: '192.0.2.99' } })).toMatchObject({
      address: '192.0.2.99',
      fixedAddress: '192.0.2.99',
    })
    expect(endpoint({ kind: 'infiniband', hcas: { a: 'mlx5_1:1' } })).toMatchObject({
      hca: 'mlx5_1',
      hcaPort: 1,
      interface: 'ib0',
      address: '10.0.0.7',
    })
    expect(endpoint({ kind: 'infiniband', hcas: { a: 'mlx5_7' } }, null)).toMatchObject({
      hca: 'mlx5_7',
      hcaPort: 1,
      interface: null,
      address: null,
    })
  })

  it('without a fabric takes the first real link that is up, and the HCA that is active', () => {
    expect(endpoint(null)).toMatchObject({ interface: 'eth0', address: '192.0.2.7', hca: 'mlx5_1' })
  })
})

describe('shellWord', () => {
  it('quotes what a shell would read', () => {
    expect([shellWord('=eth0,eth1'), shellWord("a'b c"), shellWord('$(x)')]).toEqual(['=eth0,eth1', "'a'\\''b c'", "'$(x)'"])
  })
})
