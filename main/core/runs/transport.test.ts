import { describe, expect, it } from 'vitest'
import type { FabricSpec, Inventory } from '../../../preload/contract'
import { proveTransport, type HostCounters, type TransportInput } from './transport'

const MB = 1e6
/** Counters of one host from the megabytes that each device received and sent. */
const host = (name: string, deltas: Record<string, number>, start = 5e9): HostCounters => ({
  host: name,
  before: Object.fromEntries(Object.keys(deltas).map((device) => [device, { rxBytes: start, txBytes: start }])),
  after: Object.fromEntries(
    Object.entries(deltas).map(([device, megabytes]) => [
      device,
      { rxBytes: start + (megabytes * MB) / 2, txBytes: start + (megabytes * MB) / 2 },
    ]),
  ),
})

const ipoib: FabricSpec = { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } }
const ethernet: FabricSpec = { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } }
const infiniband: FabricSpec = { kind: 'infiniband', interfaces: { a: 'ib0', b: 'ib0' }, hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' } }
const roce: FabricSpec = { kind: 'roce', hcas: { a: 'mlx5_2', b: 'mlx5_2' } }

const prove = (spec: FabricSpec | null, hosts: HostCounters[], more: Partial<TransportInput> = {}) =>
  proveTransport({ fabric: spec && { name: 'fast', spec }, hosts, log: null, expectedBytes: null, ...more })

const inventory = (links: Pick<Inventory, 'interfaces' | 'hcas'>): Inventory => ({
  hostname: 'n1',
  kernel: '6.1',
  os: 'Debian 12',
  bootId: 'b',
  uid: 1000,
  cpu: { model: 'x', cores: 8, numaNodes: 1, governor: null },
  memoryMiB: null,
  diskFreeMiB: null,
  memlockKiB: null,
  loadAverage1: null,
  gpus: [],
  gpuTopology: null,
  cudaVersion: null,
  ncclVersion: null,
  tools: {},
  pythons: [],
  simulated: false,
  preflight: [],
  ...links,
})
const hca = (linkLayer: string): Inventory =>
  inventory({
    interfaces: [],
    hcas: [{ name: 'mlx5_0', port: 1, linkLayer, state: 'ACTIVE', rateGbps: 200, firmware: null, interface: null }],
  })

describe('byte counters', () => {
  it('prove the claimed interface', () => {
    const { transport, problem, warnings } = prove(ipoib, [
      host('a', { ib0: 118.2, eth0: 0.1, lo: 40 }),
      host('b', { ib0: 118.2, eth0: 0.1 }),
    ])
    expect(problem).toBeNull()
    expect(warnings).toEqual([])
    expect(transport).toMatchObject({ claimed: 'fast', observed: ['ib0'], proof: 'counters' })
  })

  it('contradict a swapped label, with the evidence of each host', () => {
    const { transport, problem } = prove(ipoib, [host('a', { ib0: 0.1, eth0: 118.2 }), host('b', { ib0: 0.1, eth0: 118.2 })], {
      expectedBytes: 100 * MB,
    })
    expect(problem?.code).toBe('transport.contradicted')
    expect(transport).toMatchObject({ observed: ['eth0'], proof: 'counters' })
    expect(transport.evidence).toContain('host b: eth0 +118.2 MB, ib0 +0.1 MB; claimed ib0')
    expect(problem?.evidence).toContain('claimed ib0')
  })

  it('contradict when only one host took another path', () => {
    expect(prove(ipoib, [host('a', { ib0: 100, eth0: 0 }), host('b', { ib0: 0.2, eth0: 100 })]).problem?.message).toMatch(
      /eth0 on b carried \+100\.0 MB/,
    )
  })

  it('contradict when the claimed device carried less than half of what it must have', () => {
    expect(
      prove(ipoib, [host('a', { ib0: 30, eth0: 2 }), host('b', { ib0: 30, eth0: 2 })], { expectedBytes: 100 * MB }).problem?.message,
    ).toMatch(/\+30\.0 MB of at least \+100\.0 MB/)
  })

  it('contradict when several rails shared what the claimed one should have carried', () => {
    expect(prove(ipoib, [host('a', { ib0: 0.1, eth0: 60, eth1: 60, eth2: 60 })], { oneMachine: false }).problem?.code).toBe(
      'transport.contradicted',
    )
  })

  it.each([
    ['with a known payload', 100 * MB],
    ['with an unknown one', null],
  ])('forgive the megabytes of SSH itself %s', (_, expectedBytes) => {
    const { problem, transport } = prove(ipoib, [host('a', { ib0: 100, eth0: 4.5 }), host('b', { ib0: 100, eth0: 4.5 })], { expectedBytes })
    expect(problem).toBeNull()
    expect(transport.proof).toBe('counters')
  })

  it('prove nothing when SSH is all there was', () => {
    const { problem, transport, warnings } = prove(ipoib, [host('a', { ib0: 0, eth0: 3 }), host('b', { ib0: 0, eth0: 3 })])
    expect(problem).toBeNull()
    expect(transport.proof).toBe('none')
    expect(warnings.map(({ code }) => code)).toEqual(['transport.too_little_traffic'])
  })

  it('take a VLAN and its parent, a bond and its ports, a bridge and its port for one path', () => {
    const vlan: FabricSpec = { kind: 'ethernet', interfaces: { a: 'eth0.100', b: 'eth0.100' } }
    expect(prove(vlan, [host('a', { 'eth0.100': 100, eth0: 103.5 }), host('b', { 'eth0.100': 100, eth0: 103.5 })]).transport.proof).toBe(
      'counters',
    )
    const bond: FabricSpec = { kind: 'ethernet', interfaces: { a: 'bond0', b: 'bond0' } }
    expect(prove(bond, [host('a', { bond0: 100, eth0: 60, eth1: 40 }), host('b', { bond0: 100, eth0: 55, eth1: 45 })]).problem).toBeNull()
    expect(prove(ethernet, [host('a', { eth0: 101, br0: 100 }), host('b', { eth0: 100, br0: 100 })]).problem).toBeNull()
  })

  it('are no proof after they ran backwards', () => {
    const wrapped: HostCounters = {
      host: 'a',
      before: { ib0: { rxBytes: 4e9, txBytes: 10 } },
      after: { ib0: { rxBytes: 1e6, txBytes: 20 } },
    }
    const { transport, problem, warnings } = prove(ipoib, [wrapped, host('b', { ib0: 100 })])
    expect(problem).toBeNull()
    expect(transport.proof).toBe('none')
    expect(warnings.map(({ code }) => code)).toEqual(['transport.counter_reset'])
  })

  it.each<[string, HostCounters, string]>([
    ['a missing snapshot', { host: 'b', before: null, after: null }, 'transport.no_counters'],
    ['a device that is not counted', host('b', { eth0: 1 }), 'transport.device_uncounted'],
  ])('say so of %s', (_, second, code) => {
    const { transport, problem, warnings } = prove(ipoib, [host('a', { ib0: 100 }), second])
    expect([transport.proof, problem, warnings[0]?.code]).toEqual(['none', null, code])
  })

  it('see loopback only when all hosts are one machine', () => {
    expect(prove(ethernet, [host('a', { lo: 500, eth0: 100 }), host('b', { lo: 500, eth0: 100 })]).problem).toBeNull()
    expect(prove(ethernet, [host('a', { lo: 500, eth0: 0.1 })]).problem?.message).toMatch(/lo on a/)
  })

  it('claim nothing without a fabric', () => {
    expect(prove(null, [host('a', { eth0: 100 }), host('b', { eth0: 100 })]).transport).toMatchObject({
      claimed: null,
      observed: ['eth0'],
      proof: 'none',
    })
  })
})

describe('RDMA', () => {
  it('is proved by the HCA’s own counters, any port of it when none is named', () => {
    expect(prove(infiniband, [host('a', { 'mlx5_0:1': 900, ib0: 0.2 }), host('b', { 'mlx5_0:1': 900, ib0: 0.2 })]).transport).toMatchObject(
      { observed: ['mlx5_0:1'], proof: 'counters' },
    )
    expect(prove(roce, [host('a', { 'mlx5_2:1': 900 }), host('b', { 'mlx5_2:1': 900 })]).transport.proof).toBe('counters')
  })

  it('is contradicted by bytes on another HCA or in the kernel', () => {
    const only: FabricSpec = { kind: 'infiniband', hcas: infiniband.hcas }
    expect(prove(only, [host('a', { 'mlx5_0:1': 0, 'mlx5_1:1': 900 })], { oneMachine: false }).problem?.code).toBe('transport.contradicted')
    expect(prove(only, [host('a', { 'mlx5_0:1': 0.1, eth0: 900 })], { oneMachine: false }).problem?.code).toBe('transport.contradicted')
  })

  it('is what an ethernet label must not carry', () => {
    expect(
      prove(ethernet, [host('a', { eth0: 0.2, 'mlx5_0:1': 900 }), host('b', { eth0: 0.2, 'mlx5_0:1': 900 })]).problem?.message,
    ).toMatch(/mlx5_0:1/)
  })

  it('needs a link layer of its kind', () => {
    const counters = [host('a', { 'mlx5_0:1': 900 })]
    expect(prove(infiniband, counters, { inventories: { a: hca('Ethernet') } }).problem?.message).toMatch(/RoCE, not InfiniBand/)
    expect(prove(infiniband, counters, { inventories: { a: hca('InfiniBand') } }).problem).toBeNull()
    expect(prove({ kind: 'roce', hcas: { a: 'mlx5_0:1' } }, counters, { inventories: { a: hca('InfiniBand') } }).problem?.message).toMatch(
      /not RoCE/,
    )
  })

  it('is not claimed by the Ethernet interface that only sets the connections up', () => {
    const mixed: FabricSpec = { kind: 'infiniband', interfaces: { a: 'eth0' }, hcas: { a: 'mlx5_0:1' } }
    const known = hca('InfiniBand')
    known.interfaces.push({ name: 'eth0', addresses: [], rateGbps: 25, mtu: 1500, driver: null, linkType: 'ethernet', up: true })
    expect(
      prove(mixed, [host('a', { eth0: 900, 'mlx5_0:1': 0.1 })], { inventories: { a: known }, oneMachine: false }).problem?.message,
    ).toMatch(/eth0 on a/)
  })
})

describe('the tool’s own log', () => {
  const quiet = [host('a', { eth0: 0.1 }), host('b', { eth0: 0.1 })]
  const sockets = { observed: ['NET/Socket'], lines: ['n1:1:1 [0] NCCL INFO Using network Socket'] }
  const verbs = {
    observed: ['NET/IB/0/GDRDMA', 'P2P/CUMEM'],
    lines: ['n1:1:1 [0] NCCL INFO Channel 00/0 : 7[7] -> 8[0] [send] via NET/IB/0/GDRDMA'],
  }

  it('contradicts an InfiniBand arm that went over sockets', () => {
    const { problem, transport } = prove(infiniband, quiet, { log: sockets })
    expect(problem?.message).toMatch(/sockets/)
    expect(transport.proof).toBe('log')
    expect(transport.evidence).toContain(sockets.lines[0])
  })

  it('contradicts an Ethernet arm that went over RDMA', () => {
    expect(prove(ethernet, quiet, { log: verbs }).problem?.message).toMatch(/RDMA/)
  })

  it('contradicts another interface than the claimed one, but knows ib0 for an interface', () => {
    const two = [host('a', { eth0: 0.1, ib0: 0.1 })]
    expect(prove(ethernet, two, { log: { observed: ['NET/Socket', 'ib0'], lines: [] }, oneMachine: false }).problem?.message).toMatch(
      /names ib0/,
    )
    expect(prove(ipoib, two, { log: { observed: ['NET/Socket', 'ib0'], lines: [] }, oneMachine: false }).transport.proof).toBe('log')
  })

  it('may name more devices than the claimed one, which it has only opened', () => {
    const many = [host('a', { 'mlx5_0:1': 900, 'mlx5_1:1': 0 }), host('b', { 'mlx5_0:1': 900, 'mlx5_1:1': 0 })]
    expect(prove(infiniband, many, { log: { observed: ['NET/IB', 'mlx5_0:1', 'mlx5_1:1'], lines: [] } }).problem).toBeNull()
    expect(prove(infiniband, many, { log: { observed: ['NET/IB', 'mlx5_1:1'], lines: [] } }).problem?.message).toMatch(/names mlx5_1:1/)
  })

  it('proves alone what the counters cannot', () => {
    expect(prove(infiniband, quiet, { log: verbs })).toMatchObject({ transport: { proof: 'log' }, problem: null, warnings: [] })
  })

  it('does not save a label that the counters contradict', () => {
    expect(
      prove(ethernet, [host('a', { eth0: 0.1, ib0: 200 }), host('b', { eth0: 0.1, ib0: 200 })], { log: sockets }).problem?.message,
    ).toMatch(/ib0 on a/)
  })
})
