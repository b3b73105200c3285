import type { Facts } from '../../../../preload/contract'
import type { DocumentFacts } from '../trace/document-facts'
import type { Tally } from '../trace/tally'

/** So many of a trace's collectives are kept, the earliest; more add nothing to a comparison of ranks. */
export const keptCollectives = 512

/** One collective as a rank recorded it. */
export interface RankCollective {
  /** Nanoseconds since 1970, where the trace says so; comparable only between ranks whose clocks agree. */
  start: bigint
  /** Microseconds. */
  duration: number
  /** Process group; null: the trace does not name it. */
  group: string | null
  /** The group's own number of the collective; null: not recorded. */
  sequence: string | null
  name: string
}

const dateOf = (nanoseconds: bigint): string => {
  const text = String(nanoseconds).padStart(4, '0')
  return `${text.slice(0, -3)}.${text.slice(-3)}`
}

/** Kernel names without their signature. */
const shortName = (name: string): string => name.replace(/\(.*/s, '').slice(0, 120).trim().replace(/\s+/g, '_')

/**
 * The fact `collectives`: what is needed to compare ranks, one line each: start in us since 1970, duration in us, process
 * group, its sequence number, name; `-` for what is not recorded. Only where a rank is known.
 */
export const collectiveFacts = (tally: Tally, document: DocumentFacts): Facts => {
  if (document.rank === null || tally.collectives.total === 0) return {}
  const base = document.baseNanoseconds + BigInt(tally.base) * 1000n
  const names = tally.kernelTotals.names.names
  const lines = tally.collectives.earliest(keptCollectives).map((one) => {
    const start = base + BigInt(Math.round(one.start))
    const name = one.collective ?? shortName(names[one.name] ?? '')
    return [dateOf(start), one.duration / 1000, one.group ?? '-', one.sequence ?? '-', name].join(' ')
  })
  return { collectives: lines }
}

const line = /^(\d{1,20})\.(\d{3}) (\d{1,15}(?:\.\d{1,17})?(?:e-?\d{1,2})?) (\S{1,80}) (\S{1,80}) (\S{1,120})$/

/** One line of the fact; null when it is none. */
export const readCollective = (text: unknown): RankCollective | null => {
  const match = typeof text === 'string' ? line.exec(text) : null
  if (!match) return null
  const [, whole = '', rest = '', duration = '', group = '', sequence = '', name = ''] = match
  return {
    start: BigInt(whole + rest),
    duration: Number(duration),
    group: group === '-' ? null : group,
    sequence: sequence === '-' ? null : sequence,
    name,
  }
}
