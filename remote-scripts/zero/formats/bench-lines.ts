import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'
import { cleanText } from '../../_kit/text'

/** One step of one rank. Times in us; null: not measured (an engine that does not tell). */
export interface RankStep {
  step: number
  rank: number
  warmup: boolean
  timeUs: number
  dataUs: number | null
  computeUs: number | null
  communicationUs: number | null
  exposedUs: number | null
  loss: number | null
  /** By collective. */
  sent: { name: string; bytes: number; us: number }[] | null
  /** Every collective of the step in order. */
  callUs: number[] | null
}

/** What one rank held, in bytes. */
export interface RankMemory {
  rank: number
  states: number | null
  kinds: Record<string, number> | null
  /** Counted tensors at most. */
  peak: number | null
  allocatedPeak: number | null
  reservedPeak: number | null
  processPeak: number | null
}

export interface RankLink {
  link: string
  sentBytes: number
  steps: number
}

/** Lines of a bench, those of several ranks together. */
export interface Bench {
  header: Json
  ranks: number
  steps: RankStep[]
  memories: RankMemory[]
  links: RankLink[]
  ended: boolean
  bad: { line: string; why: string }[]
}

export const zeroBenchOpening = /^\s*\{"headroom"\s*:\s*"zero-bench"/

/** A count or a time: nothing negative is one. */
const amount = (value: Json | undefined): number | null => {
  const number = numberOf(value)
  return number !== null && number >= 0 ? number : null
}

const sentOf = (value: Json | undefined): RankStep['sent'] | undefined => {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) return undefined
  const entries = Object.keys(value).map((name) => ({
    name,
    bytes: amount(member(value, name, 'bytes')),
    us: amount(member(value, name, 'us')),
  }))
  if (entries.some(({ bytes, us }) => bytes === null || us === null)) return undefined
  return entries as NonNullable<RankStep['sent']>
}

const callsOf = (value: Json | undefined): number[] | null => {
  const times = arrayOf(value).map(amount)
  return value === null || value === undefined || times.some((time) => time === null) ? null : (times as number[])
}

const readStep = (value: Json): RankStep | null => {
  const step = amount(member(value, 'step'))
  const rank = amount(member(value, 'rank'))
  const timeUs = amount(member(value, 'time_us'))
  const sent = sentOf(member(value, 'sent'))
  if (step === null || rank === null || timeUs === null || timeUs === 0 || sent === undefined) return null
  return {
    step,
    rank,
    warmup: member(value, 'warmup') === true,
    timeUs,
    dataUs: amount(member(value, 'data_us')),
    computeUs: amount(member(value, 'compute_us')),
    communicationUs: amount(member(value, 'communication_us')),
    exposedUs: amount(member(value, 'exposed_us')),
    loss: numberOf(member(value, 'loss')),
    sent,
    callUs: callsOf(member(value, 'call_us')),
  }
}

const sumOf = (value: Json | undefined): number | null => {
  const numbers = amounts(value)
  return numbers === null ? null : Object.values(numbers).reduce((sum, one) => sum + one, 0)
}

const amounts = (value: Json | undefined): Record<string, number> | null => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const entries = Object.keys(value).map((name) => [name, amount(member(value, name))] as const)
  return entries.some(([, number]) => number === null) ? null : (Object.fromEntries(entries) as Record<string, number>)
}

const readMemory = (value: Json): RankMemory | null => {
  const rank = amount(member(value, 'rank'))
  if (rank === null) return null
  return {
    rank,
    states: sumOf(member(value, 'states')),
    kinds: amounts(member(value, 'kinds')),
    peak: amount(member(value, 'peak')),
    allocatedPeak: amount(member(value, 'allocated_peak')),
    reservedPeak: amount(member(value, 'reserved_peak')),
    processPeak: amount(member(value, 'process_peak')),
  }
}

const readLink = (value: Json): RankLink | null => {
  const link = stringOf(member(value, 'link'))
  const [sentBytes, steps] = [amount(member(value, 'sent_bytes')), amount(member(value, 'steps'))]
  return link === null || sentBytes === null || !steps ? null : { link, sentBytes, steps }
}

/** True when the line was one of the bench's. */
const takeLine = (bench: Bench, value: Json): boolean => {
  if (member(value, 'end') === true) bench.ended = true
  else if (member(value, 'memory') === true) {
    const memory = readMemory(value)
    if (memory) bench.memories.push(memory)
    return memory !== null
  } else if (member(value, 'link') !== undefined) {
    // A counter that a host does not have is no damage.
    const link = readLink(value)
    if (link) bench.links.push(link)
  } else {
    const step = readStep(value)
    if (step) bench.steps.push(step)
    return step !== null
  }
  return true
}

const parseLine = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

/** Benches of a text in order; lines before the first header are not part of any. */
export const readBenches = (text: string): Bench[] => {
  const benches: Bench[] = []
  for (const raw of cleanText(text).split('\n')) {
    const line = raw.trim()
    if (!line.startsWith('{')) continue
    const bench = benches.at(-1)
    const opens = zeroBenchOpening.test(line)
    if (!opens && !bench) continue
    const value = line.endsWith('}') ? parseLine(line) : undefined
    if (opens && value !== undefined)
      benches.push({
        header: value,
        ranks: amount(member(value, 'world_size')) ?? 0,
        steps: [],
        memories: [],
        links: [],
        ended: false,
        bad: [],
      })
    else if (bench && value === undefined) bench.bad.push({ line, why: 'it is not whole' })
    else if (bench && value !== undefined && !takeLine(bench, value)) bench.bad.push({ line, why: 'a field is missing or not a number' })
  }
  return benches
}
