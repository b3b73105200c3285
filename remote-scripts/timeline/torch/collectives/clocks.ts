import { byOrder, byTime, expectedByChance, toleranceOf, type Entry, type Kinds, type Match } from './match'

/** `shared`: the recorded times agree; `corrected`: a constant difference was taken off; `none`: they cannot be compared. */
export interface Alignment {
  clocks: 'shared' | 'corrected' | 'none'
  matches: Match[]
  /** How far each rank's clock is ahead of the first one's: us. */
  offsets: ReadonlyMap<number, number>
}

const fewest = 3

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** Per rank the median difference of the ends, and whether the ends agree once it is taken off. */
const compareEnds = (
  matches: readonly Match[],
  ranks: readonly number[],
): { offsets: Map<number, number>; agree: boolean; same: boolean } => {
  const reference = ranks[0] ?? 0
  const offsets = new Map([[reference, 0]])
  let agree = true
  let same = true
  for (const rank of ranks.slice(1)) {
    const pairs = matches.flatMap((match) => {
      const [own, other] = [match.find((one) => one.rank === rank), match.find((one) => one.rank === reference)]
      return own && other ? [{ apart: own.end - other.end, tolerance: toleranceOf(Math.min(own.duration, other.duration)) }] : []
    })
    const offset = median(pairs.map(({ apart }) => apart))
    const close = pairs.filter(({ apart, tolerance }) => Math.abs(apart - offset) <= tolerance)
    agree &&= close.length >= fewest && close.length >= 0.6 * pairs.length
    same &&= Math.abs(offset) <= median(pairs.map(({ tolerance }) => tolerance))
    offsets.set(rank, offset)
  }
  return { offsets, agree, same }
}

const shifted = (entry: Entry, offset: number): Entry => ({ ...entry, start: entry.start - offset, end: entry.end - offset })

const shiftedRanks = (ranks: ReadonlyMap<number, Entry[]>, offsets: ReadonlyMap<number, number>): Map<number, Entry[]> =>
  new Map([...ranks].map(([rank, entries]) => [rank, entries.map((entry) => shifted(entry, offsets.get(rank) ?? 0))]))

const none = new Map<number, number>()

/** With the clocks as they are: taken only when far more ends meet than would by chance. */
const alignByTime = (kinds: Kinds): Alignment | null => {
  const matches = [...kinds.values()].flatMap(byTime)
  const chance = [...kinds.values()].reduce((sum, ranks) => sum + expectedByChance(ranks), 0)
  return matches.length >= fewest && matches.length >= 5 * chance ? { clocks: 'shared', matches, offsets: none } : null
}

/** Which collectives of the ranks are the same, and whether their clocks can be compared. */
export const align = (kinds: Kinds, ranks: readonly number[]): Alignment => {
  const ordered = [...kinds].map(([kind, lists]) => ({ kind, lists, matches: byOrder(lists) }))
  const paired = ordered.flatMap(({ matches }) => matches ?? [])
  const { offsets, agree, same } = compareEnds(paired, ranks)
  if (!agree) return alignByTime(kinds) ?? { clocks: 'none', matches: paired, offsets: none }
  const used = same ? none : offsets
  const matches = ordered.flatMap(({ lists, matches: found }) => {
    const adjusted = shiftedRanks(lists, used)
    return found === null ? byTime(adjusted) : (byOrder(adjusted) ?? [])
  })
  return { clocks: same ? 'shared' : 'corrected', matches, offsets: used }
}
