import type { FabricSpec } from '../../../preload/contract'

/** What a tool's own log says, as its probe read it. */
export interface TransportLog {
  observed: string[]
  lines: string[]
}

export interface LogFinding {
  /** sockets: kernel TCP/IP; rdma: verbs; null: the log does not say. */
  network: 'sockets' | 'rdma' | null
  /** Interfaces and HCAs it names. */
  devices: string[]
}

const socketName = /^(NET\/)?Sockets?$/i
/** NET/IB, NET/IBext_v8 and other verbs plugins, perftest's link types; never `ib0`. */
const rdmaName = /^(NET\/(IB|UCX)\w*|IB|InfiniBand|RoCE\w*|IBext\w*|verbs|rdma)$/i
const socketLine = /\bNET\/Socket\b|Using network Socket\b/
const rdmaLine = /\bNET\/IB\w*|Using network IB\w*/

const sameDevice = (named: string, known: string): boolean =>
  named === known || [':', '.'].some((mark) => named.startsWith(known + mark) || known.startsWith(named + mark))

/** Tokens name the network (`NET/IB/0/GDRDMA` counts as NET/IB) or a known device; others, such as P2P/CUMEM inside a host, decide nothing. */
export const readTransportLog = (log: TransportLog, knownDevices: readonly string[]): LogFinding => {
  const tokens = log.observed.map((token) => token.trim().replace(/^(NET\/\w+)\/.*$/, '$1'))
  const devices = tokens.filter((token) => token !== '' && knownDevices.some((known) => sameDevice(token, known)))
  const sockets = tokens.some((token) => socketName.test(token))
  const rdma = tokens.some((token) => rdmaName.test(token))
  if (sockets !== rdma) return { network: sockets ? 'sockets' : 'rdma', devices }
  const lines = { sockets: log.lines.some((line) => socketLine.test(line)), rdma: log.lines.some((line) => rdmaLine.test(line)) }
  if (lines.sockets === lines.rdma) return { network: null, devices }
  return { network: lines.sockets ? 'sockets' : 'rdma', devices }
}

/** A sentence when the log contradicts the fabric, null when it agrees, undefined when it decides nothing. */
export const judgeLog = (finding: LogFinding, spec: FabricSpec, claimed: readonly string[]): string | null | undefined => {
  const rdmaClaimed = spec.kind !== 'ethernet' && spec.hcas !== undefined && Object.keys(spec.hcas).length > 0
  if (rdmaClaimed && finding.network === 'sockets') return `the log says sockets, and the fabric is ${spec.kind} over an HCA`
  if (spec.kind === 'ethernet' && finding.network === 'rdma')
    return 'the log says RDMA (NET/IB), and the fabric is ethernet over the kernel’s sockets'
  if (finding.devices.length > 0 && claimed.length > 0) {
    // A tool may open more devices than it uses: only a log without any claimed one contradicts by itself.
    const agrees = finding.devices.some((device) => claimed.some((own) => sameDevice(device, own)))
    return agrees ? null : `the log names ${finding.devices.join(', ')}, and the fabric is bound to ${claimed.join(', ')}`
  }
  return finding.network === null ? undefined : null
}
