import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { netGrowth, readNetSnapshot } from './net-counts'
import { readReasons, readTrace } from './traced'

const snapshot = (counts: {
  out: number
  again: number
  timeouts: number
  rxDrop: number
  backlog: string
  qdisc: number
}): string => `== snmp
Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm MaxConn OutSegs RetransSegs InErrs
Tcp: 1 -1 ${counts.out} ${counts.again} 0
== netstat
TcpExt: SyncookiesSent ListenDrops TCPTimeouts TCPOFODrop
TcpExt: 0 3 ${counts.timeouts} 1
== dev
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       1       1    0    9    0     0          0         0        1       1    0    9    0     0       0          0
eth0:1: 8000000    5000    0    ${counts.rxDrop}    0     0          0         0  9000000    6000    0    4    0     0       0          0
== softnet_stat
0000a1b2 ${counts.backlog} 00000000 00000000
0000a1b3 00000001 00000000 00000000
== qdisc
qdisc mq 0: root
 Sent 10 bytes 1 pkt (dropped ${counts.qdisc}, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc fq_codel 0: parent :1 limit 10240p
 Sent 10 bytes 1 pkt (dropped ${counts.qdisc}, overlimits 0 requeues 0)
qdisc ingress ffff: parent ffff:fff1 ----------------
 Sent 0 bytes 0 pkt (dropped 6, overlimits 0 requeues 0)
`

describe('the kernel counters around a test', () => {
  const before = readNetSnapshot(snapshot({ out: 1000, again: 10, timeouts: 2, rxDrop: 1, backlog: '0000000a', qdisc: 5 }))
  const after = readNetSnapshot(snapshot({ out: 3000, again: 60, timeouts: 3, rxDrop: 8, backlog: '0000001a', qdisc: 12 }))

  it('grow by what happened, where it happened; children of a root qdisc and other interfaces are not counted', () => {
    const growth = netGrowth(before, after, 'client', 'eth0:1')
    const found = growth.map(({ metric, value, dimensions }) => [metric, dimensions['where'] ?? dimensions['end'], value])
    expect(found).toEqual([
      ['tcp.segments_sent', 'client', 2000],
      ['tcp.segments_resent', 'client', 50],
      ['tcp.resent_share', 'client', 0.025],
      ['tcp.timeouts', 'client', 1],
      ['tcp.drops', 'interface_in', 7],
      ['tcp.drops', 'interface_out', 0],
      ['tcp.drops', 'qdisc_out', 7],
      ['tcp.drops', 'qdisc_in', 0],
      ['tcp.drops', 'backlog', 16],
      ['tcp.drops', 'tcp', 0],
      ['tcp.interface_errors', 'client', 0],
    ])
  })

  it('give no number for what is missing or went back', () => {
    const poor = readNetSnapshot('== snmp\nTcp: OutSegs RetransSegs\nTcp: 50 x\n== netstat\n== dev\n== softnet_stat\n')
    expect(netGrowth(poor, poor, 'server', 'eth0')).toEqual([
      { metric: 'tcp.segments_sent', unit: '1', value: 0, dimensions: { end: 'server' } },
    ])
    const silentTc = readNetSnapshot('== qdisc\nCannot find device "eth9"\n')
    expect(netGrowth(silentTc, silentTc, 'server', 'eth9')).toEqual([])
    expect(netGrowth(after, before, 'server', 'eth0:1').map(({ metric }) => metric)).not.toContain('tcp.segments_sent')
  })
})

describe('bpftrace', () => {
  it('ends with a test that ends before it is attached', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hr-net-'))
    try {
      const program =
        '. "$HR_KIT/tcp/net_counts.sh"; sleep 60 & hr_trace_pid=$!; told=$!; hr_net_end; kill -0 "$told" 2>/dev/null && echo left; ls'
      const env = { ...process.env, HR_KIT: join(import.meta.dirname, '..') }
      const ended = spawnSync('sh', ['-c', program], { cwd: folder, env, encoding: 'utf8', timeout: 10_000 })
      expect([ended.stdout, ended.stderr, ended.status]).toEqual(['', '', 0])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  const attached = (probes: number): string => `{"type": "attached_probes", "data": {"probes": ${probes}}}\n`
  const lastWord = '{"type": "printf", "data": "ended\\n"}\n'

  it('prints its maps, and none that stayed empty', () => {
    const text = `${attached(4)}${lastWord}\n{"type": "map", "data": {"@all": 41}}\n{"type": "map", "data": {"@drops": {"2": 6, "77": 9, "x": 1}}}\n`
    expect(readTrace(text)).toEqual({
      test: 0,
      all: 41,
      drops: new Map([
        [2, 6],
        [77, 9],
      ]),
    })
    expect(readTrace(`${attached(3)}${lastWord}`)).toEqual({ test: 0, all: 0, drops: null })
    // Attached, and killed before it could tell: that is no count of none.
    for (const nothing of [
      attached(4),
      lastWord,
      '',
      'stdin:1:1-34: ERROR: tracepoint not found',
      '{"type": "map", "data": {"@all": 1}}',
      '{"type": "att',
    ])
      expect(readTrace(nothing)).toBeNull()
  })

  it('is told the names of the reasons by the kernel', () => {
    expect(readReasons('{ 2, "NOT_SPECIFIED" }, { 77, "QDISC_DROP" }, { 9, "bad name" }')).toEqual(
      new Map([
        [2, 'NOT_SPECIFIED'],
        [77, 'QDISC_DROP'],
      ]),
    )
  })
})
