import type { FabricSpec, Inventory, Problem, Transport, Warning } from '../../../preload/contract'
import { formatDeltaMB } from '../metrics/format'
import { claimedBytes, claimedNames, hostTraffic, strangers, trafficLine, type HostCounters, type HostTraffic } from './transport-counters'
import { linkLayerConflict } from './transport-links'
import { judgeLog, readTransportLog, type TransportLog } from './transport-log'

export type { DeviceCounters, HostCounters } from './transport-counters'
export type { TransportLog } from './transport-log'

export interface TransportInput {
  fabric: { name: string; spec: FabricSpec } | null
  /** Byte counters of every host of the launch, taken on the host before and after it. */
  hosts: HostCounters[]
  log: TransportLog | null
  /** Payload bytes that the busiest host must have moved over the fabric; null: unknown. */
  expectedBytes: number | null
  /** Plan host -> inventory; lets link layers be checked. */
  inventories?: Readonly<Record<string, Inventory | null | undefined>>
  /** Narrows the claim of a fabric that binds both: kernel sockets over the interface, or verbs over the HCA. Default: either. */
  path?: 'interface' | 'hca' | null
  /** All hosts are one machine, so loopback is a path too. Default: there is one host. */
  oneMachine?: boolean
}

export interface TransportProof {
  transport: Transport
  /** `transport.contradicted`, or null. */
  problem: Problem | null
  warnings: Warning[]
}

/** Below this nothing can be told from the counters: drivers update them late, and small frames are mostly headers. */
const leastBytes = 1e6
/** What the program's own SSH sessions may add to any interface during a launch. */
const sshNoiseBytes = 5e6
/** A device counts as observed from this share of a host's bytes. */
const observedShare = 0.1

const observedDevices = (hosts: HostTraffic[], withLoopback: boolean): string[] => {
  const found = hosts.flatMap((traffic) => {
    const devices = [...traffic.bytes].filter(([device]) => withLoopback || device !== 'lo')
    const total = devices.reduce((sum, [, bytes]) => sum + bytes, 0)
    return total < leastBytes ? [] : devices.filter(([, bytes]) => bytes >= observedShare * total).map(([device]) => device)
  })
  return [...new Set(found)]
}

/** Not SSH's few megabytes, unless the claimed device carried too little for what was expected. */
const isSubstantial = (bytes: number, claimed: number, expectedBytes: number | null): boolean =>
  bytes > sshNoiseBytes || (expectedBytes !== null && bytes > leastBytes && claimed < expectedBytes / 2)

/** The device that carried the bulk of a host's bytes without being claimed; undefined when there is none. */
const bulkElsewhere = (traffic: HostTraffic, expectedBytes: number | null, withLoopback: boolean): [string, number] | undefined => {
  const others = strangers(traffic, withLoopback)
  const claimed = claimedBytes(traffic)
  const total = others.reduce((sum, [, bytes]) => sum + bytes, claimed)
  const bulk = (expectedBytes ?? total) / 2
  // Several rails may share the bulk: then no single device holds half, but the claimed one is idle.
  const idle = traffic.counted.length > 0 && expectedBytes === null && claimed < observedShare * total
  return others.find(([, bytes]) => (bytes > bulk || idle) && isSubstantial(bytes, claimed, expectedBytes))
}

interface CounterJudgement {
  /** contradicted: the sentence; proved: counters decide; undecided: why not, as a warning. */
  contradiction: string | null
  proved: boolean
  warnings: Warning[]
}

const undecided = (code: string, message: string): CounterJudgement => ({
  contradiction: null,
  proved: false,
  warnings: [{ code, message }],
})

const judgeCounters = (hosts: HostTraffic[], input: TransportInput, withLoopback: boolean): CounterJudgement => {
  const reset = hosts.filter((traffic) => traffic.reset).map((traffic) => traffic.host)
  const usable = hosts.filter((traffic) => traffic.present && !traffic.reset)
  for (const traffic of usable) {
    const elsewhere = bulkElsewhere(traffic, input.expectedBytes, withLoopback)
    if (elsewhere)
      return { contradiction: `${elsewhere[0]} on ${traffic.host} carried ${formatDeltaMB(elsewhere[1])}`, proved: false, warnings: [] }
  }
  if (reset.length > 0)
    return undecided('transport.counter_reset', `Byte counters ran backwards on ${reset.join(', ')}; they prove nothing here.`)
  if (usable.length < hosts.length || usable.length === 0)
    return undecided('transport.no_counters', 'Byte counters are missing, so the path is not proved by them.')
  const uncounted = usable.filter((traffic) => traffic.counted.length === 0).map((traffic) => traffic.host)
  if (uncounted.length > 0)
    return undecided('transport.device_uncounted', `No byte counter for the fabric’s device on ${uncounted.join(', ')}.`)
  const most = Math.max(...usable.map(claimedBytes))
  const least = Math.min(...usable.map(claimedBytes))
  const expected = input.expectedBytes
  if (expected !== null && expected >= leastBytes && most < expected / 2) {
    return {
      contradiction: `the claimed device carried ${formatDeltaMB(most)} of at least ${formatDeltaMB(expected)}`,
      proved: false,
      warnings: [],
    }
  }
  const needed = expected === null ? sshNoiseBytes : leastBytes
  if (most < needed || least < leastBytes / 2)
    return undecided('transport.too_little_traffic', `Too little traffic to prove the path (${formatDeltaMB(most)}).`)
  return { contradiction: null, proved: true, warnings: [] }
}

const contradicted = (transport: Transport, fabric: string, how: string): TransportProof => ({
  transport,
  problem: {
    code: 'transport.contradicted',
    message: `The arm says ${fabric}, but ${how}.`,
    params: { claimed: fabric, observed: transport.observed.join(', ') || 'none' },
    evidence: transport.evidence.join('\n'),
  },
  warnings: [],
})

/**
 * Did the traffic take the fabric that the arm names? Judged by byte counters and by the tool's own log; either may contradict.
 * Counters decide where they can; the log alone is `proof: log`; neither is `proof: none` with a warning that says why.
 */
export const proveTransport = (input: TransportInput): TransportProof => {
  const withLoopback = input.oneMachine ?? input.hosts.length === 1
  const { fabric, log } = input
  const inventories = input.inventories ?? {}
  const inventoryOf = (host: string): Inventory | null => (Object.hasOwn(inventories, host) ? (inventories[host] ?? null) : null)
  const claims = (host: string): string[] => (fabric ? claimedNames(fabric.spec, host, input.path ?? null, inventoryOf(host)) : [])
  const hosts = input.hosts.map((counters) => hostTraffic(counters, claims(counters.host)))
  const loopbackClaimed = hosts.some((traffic) => traffic.claimed.includes('lo'))
  const evidence = [...hosts.filter((traffic) => traffic.present).map(trafficLine), ...(log?.lines ?? [])]
  const counted = observedDevices(hosts, withLoopback || loopbackClaimed)
  const observed = counted.length > 0 ? counted : (log?.observed ?? [])
  if (!fabric) return { transport: { claimed: null, observed, proof: 'none', evidence }, problem: null, warnings: [] }

  const proof = (kind: Transport['proof'], extra: string[] = []): Transport => ({
    claimed: fabric.name,
    observed,
    proof: kind,
    evidence: [...extra, ...evidence],
  })
  const names = input.hosts.map(({ host }) => host)
  const conflict = linkLayerConflict(fabric.spec, names, inventories)
  if (conflict) return contradicted(proof('none', [conflict]), fabric.name, conflict)
  const byCounters = judgeCounters(hosts, input, withLoopback || loopbackClaimed)
  if (byCounters.contradiction) return contradicted(proof('counters'), fabric.name, byCounters.contradiction)
  const claimed = [...new Set(hosts.flatMap((traffic) => traffic.claimed))]
  const known = [...claimed, ...hosts.flatMap((traffic) => [...traffic.bytes.keys()])]
  const byLog = log ? judgeLog(readTransportLog(log, known), fabric.spec, claimed) : undefined
  if (typeof byLog === 'string') return contradicted(proof('log'), fabric.name, byLog)
  if (byCounters.proved) return { transport: proof('counters'), problem: null, warnings: [] }
  return { transport: proof(byLog === null ? 'log' : 'none'), problem: null, warnings: byLog === null ? [] : byCounters.warnings }
}
