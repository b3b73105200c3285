import { columnOf, type HostRows } from './host-rows'
import { cpuShare } from './host-tracks'

/** A launch shorter than this has too few rows to tell its own processor time from that of others, seconds. */
export const shortestS = 1.5

/** Processors of one host over the launch, as shares of all its processors' time. */
export interface CpuAccount {
  seconds: number
  busy: number
  idle: number
  steal: number
  /** Used by the launch's processes, on every host that is this machine. */
  launch: number
  /** Neither the launch's nor the watcher's, kernel's interrupts left out. */
  others: number
}

/** Known values of a cumulative column with the host's wall clock, seconds since 1970. */
const pointsOf = (host: HostRows, column: string): { atS: number; value: number }[] =>
  (columnOf(host, column) ?? []).flatMap((value, row) =>
    value === null ? [] : [{ atS: host.startedUnix + (host.rows[row]?.[0] ?? 0), value }],
  )

/** How much a cumulative column grew between two moments; straight lines between its points, flat outside. */
const grown = (points: readonly { atS: number; value: number }[], fromS: number, toS: number): number => {
  const valueAt = (atS: number): number => {
    const after = points.findIndex((point) => point.atS >= atS)
    const [right, left] = [points[after], points[after - 1]]
    if (after < 0) return points.at(-1)?.value ?? 0
    if (!right || !left) return right?.value ?? 0
    return left.value + ((right.value - left.value) * (atS - left.atS)) / (right.atS - left.atS)
  }
  return Math.max(0, valueAt(toS) - valueAt(fromS))
}

/** Rows that know what the launch has used: the first and the last of them bound the account. */
const boundsOf = (host: HostRows): readonly [number, number] | null => {
  const used = columnOf(host, 'launch.cpu_s') ?? []
  const [first, last] = [used.findIndex((value) => value !== null), used.findLastIndex((value) => value !== null)]
  return first >= 0 && last > first ? [first, last] : null
}

/**
 * Whose the processors of a host were while the launch ran. `sameMachine` are the rows of all hosts that are this machine, itself among them:
 * their launch processes and watchers are no strangers. Null where that cannot be told: no role of the launch ran here, or too shortly.
 */
export const cpuAccount = (host: HostRows, sameMachine: readonly HostRows[]): CpuAccount | null => {
  const bounds = boundsOf(host)
  if (!bounds || host.cores <= 0) return null
  const [first, last] = bounds
  const [fromS, toS] = [host.rows[first]?.[0] ?? 0, host.rows[last]?.[0] ?? 0]
  const seconds = toS - fromS
  const shareOf = (...kinds: string[]): number | null => cpuShare(host, kinds)(first, last)
  const [worked, idle, steal] = [shareOf('user', 'nice', 'system'), shareOf('idle', 'iowait'), shareOf('steal')]
  if (seconds < shortestS || worked === null || idle === null) return null
  const usedBy = (column: string): number =>
    sameMachine.reduce((sum, one) => sum + grown(pointsOf(one, column), host.startedUnix + fromS, host.startedUnix + toS), 0) /
    (seconds * host.cores)
  const launch = usedBy('launch.cpu_s')
  return { seconds, busy: 1 - idle, idle, steal: steal ?? 0, launch, others: Math.max(0, worked - launch - usedBy('own.cpu_s')) }
}
