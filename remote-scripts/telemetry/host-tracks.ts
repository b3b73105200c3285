import type { Dimensions, Unit } from '../../preload/contract'
import { columnOf, type HostRows } from './host-rows'

/** One quantity over time. */
export interface Track {
  metric: string
  unit: Unit
  dimensions: Dimensions
  /** Seconds since row 0 at which each value holds; of a rate, the end of its interval. */
  timesS: number[]
  /** Of a rate: when its interval began. */
  fromS: number[] | null
  values: number[]
}

type Column = (number | null)[]

const timesOf = (host: HostRows): number[] => host.rows.map((row) => row[0] ?? 0)

/** Values that hold at a moment. */
const moments = (
  host: HostRows,
  metric: string,
  unit: Unit,
  column: Column | null,
  factor = 1,
  dimensions: Dimensions = {},
): Track | null => {
  if (!column) return null
  const at = timesOf(host)
  const kept = column.flatMap((value, index) => (value === null ? [] : [{ timeS: at[index] ?? 0, value: value * factor }]))
  return kept.length === 0
    ? null
    : { metric, unit, dimensions, timesS: kept.map(({ timeS }) => timeS), fromS: null, values: kept.map(({ value }) => value) }
}

/** What happened between two rows; a counter that went back (reset, wrapped) gives no value. */
const intervals = (
  host: HostRows,
  metric: string,
  unit: Unit,
  value: (before: number, after: number, seconds: number) => number | null,
  dimensions: Dimensions = {},
): Track | null => {
  const at = timesOf(host)
  const track: Track & { fromS: number[] } = { metric, unit, dimensions, timesS: [], fromS: [], values: [] }
  for (let row = 1; row < at.length; row += 1) {
    const [from, to] = [at[row - 1] ?? 0, at[row] ?? 0]
    const found = value(row - 1, row, to - from)
    if (found === null || !Number.isFinite(found)) continue
    track.fromS.push(from)
    track.timesS.push(to)
    track.values.push(found)
  }
  return track.values.length === 0 ? null : track
}

const difference = (column: Column, before: number, after: number): number | null => {
  const [from, to] = [column[before] ?? null, column[after] ?? null]
  return from === null || to === null || to < from ? null : to - from
}

const idleKinds = ['idle', 'iowait']
const kinds = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal']

/** Share of all processor time between two rows that went to the named kinds. */
export const cpuShare = (host: HostRows, wanted: readonly string[]): ((before: number, after: number) => number | null) => {
  const all = kinds.map((kind) => ({ kind, column: columnOf(host, `cpu.${kind}`) }))
  return (before, after) => {
    let [part, total] = [0, 0]
    for (const { kind, column } of all) {
      const ticks = column && difference(column, before, after)
      // Old kernels count fewer kinds; idle time may step back by a tick.
      if (ticks === null) continue
      total += ticks
      if (wanted.includes(kind)) part += ticks
    }
    return total > 0 ? part / total : null
  }
}

const processor = (host: HostRows): (Track | null)[] => {
  const idle = cpuShare(host, idleKinds)
  const steal = cpuShare(host, ['steal'])
  return [
    intervals(host, 'host.cpu_busy', '1', (before, after) => {
      const share = idle(before, after)
      return share === null ? null : 1 - share
    }),
    moments(host, 'host.cpu_core_max', '1', columnOf(host, 'cpu.max_core')),
    intervals(host, 'host.cpu_steal', '1', steal),
    moments(host, 'host.runnable', '1', columnOf(host, 'cpu.runnable')),
    moments(host, 'host.load1', '1', columnOf(host, 'load1')),
  ]
}

const memory = (host: HostRows): Track | null => {
  const [total, available] = [columnOf(host, 'mem.total_kib'), columnOf(host, 'mem.available_kib')]
  const used = total?.map((kib, row) => {
    const free = available?.[row] ?? null
    return kib === null || free === null || free > kib ? null : kib - free
  })
  return moments(host, 'host.mem_used', 'bytes', used ?? null, 1024)
}

const rate = (host: HostRows, metric: string, column: Column | null, bytesPerCount: number, dimensions: Dimensions): Track | null =>
  column &&
  intervals(
    host,
    metric,
    'GB/s',
    (before, after, seconds) => {
      const counted = difference(column, before, after)
      return counted === null || seconds <= 0 ? null : (counted * bytesPerCount) / seconds / 1e9
    },
    dimensions,
  )

const counts = (host: HostRows, metric: string, columns: (Column | null)[], dimensions: Dimensions): Track | null => {
  const known = columns.filter((column) => column !== null)
  if (known.length === 0) return null
  return intervals(
    host,
    metric,
    '1',
    (before, after) => {
      const found = known.map((column) => difference(column, before, after))
      return found.some((one) => one === null) ? null : found.reduce<number>((sum, one) => sum + (one ?? 0), 0)
    },
    dimensions,
  )
}

/** `net.eth0.rx_bytes` -> eth0: names of the devices that have this kind of column. */
const devicesOf = (host: HostRows, prefix: string, kind: string): string[] =>
  [...host.columns.keys()].flatMap((name) =>
    name.startsWith(prefix) && name.endsWith(`.${kind}`) ? [name.slice(prefix.length, -kind.length - 1)] : [],
  )

const networkDevice = (host: HostRows, name: string): (Track | null)[] => {
  const at = { interface: name }
  const column = (kind: string): Column | null => columnOf(host, `net.${name}.${kind}`)
  return [
    rate(host, 'net.rx_rate', column('rx_bytes'), 1, at),
    rate(host, 'net.tx_rate', column('tx_bytes'), 1, at),
    counts(host, 'net.drops', [column('rx_drop'), column('tx_drop')], at),
    counts(host, 'net.errors', [column('rx_errs'), column('tx_errs')], at),
  ]
}

/** The port counts words of four bytes (InfiniBand specification, PortCounters). */
const wordBytes = 4

const hcaPort = (host: HostRows, name: string): (Track | null)[] => {
  const at = { interface: name }
  const column = (kind: string): Column | null => columnOf(host, `hca.${name}.${kind}`)
  return [
    rate(host, 'net.rx_rate', column('rcv_data'), wordBytes, at),
    rate(host, 'net.tx_rate', column('xmit_data'), wordBytes, at),
    counts(host, 'net.drops', [column('discards')], at),
    counts(host, 'net.errors', [column('errors')], at),
    counts(host, 'net.rdma_retransmits', [column('retransmits')], at),
  ]
}

/** Devices worth showing: those with hardware behind them, and any that carried a part of the host's traffic. */
const worthShowing = (host: HostRows, devices: readonly string[]): string[] => {
  const carried = devices.map((name) => {
    const moved = ['rx_bytes', 'tx_bytes'].map((kind) => {
      const column = columnOf(host, `net.${name}.${kind}`)
      return column ? (difference(column, 0, column.length - 1) ?? 0) : 0
    })
    return { name, bytes: Math.max(...moved) }
  })
  const most = Math.max(0, ...carried.map(({ bytes }) => bytes))
  return carried.filter(({ name, bytes }) => host.physical.includes(name) || (bytes > 0 && bytes >= most / 100)).map(({ name }) => name)
}

/** Everything that a watcher's rows say over time. */
export const hostTracks = (host: HostRows): Track[] =>
  [
    ...processor(host),
    memory(host),
    ...worthShowing(host, devicesOf(host, 'net.', 'rx_bytes')).flatMap((name) => networkDevice(host, name)),
    ...devicesOf(host, 'hca.', 'rcv_data').flatMap((name) => hcaPort(host, name)),
    counts(host, 'net.segments', [columnOf(host, 'tcp.out_segs')], {}),
    counts(host, 'net.retransmits', [columnOf(host, 'tcp.retrans_segs')], {}),
    counts(host, 'net.tcp_drops', [columnOf(host, 'tcp.drops')], {}),
  ].filter((track) => track !== null)
