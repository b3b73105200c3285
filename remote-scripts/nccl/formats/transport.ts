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

const devicesOf = (net: string, list: string): Map<string, { device: string; layer: string | null }> => {
  const found = new Map<string, { device: string; layer: string | null }>()
  for (const match of list.matchAll(/\[(\d{1,3})\](\S{1,200})/g)) {
    const rdma = /^([\w.-]+:\d+)\/(\w+)/.exec(match[2] ?? '')
    const socket = /^([\w.-]+):/.exec(match[2] ?? '')
    const device = rdma?.[1] ?? socket?.[1]
    if (device) found.set(`${net}/${match[1]}`, { device, layer: rdma?.[2] ?? null })
  }
  return found
}

const maxLines = 40

/** Transport lines of an NCCL_DEBUG log, read once. */
export const readTransport = (lines: Iterable<string>): Transport => {
  const nets = new Set<string>()
  const intraNode = new Set<string>()
  const selected = new Set<string>()
  const used = new Set<string>()
  const cards = new Map<string, { device: string; layer: string | null }>()
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
    devices: [...new Set(chosen.map(([, card]) => card.device))].sort(),
    linkLayers: [...new Set(chosen.flatMap(([, card]) => (card.layer ? [card.layer] : [])))].sort(),
    lines: [...quoted.values()],
  }
}

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
