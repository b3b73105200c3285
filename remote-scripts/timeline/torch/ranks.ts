import type { ParseResult } from '../../../preload/contract'
import { add, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { readCollective, type RankCollective } from './collectives/collective-fact'
import { align, type Alignment } from './collectives/clocks'
import { kindsOf, type Match } from './collectives/match'

interface RankTrace {
  rank: number
  world: unknown
  collectives: RankCollective[]
}

const traceOf = ({ facts }: ParseResult): RankTrace | null => {
  const { tool, rank, world_size: world, collectives } = facts
  if (tool !== 'torch-profiler' || typeof rank !== 'number' || !Array.isArray(collectives)) return null
  return { rank, world, collectives: collectives.flatMap((line) => readCollective(line) ?? []) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const shortestOf = (match: Match): number => Math.min(...match.map(({ duration }) => duration))
const earliestOf = (match: Match): number => Math.min(...match.map(({ start }) => start))
const skewOf = (match: Match): number => Math.max(...match.map(({ start }) => start)) - earliestOf(match)

const byKind = (matches: readonly Match[]): Map<string, Match[]> => Map.groupBy(matches, (match) => match[0]?.kind ?? '')

const addKinds = (reading: Reading, { matches, clocks }: Alignment): void => {
  for (const [collective, own] of byKind(matches)) {
    add(reading, 'timeline.collective_count', '1', own.length, { collective })
    add(reading, 'timeline.collective_transfer_time', 'us', sum(own.map(shortestOf)), { collective })
    if (clocks === 'none') continue
    const skews = own.map(skewOf)
    add(reading, 'timeline.collective_skew_mean', 'us', sum(skews) / skews.length, { collective })
    add(
      reading,
      'timeline.collective_skew_max',
      'us',
      skews.reduce((most, skew) => Math.max(most, skew), 0),
      { collective },
    )
  }
}

const addRanks = (reading: Reading, ranks: readonly number[], { matches, clocks }: Alignment): void => {
  for (const rank of ranks) {
    const own = matches.flatMap((match) => match.filter((entry) => entry.rank === rank).map((entry) => ({ entry, match })))
    if (own.length === 0) continue
    add(reading, 'timeline.collective_wait_time', 'us', sum(own.map(({ entry, match }) => entry.duration - shortestOf(match))), { rank })
    if (clocks === 'none') continue
    const lateness = sum(own.map(({ entry, match }) => entry.start - earliestOf(match))) / own.length
    add(reading, 'timeline.rank_lateness', 'us', lateness, { rank })
  }
}

/** The rank that all wait for: last in at least two of three collectives. Without clocks, the one that waits least itself. */
const stragglerOf = ({ matches, clocks }: Alignment): { rank: number; share: number } | null => {
  const last = matches.map((match) =>
    match.reduce((a, b) => (clocks === 'none' ? (b.duration < a.duration ? b : a) : b.start > a.start ? b : a)),
  )
  const counts = Map.groupBy(last, ({ rank }) => rank)
  const [rank, times] = [...counts].sort((a, b) => b[1].length - a[1].length)[0] ?? [0, []]
  const share = times.length / Math.max(1, matches.length)
  return matches.length >= 3 && share >= 2 / 3 ? { rank, share } : null
}

const warnings = (reading: Reading, alignment: Alignment, unmatched: number): void => {
  if (alignment.clocks === 'none')
    warn(
      reading,
      'clocks_not_aligned',
      "The ranks' clocks cannot be aligned: their collectives do not end together. They are paired by their order alone, and no skew is given.",
    )
  if (alignment.clocks === 'corrected')
    warn(reading, 'clocks_corrected', "The ranks' clocks differ by a constant, which was taken off (fact clock_offsets_us).")
  if (unmatched > 0)
    warn(reading, 'collectives_unmatched', `${unmatched} collectives have no counterpart in another rank's trace and are left out.`)
}

/**
 * What the traces of several ranks of one job say together: how long collectives take apart from waiting, how far apart the
 * ranks start them, and who is late. Pure; reads the facts of the single results. Null when they are not such a set.
 */
export const combineRanks = (results: readonly ParseResult[]): ParseResult | null => {
  const traces = results.flatMap((result) => traceOf(result) ?? []).sort((a, b) => a.rank - b.rank)
  const ranks = traces.map(({ rank }) => rank)
  const isSet = traces.length > 1 && new Set(ranks).size === ranks.length && new Set(traces.map(({ world }) => world)).size === 1
  if (!isSet) return null
  const alignment = align(kindsOf(traces), ranks)
  if (alignment.matches.length === 0) return null
  const total = sum(traces.map(({ collectives }) => collectives.length))
  const matched = sum(alignment.matches.map((match) => match.length))
  const straggler = stragglerOf(alignment)
  const reading = newReading('timeline', 'torch-profiler')
  reading.rows = { understood: matched, skipped: total - matched }
  setFacts(reading, {
    tool: 'torch-profiler ranks',
    ranks,
    world_size: typeof traces[0]?.world === 'number' ? traces[0].world : null,
    collectives_matched: alignment.matches.length,
    collectives_unmatched: total - matched,
    clock_alignment: alignment.clocks,
    ...(alignment.clocks === 'corrected'
      ? { clock_offsets_us: Object.fromEntries([...alignment.offsets].map(([rank, offset]) => [String(rank), offset])) }
      : {}),
    straggler_rank: straggler?.rank ?? null,
    ...(straggler ? { straggler_share: straggler.share } : {}),
  })
  addKinds(reading, alignment)
  addRanks(reading, ranks, alignment)
  warnings(reading, alignment, total - matched)
  return reading
}
