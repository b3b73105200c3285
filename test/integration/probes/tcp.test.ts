import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import tcp from '../../../remote-scripts/tcp/probe'
import { tcpParams, type TcpParams } from '../../../remote-scripts/tcp/params'
import type { LaunchContext, RunReading } from '../../../remote-scripts/_kit/probe'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'
import { runRoles } from './run-roles'

const hasIperf3 = spawnSync('iperf3', ['--version']).status === 0

const overLoopback = (params: Partial<TcpParams>): LaunchContext<TcpParams> => ({
  params: tcpParams.parse(params),
  arm: { fabric: 'loop' },
  fabric: { name: 'loop', spec: { kind: 'ethernet', interfaces: { a: 'lo', b: 'lo' } } },
  hosts: [
    { name: 'a', python: null, inventory: null },
    { name: 'b', python: null, inventory: null },
  ],
})

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe.skipIf(!hasIperf3)('tcp probe with real iperf3 over loopback', () => {
  it('measures throughput, processor cost, retransmits and latency', async () => {
    const output = await runRoles(tcp, overLoopback({ seconds: 1, omit_seconds: 0, latency_messages: 300 }))
    const client = output.roles.find((role) => role.role === 'client')
    expect(text(client?.files.get('stderr'))).toBe('')
    expect(client?.exitCode).toBe(0)
    const reading = tcp.read(output)
    expect(reading.problem).toBeNull()
    const value = (metric: string, direction?: string): number | undefined =>
      reading.measurements.find(
        (entry) => entry.metric === metric && (direction === undefined || entry.dimensions['direction'] === direction),
      )?.value

    const raw = JSON.parse(text(client?.files.get('iperf3.json'))) as {
      start: { connected: { local_host: string; remote_host: string }[] }
      end: { sum_received: { bits_per_second: number }; sum_sent: { bytes: number } }
    }
    expect(value('tcp.throughput', 'received')).toBeCloseTo(raw.end.sum_received.bits_per_second / 8e9, 9)
    expect(raw.start.connected[0]).toMatchObject({ local_host: '127.0.0.1', remote_host: '127.0.0.1' })
    expect(reading.expectedBytes).toBe(raw.end.sum_sent.bytes)
    expect(value('tcp.retransmits')).toBeGreaterThanOrEqual(0)
    expect(value('tcp.cpu_local')).toBeGreaterThan(0)

    const pingpong = JSON.parse(text(client?.files.get('pingpong.json'))) as { rtt_us: number[] }
    expect(pingpong.rtt_us).toHaveLength(300)
    const sorted = [...pingpong.rtt_us].sort((a, b) => a - b)
    expect(value('tcp.lat_p50')).toBeCloseTo((sorted[149] ?? 0) / 2, 6)
    expect(reading.series.find((series) => series.metric === 'tcp.lat')?.values).toHaveLength(300)
  })

  it('reverses the direction and uses several streams', async () => {
    const reading = tcp.read(await runRoles(tcp, overLoopback({ seconds: 1, omit_seconds: 0, streams: 2, reverse: true, latency: false })))
    expect(reading.problem).toBeNull()
    expect(reading.measurements.some((entry) => entry.metric.startsWith('tcp.lat'))).toBe(false)
    expect(reading.expectedBytes).toBeGreaterThan(1e6)
  })

  it('says that the port is taken, on which host, and starts no client', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    try {
      const output = await runRoles(tcp, overLoopback({ seconds: 1, port }))
      expect(output.roles.map((role) => [role.role, role.exitCode])).toEqual([['server', 70]])
      expect(tcp.read(output).problem).toMatchObject({
        code: 'remote.not_listening',
        message: expect.stringContaining(`port ${port} is in use`),
      })
    } finally {
      taken.close()
    }
  })

  it('says that an interface does not exist', async () => {
    const context = overLoopback({ seconds: 1 })
    const fabric = { name: 'loop', spec: { kind: 'ethernet' as const, interfaces: { a: 'lo', b: 'nosuch0' } } }
    expect(tcp.read(await runRoles(tcp, { ...context, fabric })).problem).toMatchObject({
      code: 'remote.no_interface',
      message: expect.stringContaining('nosuch0'),
    })
  })

  it('leaves no process behind when the roles are stopped', async () => {
    const output = await runRoles(tcp, overLoopback({ seconds: 1, omit_seconds: 0, latency: false }))
    const port = output.roles.find((role) => role.role === 'server')?.facts['port'] ?? ''
    expect(port).toMatch(/^\d+$/)
    expect(spawnSync('pgrep', ['-f', `iperf3 -s -B 127.0.0.1 -p ${port}`]).status).toBe(1)
  })
})

const hasBpftrace = spawnSync('bpftrace', ['--version']).status === 0

describe.skipIf(!canNetlab)('tcp probe on a link whose queue is too short', () => {
  let lab: Netlab
  beforeAll(() => {
    lab = startNetlab(17)
    // Less room than a burst of TCP needs: the queue at this end drops.
    lab.inside('a', 'tc qdisc replace dev eth0 root tbf rate 200mbit burst 20k limit 20k')
  })
  afterAll(() => lab?.down())

  const run = async (params: Partial<TcpParams>): Promise<RunReading> => {
    const fabric = { name: 'ethernet', spec: { kind: 'ethernet' as const, interfaces: { a: 'eth0', b: 'eth0' } } }
    const context = { ...overLoopback({ seconds: 1, omit_seconds: 0, latency: false, ...params }), arm: { fabric: 'ethernet' }, fabric }
    const output = await runRoles(tcp, context, { inside: (role) => lab.enter(role === 'client' ? 'a' : 'b') })
    const reading = tcp.read(output)
    expect(reading.problem).toBeNull()
    return reading
  }
  const valueOf = (reading: RunReading, metric: string, dimensions: Record<string, string>): number =>
    reading.measurements.find(
      (one) => one.metric === metric && Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value),
    )?.value ?? Number.NaN

  it('says what the sender sent again, and that its queue dropped it: not the interface, and not the other end', async () => {
    const reading = await run({ bpftrace: false })
    const [client, server] = [{ end: 'client' }, { end: 'server' }]
    const resent = valueOf(reading, 'tcp.segments_resent', client)
    // iperf3 reads the same from its sockets, but not what comes after its last look.
    expect(resent).toBeGreaterThanOrEqual(valueOf(reading, 'tcp.retransmits', {}))
    expect(resent).toBeGreaterThan(10)
    expect(valueOf(reading, 'tcp.resent_share', client)).toBeCloseTo(resent / valueOf(reading, 'tcp.segments_sent', client), 12)
    expect(valueOf(reading, 'tcp.drops', { ...client, where: 'qdisc_out' })).toBeGreaterThan(10)
    for (const where of ['interface_in', 'interface_out', 'tcp']) expect(valueOf(reading, 'tcp.drops', { ...client, where })).toBe(0)
    expect(valueOf(reading, 'tcp.segments_resent', server)).toBeLessThan(resent / 10)
    expect(valueOf(reading, 'tcp.drops', { ...server, where: 'qdisc_out' })).toBe(0)
    expect(reading.facts).toMatchObject({ client_not_traced: 'params.bpftrace is false' })
  })

  it.skipIf(!hasBpftrace)('bpftrace sees the same, with the reason; where it may not trace, it is said', async () => {
    const untraced = await run({})
    expect(untraced.facts).toMatchObject({ server_not_traced: 'tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing' })
    try {
      for (const host of ['a', 'b'] as const) lab.inside(host, 'mount -t tracefs tracefs /sys/kernel/tracing')
    } catch {
      // This kernel has no tracefs: all that can be tested is that the probe says so.
      return
    }
    const reading = await run({})
    expect(reading.facts).toMatchObject({ client_traced: expect.stringMatching(/^bpftrace v/) })
    // What the own queue drops again was counted as resent, but never went out; and a packet of many segments is one.
    const traced = valueOf(reading, 'tcp.resent_traced', { end: 'client', connections: 'test' })
    expect(traced).toBeGreaterThan(0)
    expect(traced).toBeLessThanOrEqual(valueOf(reading, 'tcp.segments_resent', { end: 'client' }))
    const dropped = valueOf(reading, 'tcp.drops', { end: 'client', where: 'qdisc_out' })
    const seen = valueOf(reading, 'tcp.drops_traced', { end: 'client', reason: 'QDISC_DROP' })
    expect(Math.abs(seen / dropped - 1)).toBeLessThan(0.05)
    expect(lab.processes('a').join()).not.toContain('bpftrace')
  })
})
