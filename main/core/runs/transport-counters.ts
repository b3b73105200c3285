import type { FabricSpec, Inventory } from '../../../preload/contract'
import { formatDeltaMB } from '../metrics/format'

/** Device (interface, or `hca:port`) -> bytes since boot. */
export type DeviceCounters = Readonly<Record<string, { rxBytes: number; txBytes: number }>>

export interface HostCounters {
  host: string
  before: DeviceCounters | null
  after: DeviceCounters | null
}

/** What one host's counters say; bytes are received plus sent during the launch. */
export interface HostTraffic {
  host: string
  /** Device -> bytes, busiest first; only devices counted before and after. */
  bytes: ReadonlyMap<string, number>
  /** Devices the fabric claims on this host, as the counters name them. */
  claimed: string[]
  /** Claimed devices that the host does count. */
  counted: string[]
  /** A counter ran backwards: nothing about this host can be trusted. */
  reset: boolean
  /** Neither snapshot is missing. */
  present: boolean
}

/** Equal within this share: a bond or VLAN and what lies beneath count the same bytes twice. */
const samePathTolerance = 0.02

const deltasOf = (before: DeviceCounters, after: DeviceCounters): { bytes: Map<string, number>; reset: boolean } => {
  const found: [string, number][] = []
  let reset = false
  for (const [device, end] of Object.entries(after)) {
    const start = Object.hasOwn(before, device) ? before[device] : undefined
    if (!start) continue
    const [received, sent] = [end.rxBytes - start.rxBytes, end.txBytes - start.txBytes]
    if (!(received >= 0) || !(sent >= 0)) reset = true
    else found.push([device, received + sent])
  }
  found.sort(([left, more], [right, most]) => most - more || (left < right ? -1 : 1))
  return { bytes: new Map(found), reset }
}

/** `mlx5_0` claims every port of it, `mlx5_0:1` that one. */
const isHcaPort = (device: string, hca: string): boolean => device === hca || (!hca.includes(':') && device.startsWith(`${hca}:`))

/**
 * Interface and HCA that the fabric binds on a host; `path` narrows it to one of the two. An Ethernet interface beside an InfiniBand HCA
 * serves the tools' set-up traffic only and is no claim.
 */
export const claimedNames = (spec: FabricSpec, host: string, path: 'interface' | 'hca' | null, inventory: Inventory | null): string[] => {
  const hca = path === 'interface' || spec.kind === 'ethernet' ? undefined : spec.hcas?.[host]
  const name = path === 'hca' ? undefined : spec.interfaces?.[host]
  const linkType = inventory?.interfaces.find((link) => link.name === name)?.linkType
  const setUpOnly = spec.kind === 'infiniband' && hca !== undefined && linkType === 'ethernet'
  return [hca, setUpOnly ? undefined : name].filter((device) => device !== undefined)
}

export const hostTraffic = (counters: HostCounters, claimed: string[]): HostTraffic => {
  const { host, before, after } = counters
  if (!before || !after) return { host, bytes: new Map(), claimed, counted: [], reset: false, present: false }
  const { bytes, reset } = deltasOf(before, after)
  const counted = [...bytes.keys()].filter((device) => claimed.some((name) => isHcaPort(device, name)))
  return { host, bytes, claimed, counted, reset, present: true }
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

const near = (left: number, right: number): boolean => Math.abs(left - right) <= samePathTolerance * Math.max(left, right)

const isStacked = (left: string, right: string): boolean =>
  left.startsWith(`${right}.`) || left.startsWith(`${right}:`) || left.startsWith(`${right}@`)

/** Bytes of the claimed device; the largest where an interface and its HCA count the same traffic. */
export const claimedBytes = (traffic: HostTraffic): number => {
  const ports = traffic.counted.filter((device) => device.includes(':'))
  const interfaces = traffic.counted.filter((device) => !device.includes(':'))
  const of = (devices: string[]): number => sum(devices.map((device) => traffic.bytes.get(device) ?? 0))
  return Math.max(of(ports), of(interfaces))
}

/** Devices that are neither the claimed one nor another name for its path (VLAN, bond, bridge, slaves of a bond). */
export const strangers = (traffic: HostTraffic, withLoopback: boolean): [string, number][] => {
  const claimed = claimedBytes(traffic)
  const others = [...traffic.bytes].filter(([device]) => !traffic.counted.includes(device) && (withLoopback || device !== 'lo'))
  const related = (device: string): boolean => traffic.counted.some((own) => isStacked(device, own) || isStacked(own, device))
  const unrelated = others.filter(([device, bytes]) => !related(device) && !(claimed > 0 && near(bytes, claimed)))
  const together = sum(unrelated.map(([, bytes]) => bytes))
  return claimed > 0 && near(together, claimed) ? [] : unrelated
}

/** `host b: eth0 +118.2 MB, ib0 +0.1 MB; claimed ib0`: busiest devices and the claimed ones. */
export const trafficLine = (traffic: HostTraffic): string => {
  const shown = [...traffic.bytes].filter(([device, bytes], index) => traffic.counted.includes(device) || (bytes > 0 && index < 6))
  const devices = shown.map(([device, bytes]) => `${device} ${formatDeltaMB(bytes)}`).join(', ')
  const claim = traffic.claimed.length > 0 ? `; claimed ${traffic.claimed.join(' or ')}` : ''
  return `host ${traffic.host}: ${devices || 'no traffic counted'}${claim}`
}
