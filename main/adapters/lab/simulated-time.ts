import { existsSync, readFileSync } from 'node:fs'
import type { HardwareModel } from './hardware-model'
import { hostPath, statePath, writeAtomically } from './state'

/** What the GPUs of a host do while a tool works; shares from 0 to 1. */
export interface GpuActivity {
  util: number
  smActive: number
  tensorActive: number
  dramActive: number
  /** Of the range between idle and the power limit. */
  power: number
  /** Device memory of the process, contexts and buffers included. */
  memoryMiB: number
  /** Where a tool holds another clock than the GPU's own. */
  smClockMHz?: number
  /** GPUs that work, the first of the host; all of them without it. */
  gpus?: number
}

/** Simulated work of one host: tools compute at once what would take this long. */
export interface Work {
  seconds: number
  /** Processors kept busy. */
  cores: number
  segments?: number
  retransmits?: number
  gpu?: GpuActivity
}

interface HostTime {
  nowS: number
  /** Busy time of each processor since the boot, seconds. */
  busyS: number[]
  segments: number
  retransmits: number
  /** What the GPUs did, newest last; before the first and between them they were idle. */
  history: { fromS: number; toS: number; gpu: GpuActivity }[]
}

/** The hosts have been up for weeks. */
const bootedS = 1_728_443
const ticksPerSecond = 100
const keptHistory = 64
/** Of the processor time of a network or collective tool; the rest is the user's. */
const systemShare = 0.7

/** NCCL's kernels fill few SMs: the channels of a collective are thread blocks (24 of an A100's 108). */
export const collectiveActivity: GpuActivity = {
  util: 1,
  smActive: 0.22,
  tensorActive: 0,
  dramActive: 0.12,
  power: 0.18,
  memoryMiB: 1460,
}

const timeFile = (dir: string): string => statePath(dir, 'time.json')

const newHost = (model: HardwareModel): HostTime => ({
  nowS: bootedS,
  busyS: Array.from({ length: model.cpu.sockets * model.cpu.coresPerSocket }, () => 9000),
  segments: 61_000_000,
  retransmits: 4100,
  history: [],
})

const readAll = (dir: string): Record<string, HostTime> =>
  existsSync(timeFile(dir)) ? (JSON.parse(readFileSync(timeFile(dir), 'utf8')) as Record<string, HostTime>) : {}

const statLine = (name: string, busyS: number, totalS: number): string => {
  const ticks = (seconds: number): number => Math.round(seconds * ticksPerSecond)
  const system = ticks(busyS * systemShare)
  return `${name} ${ticks(busyS) - system} 0 ${system} ${Math.max(0, ticks(totalS - busyS))} 0 0 0 0 0 0`
}

const render = (dir: string, host: string, time: HostTime): void => {
  const put = (path: string, text: string): void => writeAtomically(hostPath(dir, host, 'root', 'proc', path), text)
  const busy = time.busyS.reduce((sum, one) => sum + one, 0)
  const cores = time.busyS.map((one, index) => statLine(`cpu${index}`, one, time.nowS))
  put('stat', `${[statLine('cpu ', busy, time.nowS * cores.length), ...cores, 'procs_running 2'].join('\n')}\n`)
  put('net/snmp', `Tcp: OutSegs RetransSegs InErrs\nTcp: ${time.segments} ${time.retransmits} 0\n`)
  put('net/netstat', 'TcpExt: TCPBacklogDrop ListenDrops\nTcpExt: 0 0\n')
  // Last: who waits for the time to pass then finds everything that happened in it.
  put('uptime', `${time.nowS.toFixed(2)} ${(time.nowS * cores.length - busy).toFixed(2)}\n`)
}

const pass = (time: HostTime, work: Work): HostTime => {
  const toS = time.nowS + work.seconds
  const busyS = time.busyS.map((busy, core) => busy + work.seconds * Math.min(1, Math.max(0, work.cores - core)))
  const history = work.gpu ? [...time.history, { fromS: time.nowS, toS, gpu: work.gpu }].slice(-keptHistory) : time.history
  return {
    nowS: toS,
    busyS,
    segments: time.segments + Math.round(work.segments ?? 0),
    retransmits: time.retransmits + Math.round(work.retransmits ?? 0),
    history,
  }
}

/** Lets simulated time pass on hosts, with what they did in it. The caller holds the state lock. */
export const passTime = (dir: string, model: HardwareModel, works: readonly { host: string; work: Work }[]): void => {
  const all = readAll(dir)
  for (const { host, work } of works) {
    const next = pass(all[host] ?? newHost(model), work)
    all[host] = next
    render(dir, host, next)
  }
  writeAtomically(timeFile(dir), JSON.stringify(all))
}

/** The first rendering of a new host's clock and counters. */
export const renderTime = (dir: string, model: HardwareModel, host: string): void => render(dir, host, newHost(model))

/** A host's simulated uptime, seconds. */
export const simulatedNow = (dir: string, host: string): number => readAll(dir)[host]?.nowS ?? bootedS

/** What the GPUs of a host did at a simulated moment; null: nothing. */
export const activityAt = (dir: string, host: string, atS: number): GpuActivity | null =>
  readAll(dir)[host]?.history.findLast(({ fromS, toS }) => atS > fromS && atS <= toS)?.gpu ?? null
