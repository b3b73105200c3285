import type { Facts } from '../../../preload/contract'

/** `RDMA_Write Bidirectional BW Test`, `Send Latency Test`, `Atomic FETCH_AND_ADD BW Test`, … */
export const titleLine =
  /^\s*((?:RDMA[_ ](?:Write|Read)(?:_imm)?|Send|Atomic|Write|Read)\b[\w :()-]{0,60}?\b(?:BW|Latency)(?:[\w :()-]{0,40})?) Test\b/

const fieldPair = /([A-Za-z][\w .*/]{1,24}?)\s*: ?\s*(\S+)/g
const addressLine = /^\s*(local|remote) address:.*?QPN (0x[0-9a-f]+) PSN (0x[0-9a-f]+)/i

const operations: [RegExp, string][] = [
  [/write/i, 'write'],
  [/read/i, 'read'],
  [/send/i, 'send'],
  [/atomic/i, 'atomic'],
]

/** The buffer is in the memory of a GPU: `--use_cuda`, `--use_rocm` and their like. */
export const gpuBuffer = /\ballocated (?:GPU|ROCm|\d{1,15} bytes of GPU) buffer\b|\bcuMemAlloc\(\) of a \d|\bUse ROCm memory *: *ON\b/

export interface HeaderInfo {
  facts: Facts
  operation: string | null
  /** Queue pairs as `local` and `remote` see them: the two sides of one run mirror each other. */
  local: string[]
  remote: string[]
}

const assign = (facts: Facts, name: string, value: string): void => {
  switch (name.trim().toLowerCase()) {
    case 'device':
      facts['device'] = value
      break
    case 'number of qps':
      facts['qps'] = /^\d{1,9}$/.test(value) ? Number(value) : null
      break
    case 'transport type':
      facts['transport_type'] = value
      break
    case 'connection type':
      facts['connection'] = value
      break
    case 'link type':
      facts['link_type'] = value
      break
    case 'mtu':
      facts['mtu'] = /^(\d{1,6})\[B\]$/.exec(value)?.[1] === undefined ? null : Number(/^(\d{1,6})\[B\]$/.exec(value)?.[1])
      break
    case 'gid index':
      facts['gid_index'] = /^\d{1,5}$/.test(value) ? Number(value) : null
      break
    case 'tx depth':
      facts['tx_depth'] = /^\d{1,9}$/.test(value) ? Number(value) : null
      break
    case 'rdma_cm qps':
      facts['rdma_cm'] = value === 'ON'
      break
    default:
  }
}

/** The parameters of one test; what the block does not hold is null. */
export const readHeaderBlock = (lines: readonly string[]): HeaderInfo => {
  const info: HeaderInfo = {
    facts: { test: null, link_type: null, device: null, qps: null, connection: null, mtu: null, bidirectional: null },
    operation: null,
    local: [],
    remote: [],
  }
  for (const line of lines) {
    if (line.length > 1000) continue
    const title = titleLine.exec(line)?.[1]
    if (title !== undefined) {
      info.facts['bidirectional'] = /\bBidirectional\b/i.test(title)
      info.facts['test'] = title
        .replace(/\bBidirectional\s+/i, '')
        .replace(/\s+/g, ' ')
        // Builds of old name it without the bar.
        .replace(/^RDMA /, 'RDMA_')
        .trim()
      info.operation = operations.find(([pattern]) => pattern.test(title))?.[1] ?? null
      continue
    }
    const running = /^\s*Number of qp's running (\d{1,9})\s*$/.exec(line)?.[1]
    if (running !== undefined) info.facts['qps'] = Number(running)
    const address = addressLine.exec(line)
    if (address?.[2] && address[3]) {
      const key = `${Number(address[2])}/${Number(address[3])}`
      if (address[1]?.toLowerCase() === 'local') info.local.push(key)
      else info.remote.push(key)
      continue
    }
    const gpu = /\bdevice name = \[([^\]]{1,100})\]/.exec(line)?.[1]
    if (gpu !== undefined) info.facts['gpu'] = gpu
    if (gpuBuffer.test(line)) info.facts['memory'] = 'GPU'
    if (!line.includes(':') || /^\s*(?:GID *:|Connected:|Completed:)/.test(line)) continue
    for (const pair of line.matchAll(fieldPair)) if (pair[1] && pair[2]) assign(info.facts, pair[1], pair[2])
  }
  return info
}
