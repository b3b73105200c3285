import type { Facts } from '../../preload/contract'

/** What the log proves about the way the bytes took. */
export interface Transport {
  /** `NET/IB`, `NET/Socket`, … from the channels themselves. */
  nets: string[]
  /** `P2P/CUMEM`, `SHM/direct/direct`, … */
  intraNode: string[]
  /** What NCCL said it would use; with one rank or one node no proof of traffic. */
  selected: string[]
  gpuDirect: boolean | null
  /** `mlx5_0:1`, `eth0`: those that channels name, or all that were opened when no channel is logged. */
  devices: string[]
  linkLayers: string[]
  lines: string[]
}

const channelVia =
  /\bvia (NET\/([^/\n]{1,64})\/(\d{1,3})(?:\(\d{1,4}\))?(?:\/[A-Za-z0-9_/]{1,64})?|(?:P2P|SHM|COLLNET|C2C)[A-Za-z0-9_/]{0,64})/
const usingNetwork = /\bUsing network ([^\n]{1,80}?)\s*$/
const opened = /\bNET\/([^:\n]{1,64}?) ?: Using (.{1,2000})$/
const sourceHost = /([\w.-]{1,255}):\d{1,9}:\d{1,9} \[/

interface Opened {
  device: string
  layer: string | null
}

/** `[0]mlx5_0:1/IB`, and ports that NCCL uses as one: `[0]={[0] mlx5_0:1/IB, [1] mlx5_1:1/IB}`. */
const devicesOf = (net: string, list: string): Map<string, Opened[]> => {
  const found = new Map<string, Opened[]>()
  for (const match of list.matchAll(/\[(\d{1,3})\]=\{([^}]{1,400})\}/g)) {
    const merged = [...(match[2] ?? '').matchAll(/\[\d{1,3}\] ([\w.-]{1,64}:\d{1,3})\/(\w{1,16})/g)]
    found.set(
      `${net}/${match[1]}`,
      merged.map(([, device = '', layer]) => ({ device, layer: layer ?? null })),
    )
  }
  for (const match of list.matchAll(/\[(\d{1,3})\](\S{1,200})/g)) {
    const rdma = /^([\w.-]+:\d+)\/(\w+)/.exec(match[2] ?? '')
    const socket = /^([\w.-]+):/.exec(match[2] ?? '')
    const device = rdma?.[1] ?? socket?.[1]
    if (device) found.set(`${net}/${match[1]}`, [{ device, layer: rdma?.[2] ?? null }])
  }
  return found
}

const maxLines = 40
const maxChannels = 100_000

/** Whose channel takes which way: the lines that say so again prove nothing new. Null for other lines. */
const channelOf = (line: string): string | null => {
  const via = line.includes('via ') ? channelVia.exec(line) : null
  return via ? `${sourceHost.exec(line)?.[1] ?? ''} ${via[1] ?? ''}` : null
}

export interface KeptLines {
  keeps(line: string): boolean
  /** Something new begins: what was said before says nothing of it. */
  begins(line: string): boolean
  /** The line says nothing besides the way of a channel. */
  isChatter(line: string): boolean
}

/** Keeps of the lines that `keeps` lets pass each kind of channel once. */
export const withoutRepeatedChannels = ({ keeps, begins, isChatter }: KeptLines): ((line: string) => boolean) => {
  const seen = new Set<string>()
  return (line) => {
    if (!keeps(line)) return false
    if (begins(line)) seen.clear()
    const channel = channelOf(line)
    if (channel === null) return true
    if (seen.has(channel)) return !isChatter(line)
    if (seen.size < maxChannels) seen.add(channel)
    return true
  }
}

/** Transport lines of an NCCL_DEBUG log, read once. */
export const readTransport = (lines: Iterable<string>): Transport => {
  const nets = new Set<string>()
  const intraNode = new Set<string>()
  const selected = new Set<string>()
  const used = new Set<string>()
  const cards = new Map<string, Opened[]>()
  const quoted = new Map<string, string>()
  let direct = 0
  let staged = 0
  const keep = (kind: string, line: string): void => {
    if (quoted.size < maxLines && !quoted.has(kind)) quoted.set(kind, line.trim().slice(0, 400))
  }
  for (const line of lines) {
    if (!line.includes('via ') && !line.includes('Using ')) continue
    const host = sourceHost.exec(line)?.[1] ?? ''
    const via = channelVia.exec(line)
    if (via?.[2] !== undefined) {
      nets.add(`NET/${via[2]}`)
      used.add(`${host} ${via[2]}/${via[3]}`)
      if (via[1]?.includes('GDRDMA')) direct += 1
      else staged += 1
      keep(`via ${host} ${via[1]}`, line)
    } else if (via) {
      intraNode.add(via[1] ?? '')
    }
    const network = usingNetwork.exec(line)
    if (network?.[1]) {
      selected.add(network[1])
      keep(`network ${host} ${network[1]}`, line)
    }
    const open = opened.exec(line)
    if (open?.[1] && open[2]) {
      const found = devicesOf(open[1].trim(), open[2])
      for (const [key, card] of found) cards.set(`${host} ${key}`, card)
      if (found.size > 0) keep(`opened ${host} ${open[1]}`, line)
    }
  }
  const chosen = [...cards].filter(([key]) =>
    used.size > 0 ? used.has(key) : [...selected].some((name) => key.split(' ').at(-1)?.startsWith(`${name}/`)),
  )
  return {
    nets: [...nets].sort(),
    intraNode: [...intraNode].sort(),
    selected: [...selected].sort(),
    gpuDirect: nets.size === 0 ? null : direct > 0 && staged === 0,
    devices: [...new Set(chosen.flatMap(([, ports]) => ports.map(({ device }) => device)))].sort(),
    linkLayers: [...new Set(chosen.flatMap(([, ports]) => ports.flatMap(({ layer }) => layer ?? [])))].sort(),
    lines: [...quoted.values()],
  }
}

/** The transport as facts; what the log does not prove is left out, except that no network is named: null. */
export const transportFacts = (transport: Transport): Facts => ({
  transport: transport.nets.length > 0 ? transport.nets.join(', ') : null,
  ...(transport.nets.length > 0 ? { gpudirect_rdma: transport.gpuDirect } : {}),
  ...(transport.selected.length > 0 ? { network_selected: transport.selected.join(', ') } : {}),
  ...(transport.intraNode.length > 0 ? { intra_node_transport: transport.intraNode.join(', ') } : {}),
  ...(transport.devices.length > 0 ? { network_devices: transport.devices } : {}),
  ...(transport.linkLayers.length > 0 ? { link_layer: transport.linkLayers.join(', ') } : {}),
})

/**
 * What an NCCL log says about the transport, for the proof: networks and devices observed, and the lines that say so.
 * Channels outrank `Using network`. null when the log does not say.
 */
export const ncclTransport = (log: string): { observed: string[]; lines: string[] } | null => {
  const found = readTransport(log.split('\n'))
  const nets = found.nets.length > 0 ? found.nets : found.selected.map((name) => `NET/${name}`)
  if (nets.length === 0) return null
  return { observed: [...nets, ...found.devices], lines: found.lines }
}
