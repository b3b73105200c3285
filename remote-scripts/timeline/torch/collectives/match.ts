import type { RankCollective } from './collective-fact'

/** A collective of one rank; times in us from a common origin. */
export interface Entry {
  rank: number
  kind: string
  sequence: string | null
  start: number
  end: number
  duration: number
}

/** The same collective in the traces of at least two ranks. */
export type Match = Entry[]

/** Ends of one collective lie this close together, for it ends when the last byte has come: us. */
export const toleranceOf = (duration: number): number => Math.max(100, 0.05 * duration)

/** Per kind of collective (name and process group), the entries of each rank in order of their starts. */
export type Kinds = ReadonlyMap<string, ReadonlyMap<number, Entry[]>>

export const kindsOf = (traces: readonly { rank: number; collectives: readonly RankCollective[] }[]): Kinds => {
  const kinds = new Map<string, Map<number, Entry[]>>()
  const origin = traces.flatMap(({ collectives }) => collectives).reduce((least, { start }) => (start < least ? start : least), 2n ** 80n)
  for (const { rank, collectives } of traces)
    for (const { start, duration, group, sequence, name } of collectives) {
      const kind = `${group ?? ''} ${name}`
      const ranks = kinds.get(kind) ?? new Map<number, Entry[]>()
      kinds.set(kind, ranks)
      const since = Number(start - origin) / 1000
      ranks.set(rank, [...(ranks.get(rank) ?? []), { rank, kind: name, sequence, start: since, end: since + duration, duration }])
    }
  for (const ranks of kinds.values()) for (const entries of ranks.values()) entries.sort((a, b) => a.start - b.start)
  return kinds
}

const isNumbered = (ranks: ReadonlyMap<number, Entry[]>): boolean =>
  [...ranks.values()].every(
    (entries) =>
      entries.every(({ sequence }) => sequence !== null) && new Set(entries.map(({ sequence }) => sequence)).size === entries.length,
  )

/** By the group's own numbers. */
const byNumber = (ranks: ReadonlyMap<number, Entry[]>): Match[] => {
  const found = new Map<string, Match>()
  for (const entry of [...ranks.values()].flat()) found.set(entry.sequence ?? '', [...(found.get(entry.sequence ?? '') ?? []), entry])
  return [...found.values()].filter((match) => match.length > 1)
}

/** The n-th of a rank is the n-th of the others, where all recorded as many; null where they did not. */
export const byOrder = (ranks: ReadonlyMap<number, Entry[]>): Match[] | null => {
  const lists = [...ranks.values()]
  if (lists.length < 2) return []
  if (isNumbered(ranks)) return byNumber(ranks)
  const length = lists[0]?.length ?? 0
  if (lists.some((list) => list.length !== length)) return null
  return Array.from({ length }, (_, index) => lists.flatMap((list) => list[index] ?? []))
}

/** What ends at the same time is the same collective; each rank takes part once. Clocks must agree. */
export const byTime = (ranks: ReadonlyMap<number, Entry[]>): Match[] => {
  const all = [...ranks.values()].flat().sort((a, b) => a.end - b.end)
  const matches: Match[] = []
  let open: Match = []
  for (const entry of all) {
    const first = open[0]
    const fits =
      first !== undefined &&
      entry.end - first.end <= toleranceOf(Math.min(first.duration, entry.duration)) &&
      open.every(({ rank, end }) => rank !== entry.rank && entry.start <= end)
    if (!fits) {
      if (open.length > 1) matches.push(open)
      open = []
    }
    open.push(entry)
  }
  return open.length > 1 ? [...matches, open] : matches
}

/** How many pairs would end at the same time if they had nothing to do with each other. */
export const expectedByChance = (ranks: ReadonlyMap<number, Entry[]>): number => {
  const lists = [...ranks.values()]
  const all = lists.flat()
  const span =
    all.reduce((most, { end }) => Math.max(most, end), -Infinity) - all.reduce((least, { end }) => Math.min(least, end), Infinity)
  if (!(span > 0)) return 0
  const typical = toleranceOf(all.map(({ duration }) => duration).sort((a, b) => a - b)[all.length >> 1] ?? 0)
  let pairs = 0
  for (let i = 0; i < lists.length; i += 1)
    for (let j = i + 1; j < lists.length; j += 1) pairs += (lists[i]?.length ?? 0) * (lists[j]?.length ?? 0)
  return (pairs * 2 * typical) / span
}
