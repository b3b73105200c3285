import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { iperf3Options, tcpParams } from './params'
import { tcpPreflight } from './preflight'
import probe from './probe'
import { payloadBytes } from './read'

const preflight = (...args: Parameters<typeof tcpPreflight>) => canRunIn(tcpPreflight(...args), 'en')

const python = [{ path: '/usr/bin/python3', version: '3.9.2', torch: null, cuda: false }]
const withIperf3 = (version: string): Inventory => ({
  ...emptyInventory,
  tools: { iperf3: { path: '/opt/net/iperf3', version } },
  pythons: python,
})

describe('preflight', () => {
  it('says what is missing and the command that mends it', () => {
    expect(preflight(withIperf3('3.12'), null)).toEqual({ probe: 'tcp', canRun: true, via: 'iperf3', why: [], fix: [] })
    const bare = preflight(emptyInventory, tcpParams.parse({}))
    expect(bare.canRun).toBe(false)
    expect(bare.why).toHaveLength(2)
    expect(bare.fix).toContain('sudo apt-get install -y iperf3')
    expect(preflight({ ...withIperf3('3.12'), pythons: [] }, tcpParams.parse({ latency: false })).canRun).toBe(true)
  })

  it('knows that --bidir came with 3.7', () => {
    const both = tcpParams.parse({ bidirectional: true })
    expect(preflight(withIperf3('3.1.3'), both).why).toEqual(['iperf3 3.1 has no --bidir; 3.7 and newer have it.'])
    expect(preflight(withIperf3('3.7'), both).canRun).toBe(true)
  })
})

describe('tcp commands', () => {
  it('are what a person would type, bound to the own end of the link', () => {
    const params = tcpParams.parse({
      seconds: 3,
      streams: 4,
      reverse: true,
      window: '4M',
      mss: 1400,
      latency: false,
      port: 5201,
      bpftrace: false,
    })
    const interfaces = [
      { name: 'ib0', addresses: ['10.0.0.1'], rateGbps: null, mtu: null, driver: null, linkType: 'infiniband' as const, up: true },
    ]
    const [server, client] = probe.jobs({
      params,
      arm: { fabric: 'fast' },
      fabric: { name: 'fast', spec: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } } },
      hosts: ['a', 'b'].map((name) => ({ name, python: null, inventory: { ...withIperf3('3.12'), interfaces } })),
    })
    expect(client?.display).toBe('iperf3 -c <server.address> -B 10.0.0.1 -p 5201 -t 3 -P 4 -O 1 -R -w 4M -M 1400 -J')
    expect(client).toMatchObject({ host: 'a', after: 'server', main: true, env: { HR_INTERFACE: 'ib0', HR_TOOL_PATH: '/opt/net' } })
    expect(server).toMatchObject({ host: 'b', main: false, display: 'iperf3 -s -B 10.0.0.1 -p 5201' })
  })

  it('say that they trace', () => {
    const hosts = ['a', 'b'].map((name) => ({ name, python: null, inventory: null }))
    const displays = probe.jobs({ params: tcpParams.parse({}), arm: {}, fabric: null, hosts }).map(({ display }) => display)
    for (const display of displays)
      expect(display).toMatch(/# beside it, where it may trace: bpftrace on tcp:tcp_retransmit_skb and skb:kfree_skb$/)
  })

  it('refuse a window that is no number', () => {
    expect(tcpParams.safeParse({ window: '1;reboot' }).success).toBe(false)
    expect(iperf3Options(tcpParams.parse({}))).toEqual(['-t', '10', '-P', '1', '-O', '1'])
  })
})

describe('payloadBytes', () => {
  it('adds both directions, and is unknown for what iperf3 did not finish', () => {
    expect(payloadBytes('{"end":{"sum_sent":{"bytes":1000},"sum_received":{"bytes":990}}}')).toBe(1000)
    expect(payloadBytes('{"end":{"sum_sent":{"bytes":1000},"sum_received_bidir_reverse":{"bytes":500}}}')).toBe(1500)
    for (const text of ['{"end":{},"error":"x"}', '{"end":{"sum_sent":{"bytes":"1e999"}}}', '{"end":', 'null', ''])
      expect(payloadBytes(text)).toBeNull()
  })
})
