import type { DisturbanceEvidence, DisturbanceKind } from '../../preload/contract'
import type { GpuLog, GpuProcess } from './gpu-tracks'
import type { Track } from './host-tracks'
import type { CpuAccount } from './launch-cpu'
import { mean, within, type Window } from './window'

/** What disturbs. Shares of the launch's time, or of all processors of the host. */
export const limits = {
  /** Mean utilisation from which on a GPU worked at all; what an idle one does disturbs nobody. */
  busyUtil: 0.05,
  /** Samples of a GPU in which heat or hardware held its clocks down. */
  throttledShare: 0.05,
  /** Others on the processors while hardly any is left idle: the launch had to wait for them. */
  othersWhenFull: 0.25,
  idleWhenFull: 0.15,
  /** Others on the processors, whatever is left: memory bandwidth and clocks are shared. */
  others: 0.5,
  steal: 0.05,
  /** Device memory that a GPU gained during the launch and that tells that the launch used it, bytes. */
  usedBytes: 64 * 2 ** 20,
} as const

export interface Disturbance {
  kind: DisturbanceKind
  /** How bad; of several hosts or GPUs the worst is told. */
  size: number
  evidence: DisturbanceEvidence
}

const percent = (share: number): number => Number((share * 100).toPrecision(2))

const gpuTrack = (tracks: readonly Track[], metric: string, gpu: number): Track | undefined =>
  tracks.find((track) => track.metric === metric && track.dimensions['gpu'] === gpu)

/** The launch used a GPU when its memory in use grew from before the launch to within it. */
const usedByLaunch = (log: GpuLog, gpu: number, window: Window): boolean => {
  const track = gpuTrack(log.tracks, 'gpu.mem_used', gpu)
  const before = track?.values[0]
  if (!track || before === undefined) return false
  return within(track, window).some(({ value }) => value - before > limits.usedBytes)
}

const throttled = (host: string, log: GpuLog, window: Window): Disturbance[] =>
  [...log.reasons].flatMap(([gpu, reasons]): Disturbance[] => {
    const track = gpuTrack(log.tracks, 'gpu.throttled', gpu)
    const share = track ? mean(within(track, window)) : null
    const util = gpuTrack(log.tracks, 'gpu.util', gpu)
    const worked = usedByLaunch(log, gpu, window) || (util !== undefined && (mean(within(util, window)) ?? 0) >= limits.busyUtil)
    if (share === null || share < limits.throttledShare || !worked) return []
    return [{ kind: 'throttled', size: share, evidence: { host, gpu, percent: percent(share), reasons: [...reasons].join(', ') } }]
  })

const shared = (
  host: string,
  log: GpuLog,
  processes: readonly GpuProcess[],
  launchPids: ReadonlySet<number>,
  window: Window,
): Disturbance[] =>
  processes.flatMap((process): Disturbance[] => {
    const gpu = log.indexOf.get(process.uuid)
    const isStranger = !launchPids.has(process.pid) && (process.atStart || process.lists > 1)
    if (gpu === undefined || !isStranger) return []
    const own = processes.some((other) => other.uuid === process.uuid && launchPids.has(other.pid))
    if (!own && !usedByLaunch(log, gpu, window)) return []
    return [{ kind: 'gpu_shared', size: 1, evidence: { host, gpu, pid: process.pid, process: process.name } }]
  })

const processors = (host: string, account: CpuAccount): Disturbance[] => {
  const { others, idle, steal, launch, seconds } = account
  const isBusy = others >= limits.others || (others >= limits.othersWhenFull && idle <= limits.idleWhenFull)
  const evidence = { host, othersPercent: percent(others), launchPercent: percent(launch), seconds: Number(seconds.toPrecision(3)) }
  return [
    ...(isBusy ? [{ kind: 'cpu_busy' as const, size: others, evidence }] : []),
    ...(steal >= limits.steal ? [{ kind: 'cpu_stolen' as const, size: steal, evidence: { host, percent: percent(steal) } }] : []),
  ]
}

export interface Watched {
  host: string
  window: Window
  gpu: GpuLog | null
  processes: readonly GpuProcess[]
  /** Null: not known. */
  launchPids: readonly number[] | null
  /** Null: cannot be told. */
  account: CpuAccount | null
}

/** What disturbed the launch on one host; only what the records prove. */
export const disturbancesOn = ({ host, window, gpu, processes, launchPids, account }: Watched): Disturbance[] => [
  ...(gpu ? throttled(host, gpu, window) : []),
  ...(gpu && launchPids ? shared(host, gpu, processes, new Set(launchPids), window) : []),
  ...(account ? processors(host, account) : []),
]

/** The worst of each kind, as the `disturbed` fact of a run; null for none. */
export const worstOfEach = (found: readonly Disturbance[]): Partial<Record<DisturbanceKind, DisturbanceEvidence>> | null => {
  const worst = new Map<DisturbanceKind, Disturbance>()
  for (const one of found) if (one.size > (worst.get(one.kind)?.size ?? -1)) worst.set(one.kind, one)
  return worst.size === 0 ? null : Object.fromEntries([...worst].map(([kind, { evidence }]) => [kind, evidence]))
}
