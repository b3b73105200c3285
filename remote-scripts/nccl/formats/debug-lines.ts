import { convert, parseNumber, timeScale } from '../../_kit/numbers'
import { add, type Reading } from '../../_kit/reading'

/** What the INFO lines of all ranks say, each thing once. */
export interface DebugState {
  reading: Reading
  hosts: Set<string>
  ranks: number
  communicators: Set<string>
  complete: number
  rings: Set<string>
  trees: number
  /** `kind count` that were given already: every rank prints them. */
  given: Set<string>
  environment: Map<string, string>
  /** The thread whose picture of the topology is kept: the first. */
  topologyOf: string | null
  /** Between its first line and its last. */
  topologyOpen: boolean
  topology: Map<string, { links: number; gb_per_s: number }>
}

const maxSet = 10_000
const maxEnvironment = 100

export const newDebugState = (reading: Reading): DebugState => ({
  reading,
  hosts: new Set(),
  ranks: 0,
  communicators: new Set(),
  complete: 0,
  rings: new Set(),
  trees: 0,
  given: new Set(),
  environment: new Map(),
  topologyOf: null,
  topologyOpen: false,
  topology: new Map(),
})

const once = (state: DebugState, key: string): boolean => {
  if (state.given.has(key) || state.given.size > maxSet) return false
  state.given.add(key)
  return true
}

const readChannels = (state: DebugState, text: string): void => {
  for (const [, count = '', kind = ''] of text.matchAll(/\b(\d{1,5}) (coll|collnet|nvls|p2p) channels(?=[,\s]|$)(?! per peer)/g))
    if (once(state, `${kind} ${count}`)) add(state.reading, 'nccl.channels', '1', Number(count), { kind })
  const perPeer = /\b(\d{1,5}) p2p channels per peer/.exec(text)?.[1]
  if (perPeer !== undefined && once(state, `per peer ${perPeer}`))
    add(state.reading, 'nccl.channels', '1', Number(perPeer), { kind: 'p2p_per_peer' })
}

const readCommunicator = (state: DebugState, text: string): void => {
  const match = /\bcomm 0x[0-9a-f]{1,16} rank (\d{1,7}) nranks (\d{1,7})\b/.exec(text)
  if (!match) return
  state.ranks = Math.max(state.ranks, Number(match[2]))
  const id = /\bcommId (0x[0-9a-f]{1,16})/.exec(text)?.[1]
  if (id !== undefined && state.communicators.size < maxSet) state.communicators.add(id)
  if (text.includes('Init COMPLETE')) state.complete += 1
}

const readInitTimes = (state: DebugState, text: string): void => {
  const match = /\bInit timings\b.{0,60}? rank (\d{1,7}) nranks \d{1,7} total ([\d.]{1,20}) \(([^)]{1,300})\)/.exec(text)
  const scale = timeScale('s')
  if (!match || !scale) return
  const rank = Number(match[1])
  add(state.reading, 'nccl.init_time', 'us', convert(match[2], scale), { rank, phase: 'total' })
  for (const part of (match[3] ?? '').split(',')) {
    const phase = /^\s*([a-z]{1,30}) ([\d.]{1,20})\s*$/.exec(part)
    if (phase?.[1]) add(state.reading, 'nccl.init_time', 'us', convert(phase[2], scale), { rank, phase: phase[1] })
  }
  state.reading.rows.understood += 1
}

const patterns = new Map([
  ['1', 'balanced tree'],
  ['2', 'split tree'],
  ['3', 'tree'],
  ['4', 'ring'],
  ['5', 'nvls'],
  ['6', 'collnet direct'],
])

const readPattern = (state: DebugState, text: string): void => {
  const match =
    /\bPattern (\d{1,3}), crossNic \d, nChannels (\d{1,5}), (?:bw|speed) ([\d.]{1,20})\/([\d.]{1,20}), type (\w{1,8})\/(\w{1,8}),/.exec(
      text,
    )
  if (!match?.[1] || !once(state, `pattern ${match.slice(1).join(' ')}`)) return
  const dimensions = { pattern: patterns.get(match[1]) ?? match[1], channels: Number(match[2]) }
  add(state.reading, 'nccl.graph_bandwidth', 'GB/s', parseNumber(match[3]), { ...dimensions, scope: 'intra', path: match[5] ?? '' })
  add(state.reading, 'nccl.graph_bandwidth', 'GB/s', parseNumber(match[4]), { ...dimensions, scope: 'inter', path: match[6] ?? '' })
  state.reading.rows.understood += 1
}

/** `+ NVL[264.0] - NVS/0`: links of one thread's picture, by kind. It is printed again for every communicator. */
const readTopology = (state: DebugState, text: string, thread: string): void => {
  if (text.includes('=== System :')) {
    // Two pictures in one another cannot be told apart.
    if (state.topologyOpen && state.topologyOf === thread) state.topology.clear()
    state.topologyOpen = state.topologyOf === null
    state.topologyOf ??= thread
    return
  }
  if (!state.topologyOpen || state.topologyOf !== thread) return
  if (/^\s*={20,100}\s*$/.test(text)) state.topologyOpen = false
  const link = /^\s*\+ ([A-Z0-9]{2,8})\[([\d.]{1,12})\] - \w/.exec(text)
  const speed = parseNumber(link?.[2])
  if (!link?.[1] || speed === null) return
  const known = state.topology.get(link[1]) ?? { links: 0, gb_per_s: 0 }
  if (state.topology.size < 40 || state.topology.has(link[1]))
    state.topology.set(link[1], { links: known.links + 1, gb_per_s: Math.max(known.gb_per_s, speed) })
}

/** Up to 2.23 algorithm and protocol are numbers; those whose number has not changed since are named. */
const numbered = {
  algorithm: new Map([
    ['0', 'TREE'],
    ['1', 'RING'],
  ]),
  protocol: new Map([
    ['0', 'LL'],
    ['1', 'LL128'],
    ['2', 'SIMPLE'],
  ]),
}

/** `AllReduce: 8388608 Bytes -> Algo RING proto SIMPLE time 203.1`; older versions do not name the collective. */
const readChoice = (state: DebugState, text: string): void => {
  const match =
    /(?:\b(Broadcast|Reduce|AllGather|ReduceScatter|AllReduce): |^\s*)(\d{1,18}) Bytes -> Algo (\w{1,20}) proto (\w{1,20})(?: time ([\d.]{1,20})(?=[\s,]|$))?/.exec(
      text,
    )
  if (!match) return
  const collective = match[1]?.replace(/(?<!^)(?=[A-Z])/g, '_').toLowerCase()
  const algorithm = numbered.algorithm.get(match[3] ?? '') ?? match[3] ?? ''
  const protocol = numbered.protocol.get(match[4] ?? '') ?? match[4] ?? ''
  const chosen = `${collective ?? ''} ${match[2] ?? ''} ${algorithm} ${protocol} ${match[5] ?? ''}`
  if (match[5] !== undefined && once(state, chosen))
    add(state.reading, 'nccl.tuning_time', 'us', parseNumber(match[5]), {
      ...(collective === undefined ? {} : { collective }),
      size_bytes: Number(match[2]),
      algorithm,
      protocol,
    })
  state.reading.rows.understood += 1
}

const tellingText =
  /channels|comm 0x|Init timings|Pattern |=== System|^\s*\+ [A-Z]|Bytes ->|Ring \d|Trees \[|^\s*={20}|\bset (?:by environment )?to /

/** Reads the text behind `NCCL INFO` of one line; `thread` is `host:pid:tid`, or empty where the line does not say. */
export const readDebugText = (state: DebugState, text: string, thread: string): void => {
  const host = thread.slice(0, Math.max(0, thread.indexOf(':')))
  if (host !== '' && state.hosts.size < maxSet) state.hosts.add(host)
  if (!tellingText.test(text)) return
  readChannels(state, text)
  readCommunicator(state, text)
  readInitTimes(state, text)
  readPattern(state, text)
  readTopology(state, text, thread)
  readChoice(state, text)
  const ring = /^\s*Ring (\d{1,4}) : /.exec(text)?.[1]
  if (ring !== undefined) state.rings.add(ring)
  const trees = text.includes('Trees [') ? [...text.matchAll(/\[\d{1,4}\] -?\d/g)].length : 0
  state.trees = Math.max(state.trees, trees)
  const setting = /\b(NCCL_\w{1,60}) set (?:by environment )?to (\S{1,200})/.exec(text)
  if (setting?.[1] && state.environment.size < maxEnvironment) state.environment.set(setting[1], (setting[2] ?? '').replace(/\.$/, ''))
}

/** True for a text behind `NCCL INFO` that `readDebugText` reads. */
export const tellsSomething = (text: string): boolean => tellingText.test(text)
