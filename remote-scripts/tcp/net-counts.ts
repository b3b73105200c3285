import type { Dimensions, Measurement } from '../../preload/contract'
import type { RunOutput } from '../_kit/probe'
import { textOf } from '../_kit/outcome'

type Role = RunOutput<unknown>['roles'][number]
type Table = ReadonlyMap<string, number>

/** What a snapshot of net_counts.sh holds; a table that the host does not have is empty. */
export interface NetSnapshot {
  /** `Tcp` of /proc/net/snmp and `TcpExt` of /proc/net/netstat. */
  tcp: Table
  /** Interface -> its counters in /proc/net/dev. */
  devices: ReadonlyMap<string, Record<'rxErrors' | 'rxDrops' | 'txErrors' | 'txDrops', number | null>>
  /** Packets that the input queue of a processor had no room for: of the whole machine. */
  backlogDrops: number | null
  /** Packets dropped by the queueing disciplines of the interface, out and in; null: tc did not run. */
  qdiscOutDrops: number | null
  qdiscInDrops: number | null
}

const sectionsOf = (text: string): Map<string, string[]> => {
  const sections = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of text.split('\n')) {
    const name = /^== ([a-z_]{1,20})$/.exec(line.slice(0, 40))?.[1]
    if (name === undefined) lines.push(line)
    else sections.set(name, (lines = []))
  }
  return sections
}

const count = (word: string | undefined): number | null => (/^\d{1,20}$/.test(word ?? '') ? Number(word) : null)

/** Two lines for each protocol: names and values. */
const readPairs = (lines: readonly string[], head: string, into: Map<string, number>): void => {
  const [names = [], values = []] = lines.filter((line) => line.startsWith(head)).map((line) => line.split(/\s+/).slice(1))
  names.forEach((name, index) => {
    const value = count(values[index])
    if (value !== null) into.set(name, value)
  })
}

const readDevices = (lines: readonly string[]): NetSnapshot['devices'] =>
  new Map(
    lines.flatMap((line) => {
      const [name = '', rest = ''] = line.length < 1000 ? line.split(/:(?=[^:]*$)/) : []
      const words = rest.trim().split(/\s+/).map(count)
      const [rxErrors = null, rxDrops = null, txErrors = null, txDrops = null] = [words[2], words[3], words[10], words[11]]
      return words.length < 12 ? [] : [[name.trim(), { rxErrors, rxDrops, txErrors, txDrops }] as const]
    }),
  )

/** The second column of each processor's line, hexadecimal. */
const readBacklog = (lines: readonly string[]): number | null => {
  const words = lines.flatMap((line) => /^[0-9a-f]{8} ([0-9a-f]{8})\b/.exec(line)?.[1] ?? [])
  return words.length === 0 ? null : words.reduce((sum, word) => sum + Number.parseInt(word, 16), 0)
}

/** A qdisc at the root counts what its children drop; those below it are left out. A tc that listed none said nothing. */
const readQdiscs = (lines: readonly string[] = []): Pick<NetSnapshot, 'qdiscOutDrops' | 'qdiscInDrops'> => {
  if (!lines.some((line) => line.startsWith('qdisc '))) return { qdiscOutDrops: null, qdiscInDrops: null }
  const found = { out: 0, in: 0 }
  let where: keyof typeof found | null = null
  for (const line of lines) {
    if (/^qdisc /.test(line)) where = / root\b/.test(line.slice(0, 200)) ? 'out' : /^qdisc (?:ingress|clsact) /.test(line) ? 'in' : null
    const dropped = count(/\(dropped (\d{1,18}),/.exec(line.slice(0, 300))?.[1])
    if (dropped !== null && where !== null) found[where] += dropped
  }
  return { qdiscOutDrops: found.out, qdiscInDrops: found.in }
}

/** Reads a snapshot; never throws on any content. */
export const readNetSnapshot = (text: string): NetSnapshot => {
  const sections = sectionsOf(text)
  const tcp = new Map<string, number>()
  readPairs(sections.get('snmp') ?? [], 'Tcp: ', tcp)
  readPairs(sections.get('netstat') ?? [], 'TcpExt: ', tcp)
  return {
    tcp,
    devices: readDevices(sections.get('dev') ?? []),
    backlogDrops: readBacklog(sections.get('softnet_stat') ?? []),
    ...readQdiscs(sections.get('qdisc')),
  }
}

/** Ways in which TCP throws a segment or a connection away (snmp_counter.rst of the kernel). */
const stackDrops = ['TCPBacklogDrop', 'PFMemallocDrop', 'TCPRcvQDrop', 'ListenDrops', 'TCPReqQFullDrop', 'TCPZeroWindowDrop', 'TCPOFODrop']

/** Null where one is unknown, or where the counter went back. */
const grown = (before: number | null = null, after: number | null = null): number | null =>
  before === null || after === null || after < before ? null : after - before

const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** What grew between two snapshots of the end `end`, on `device`. */
export const netGrowth = (before: NetSnapshot, after: NetSnapshot, end: string, device: string): Measurement[] => {
  const of = (name: string): number | null => grown(before.tcp.get(name), after.tcp.get(name))
  const give = (metric: string, value: number | null, more: Dimensions = {}): Measurement[] =>
    value === null ? [] : [{ metric, unit: '1', value, dimensions: { end, ...more } }]
  const [sent, resent] = [of('OutSegs'), of('RetransSegs')]
  const [from, to] = [before.devices.get(device), after.devices.get(device)]
  const drops: Record<string, number | null> = {
    interface_in: grown(from?.rxDrops, to?.rxDrops),
    interface_out: grown(from?.txDrops, to?.txDrops),
    qdisc_out: grown(before.qdiscOutDrops, after.qdiscOutDrops),
    qdisc_in: grown(before.qdiscInDrops, after.qdiscInDrops),
    backlog: grown(before.backlogDrops, after.backlogDrops),
    tcp: sumOf(stackDrops.map(of)),
  }
  return [
    ...give('tcp.segments_sent', sent),
    ...give('tcp.segments_resent', resent),
    ...give('tcp.resent_share', sent !== null && resent !== null && sent > 0 ? resent / sent : null),
    ...give('tcp.timeouts', of('TCPTimeouts')),
    ...Object.entries(drops).flatMap(([where, value]) => give('tcp.drops', value, { where })),
    ...give('tcp.interface_errors', sumOf([grown(from?.rxErrors, to?.rxErrors), grown(from?.txErrors, to?.txErrors)])),
  ]
}

/** Growth at one end of a launch; nothing where a snapshot is missing. */
export const netMeasurements = (role: Role | undefined): Measurement[] => {
  const [before, after] = [textOf(role, 'net-before.txt'), textOf(role, 'net-after.txt')]
  if (!role || before === undefined || after === undefined) return []
  return netGrowth(readNetSnapshot(before), readNetSnapshot(after), role.role, role.facts['net_interface'] ?? '')
}
