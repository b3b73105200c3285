/**
 * The stated model behind the simulated lab: every number that a simulated tool prints is computed here.
 * Time of a transfer is A + bytes / bandwidth; launches and iterations add seeded noise (random.ts).
 */

export type PresetName = 'a100-hdr' | 'h100-ndr-roce' | 'v100-edr'
export type Collective = 'all_reduce' | 'all_gather' | 'reduce_scatter' | 'alltoall' | 'broadcast' | 'sendrecv'
export type RdmaVerb = 'write' | 'read' | 'send'

/** TCP over one network interface. */
export interface SocketLink {
  kind: 'socket'
  /** Network interface. */
  device: string
  /** One NCCL ring step between hosts, LL protocol. */
  stepUs: number
  /** NCCL payload rate of all its sockets together. */
  ncclGBps: number
  /** One TCP stream, and all streams together. */
  streamGBps: number
  plateauGBps: number
  /** Median round trip of 64 bytes. */
  roundTripUs: number
  /** Mean retransmitted segments per second at full rate. */
  retransmitsPerSecond: number
  /** CPU of the sender at full rate, per cent of one core. */
  cpuPercent: number
}

/** RDMA over one HCA port. */
export interface VerbsLink {
  kind: 'verbs'
  /** HCA name. */
  device: string
  stepUs: number
  ncclGBps: number
  /** Verbs payload rate for large messages. */
  plateauGBps: number
  /** Time the HCA needs per message of one queue pair, and at least for all of them. */
  perMessageUs: number
  perMessageFloorUs: number
  /** One-way latency of a small message, by verb. */
  latencyUs: Record<RdmaVerb, number>
}

export type LinkModel = SocketLink | VerbsLink

/** What NCCL's protocols cost besides the link (NCCL tuning.cc names the terms; the values are this lab's own). */
export interface ProtocolModel {
  name: 'LL' | 'LL128' | 'Simple'
  baseUs: number
  intraStepUs: number
  /** Added to the link's step. */
  interStepExtraUs: number
  /** Share of the link's payload rate. */
  efficiency: number
  /** NCCL uses LL128 between hosts over RDMA only. */
  verbsOnly: boolean
}

export interface InterfaceModel {
  name: string
  linkType: 'ethernet' | 'infiniband'
  rateGbps: number
  mtu: number
  driver: string
  /** 10.x: the second octet of its addresses. */
  subnet: number
}

export interface HcaModel {
  name: string
  linkLayer: 'InfiniBand' | 'Ethernet'
  rateGbps: number
  /** As sysfs prints it: `200 Gb/sec (4X HDR)`. */
  rateText: string
  firmware: string
  boardType: string
  interface: string
  pci: string
}

export interface HardwareModel {
  preset: PresetName
  simulated: true
  gpu: {
    name: string
    count: number
    memoryMiB: number
    computeCapability: string
    smClockMHz: number
    memoryClockMHz: number
    powerLimitW: number
    pcieGen: number
    nvlinks: number
  }
  cpu: { model: string; sockets: number; coresPerSocket: number; memoryGiB: number }
  driverVersion: string
  cudaVersion: string
  ncclVersion: string
  /** Payload rate of a ring inside one host. */
  nvlinkGBps: number
  interfaces: InterfaceModel[]
  hcas: HcaModel[]
  links: LinkModel[]
  protocols: ProtocolModel[]
}

export const collectives: readonly Collective[] = ['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall', 'broadcast', 'sendrecv']

/** The link of a device; throws when the model has none of that name. */
export const linkOf = (model: HardwareModel, kind: LinkModel['kind'], device: string): LinkModel => {
  const link = model.links.find((candidate) => candidate.kind === kind && candidate.device === device)
  if (!link) throw new Error(`the simulated hosts have no ${kind} link on ${device}`)
  return link
}

/** busbw / algbw for n ranks (nccl-tests doc/PERFORMANCE.md). */
export const busFactor = (collective: Collective, ranks: number): number => {
  if (collective === 'all_reduce') return (2 * (ranks - 1)) / ranks
  if (collective === 'broadcast' || collective === 'sendrecv') return 1
  return (ranks - 1) / ranks
}

/** Payload bytes the busiest host sends to other hosts in one operation; ranks are spread evenly. */
export const wireBytes = (collective: Collective, sizeBytes: number, ranks: number, nodes: number): number => {
  if (nodes < 2) return 0
  const local = ranks / nodes
  if (collective === 'alltoall') return (local * (ranks - local) * sizeBytes) / ranks
  return busFactor(collective, ranks) * sizeBytes
}

const ringSteps = (collective: Collective, ranks: number, nodes: number): { intra: number; inter: number } => {
  const rounds = collective === 'all_reduce' ? 2 : 1
  if (collective === 'sendrecv') return { intra: nodes < 2 ? 1 : 0, inter: nodes < 2 ? 0 : 1 }
  return { intra: rounds * (ranks - nodes), inter: rounds * (nodes - 1) }
}

/** Time of one collective, microseconds: the fastest of the protocols, each A + B m. */
export const expectedCollectiveUs = (
  model: HardwareModel,
  collective: Collective,
  sizeBytes: number,
  link: LinkModel,
  ranks: number,
  nodes = 2,
): number => {
  const steps = ringSteps(collective, ranks, nodes)
  const times = model.protocols
    .filter((protocol) => !protocol.verbsOnly || link.kind === 'verbs' || nodes < 2)
    .map((protocol) => {
      const latencyUs = protocol.baseUs + steps.intra * protocol.intraStepUs + steps.inter * (link.stepUs + protocol.interStepExtraUs)
      const acrossUs = wireBytes(collective, sizeBytes, ranks, nodes) / (link.ncclGBps * protocol.efficiency * 1000)
      const insideUs = (busFactor(collective, ranks) * sizeBytes) / (model.nvlinkGBps * protocol.efficiency * 1000)
      return latencyUs + Math.max(acrossUs, insideUs)
    })
  return Math.min(...times)
}

/** Bus bandwidth in GB/s without noise. */
export const expectedBusbw = (
  model: HardwareModel,
  collective: Collective,
  sizeBytes: number,
  link: LinkModel,
  ranks: number,
  nodes = 2,
): number => (busFactor(collective, ranks) * sizeBytes) / (expectedCollectiveUs(model, collective, sizeBytes, link, ranks, nodes) * 1000)

/** TCP throughput in GB/s and median round trip in microseconds, without noise. */
export const expectedTcp = (link: SocketLink, streams: number): { throughputGBps: number; roundTripUs: number } => ({
  throughputGBps: Math.min(link.plateauGBps, streams * link.streamGBps),
  roundTripUs: link.roundTripUs,
})

/** What perftest would measure, without noise: bandwidth in GB/s, messages per microsecond, one-way latency in microseconds. */
export const expectedRdma = (
  link: VerbsLink,
  verb: RdmaVerb,
  sizeBytes: number,
  queuePairs = 1,
): { bandwidthGBps: number; messagesPerUs: number; latencyUs: number } => {
  const perMessageUs = Math.max(link.perMessageUs / queuePairs, link.perMessageFloorUs)
  const wireUs = sizeBytes / (link.plateauGBps * 1000)
  // A soft maximum: near the crossing both the message engine and the wire are busy.
  const messageUs = (perMessageUs ** 4 + wireUs ** 4) ** 0.25
  return {
    bandwidthGBps: sizeBytes / (messageUs * 1000),
    messagesPerUs: 1 / messageUs,
    latencyUs: link.latencyUs[verb] + wireUs,
  }
}
