import { existsSync } from 'node:fs'
import type { HardwareModel } from './hardware-model'
import { passTime, type Work } from './simulated-time'
import { hostPath, readCounters, withStateLock, writeAtomically, writeCounters, type HostCounters } from './state'

/** Payload that one host sent and received. */
export interface HostTraffic {
  host: string
  txBytes: number
  rxBytes: number
  /** The time it took, and what else the host did in it; absent: no time that anybody would notice. */
  work?: Work
}

const IB_HEADER_SHARE = 1 + 30 / 4096
const TCP_HEADERS = 52
const FRAME_BYTES = 14
/** An idle Ethernet port is never silent: ssh, time, monitoring. */
const MANAGEMENT_BYTES = 48_000
const MANAGEMENT_BYTES_PER_SECOND = 16_000

const wireShare = (model: HardwareModel, device: string): number => {
  const network = model.interfaces.find((candidate) => candidate.name === device)
  if (!network) return IB_HEADER_SHARE
  return (network.mtu + FRAME_BYTES) / (network.mtu - TCP_HEADERS)
}

const add = (counters: HostCounters, device: string, txBytes: number, rxBytes: number): void => {
  const before = counters[device] ?? { txBytes: 0, rxBytes: 0 }
  counters[device] = { txBytes: before.txBytes + Math.round(txBytes), rxBytes: before.rxBytes + Math.round(rxBytes) }
}

const procNetDevLine = (name: string, counter: { rxBytes: number; txBytes: number }, mtu: number): string => {
  const packets = (bytes: number): number => Math.ceil(bytes / mtu)
  const { rxBytes, txBytes } = counter
  return `${name.padStart(6)}: ${rxBytes} ${packets(rxBytes)}    0    0    0     0          0         0 ${txBytes} ${packets(txBytes)}    0    0    0     0       0          0`
}

const PROC_NET_DEV_HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`

/** Writes what the kernel would show of the counters into the host's simulated /proc and /sys. */
export const renderCounters = (dir: string, model: HardwareModel, host: string, counters: HostCounters): void => {
  const root = (...parts: string[]): string => hostPath(dir, host, 'root', ...parts)
  const zero = { rxBytes: 0, txBytes: 0 }
  const interfaces = [{ name: 'lo', mtu: 65_536 }, ...model.interfaces]
  const lines = interfaces.map(({ name, mtu }) => procNetDevLine(name, counters[name] ?? zero, mtu))
  writeAtomically(root('proc', 'net', 'dev'), PROC_NET_DEV_HEAD + lines.join('\n') + '\n')
  for (const { name, mtu } of interfaces) {
    const { rxBytes, txBytes } = counters[name] ?? zero
    const statistics = root('sys', 'class', 'net', name, 'statistics')
    writeAtomically(`${statistics}/rx_bytes`, `${rxBytes}\n`)
    writeAtomically(`${statistics}/tx_bytes`, `${txBytes}\n`)
    writeAtomically(`${statistics}/rx_packets`, `${Math.ceil(rxBytes / mtu)}\n`)
    writeAtomically(`${statistics}/tx_packets`, `${Math.ceil(txBytes / mtu)}\n`)
  }
  for (const { name } of model.hcas) {
    const { rxBytes, txBytes } = counters[name] ?? zero
    const folder = root('sys', 'class', 'infiniband', name, 'ports', '1', 'counters')
    if (!existsSync(folder)) continue
    // The InfiniBand specification counts port data in units of four octets.
    writeAtomically(`${folder}/port_rcv_data`, `${Math.floor(rxBytes / 4)}\n`)
    writeAtomically(`${folder}/port_xmit_data`, `${Math.floor(txBytes / 4)}\n`)
  }
}

/** Lets simulated time pass on hosts whose work crosses no link. */
export const workWithoutTraffic = (dir: string, model: HardwareModel, works: readonly { host: string; work: Work }[]): void =>
  withStateLock(dir, () => passTime(dir, model, works))

/** Adds payload over a device to the counters of all hosts concerned, under one lock. IPoIB traffic shows on its HCA too. */
export const moveTraffic = (dir: string, model: HardwareModel, device: string, traffic: HostTraffic[]): void => {
  withStateLock(dir, () => {
    const all = readCounters(dir)
    for (const { host, txBytes, rxBytes, work } of traffic) {
      const counters = all[host] ?? {}
      const share = wireShare(model, device)
      add(counters, device, txBytes * share, rxBytes * share)
      const carrier = model.hcas.find((hca) => hca.interface === device && hca.linkLayer === 'InfiniBand')
      if (carrier) add(counters, carrier.name, txBytes * share, rxBytes * share)
      const management = model.interfaces[0]?.name ?? 'eth0'
      const managementBytes = work ? work.seconds * MANAGEMENT_BYTES_PER_SECOND : MANAGEMENT_BYTES
      add(counters, management, managementBytes, managementBytes)
      all[host] = counters
    }
    writeCounters(dir, all)
    for (const { host } of traffic) renderCounters(dir, model, host, all[host] ?? {})
    passTime(
      dir,
      model,
      traffic.flatMap(({ host, work }) => (work ? [{ host, work }] : [])),
    )
  })
}
