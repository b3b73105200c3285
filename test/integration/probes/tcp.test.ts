import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import tcp from '../../../remote-scripts/tcp/probe'
import { tcpParams, type TcpParams } from '../../../remote-scripts/tcp/params'
import type { LaunchContext } from '../../../remote-scripts/_kit/probe'
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
