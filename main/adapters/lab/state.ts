import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HardwareModel, PresetName } from './hardware-model'
import { withLock } from './lock'
import { presets } from './presets'

/** Planted faults, for tests of what Headroom must notice. */
export interface LabFaults {
  /** Traffic meant for the first device goes over the second: `{ mlx5_0: 'eth0' }` is a mislabelled InfiniBand arm. */
  reroute?: Record<string, string>
  /** With `reroute`: tools keep logging what was asked for, so only the counters know. */
  logsLie?: boolean
  /** Tools that never end by themselves. */
  hang?: string[]
  /** Tools that fail at once with exit code 1. */
  fail?: string[]
  /** The GPU performance counters are reserved for administrators: the driver says so in /proc (announced), or only the profiler does. */
  lockedCounters?: 'announced' | 'silent'
  /** A monitoring agent reads the profiling counters through DCGM all the time. */
  monitoredByDcgm?: boolean
  /** Hosts whose GPUs are too hot: their clocks are held down, and nvidia-smi says so. */
  throttle?: string[]
}

export interface LabHostState {
  name: string
  /** 1-based: the last octet of its addresses. */
  index: number
  gpus: number
  /** Interface -> IPv4 address. */
  addresses: Record<string, string>
}

export interface LabState {
  preset: PresetName
  seed: number
  hosts: LabHostState[]
  faults: LabFaults
}

/** Bytes since boot by device (interface or HCA). */
export type HostCounters = Record<string, { rxBytes: number; txBytes: number }>

export const statePath = (dir: string, name: string): string => join(dir, 'state', name)
export const hostPath = (dir: string, host: string, ...rest: string[]): string => join(dir, 'hosts', host, ...rest)

/** Readers never see half a file. */
export const writeAtomically = (path: string, text: string): void => {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

const readJson = <Shape>(path: string): Shape => JSON.parse(readFileSync(path, 'utf8')) as Shape

export const readLabState = (dir: string): LabState => readJson<LabState>(statePath(dir, 'lab.json'))
export const writeLabState = (dir: string, state: LabState): void =>
  writeAtomically(statePath(dir, 'lab.json'), JSON.stringify(state, null, 2))

export const modelOf = (state: LabState): HardwareModel => presets[state.preset]

export const withStateLock = <Result>(dir: string, work: () => Result): Result => withLock(statePath(dir, 'lock'), work)

export const readCounters = (dir: string): Record<string, HostCounters> => readJson(statePath(dir, 'counters.json'))
export const writeCounters = (dir: string, counters: Record<string, HostCounters>): void =>
  writeAtomically(statePath(dir, 'counters.json'), JSON.stringify(counters))

/** Number of this launch of the tool, from 0; each call counts. */
export const nextLaunch = (dir: string, tool: string): number =>
  withStateLock(dir, () => {
    const path = statePath(dir, 'launches.json')
    const launches = readJson<Record<string, number>>(path)
    const launch = launches[tool] ?? 0
    writeAtomically(path, JSON.stringify({ ...launches, [tool]: launch + 1 }))
    return launch
  })

/** A host by name or by any of its simulated addresses, and the interface that the address belongs to. */
export const findHost = (state: LabState, nameOrAddress: string): { host: LabHostState; device: string } | null => {
  for (const host of state.hosts) {
    if (host.name === nameOrAddress) return { host, device: Object.keys(host.addresses)[0] ?? 'eth0' }
    const device = Object.entries(host.addresses).find(([, address]) => address === nameOrAddress)?.[0]
    if (device) return { host, device }
  }
  return null
}
