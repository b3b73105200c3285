import { appError, type Arm } from '../../../preload/contract'
import { armKey } from '../../core/runs/design'
import { inTurns } from './breathe'
import { isRecognised, type Entry } from './entry'
import { isDuplicate, type Picture } from './picture'
import type { RunUse } from '../../ports/store'

export interface CommitRequest {
  experiment: string
  arm?: Arm | undefined
  files: readonly { path: string; arm?: Arm | undefined; skip: boolean }[]
  skipDuplicates: boolean
}

/** A run to be made from what one probe read in the files of one launch. */
export interface PlannedRun {
  probe: string
  position: number
  repeat: number
}

/** One launch: a file, or the ranks of one in the order of their ranks. */
export interface PlannedLaunch {
  entries: Entry[]
  arm: Arm
  runs: PlannedRun[]
}

export interface CommitPlan {
  launches: PlannedLaunch[]
  /** Files left out by the request. */
  skipped: number
  unrecognised: number
}

const chooseEntries = async (
  entries: readonly Entry[],
  request: CommitRequest,
  picture: Picture,
  uses: ReadonlyMap<string, RunUse>,
): Promise<{ chosen: { entry: Entry; arm: Arm }[]; skipped: number }> => {
  const own = new Map(request.files.map((file) => [file.path, file]))
  const chosen: { entry: Entry; arm: Arm }[] = []
  let skipped = 0
  await inTurns(entries.filter(isRecognised), (entry) => {
    const asked = own.get(entry.path)
    if (asked?.skip || (request.skipDuplicates && isDuplicate(entry, picture, uses))) skipped += 1
    else chosen.push({ entry, arm: asked?.arm ?? request.arm ?? picture.arms.get(entry) ?? {} })
  })
  return { chosen, skipped }
}

const nothing = (entries: readonly Entry[], skipped: number): Error => {
  const named = entries.slice(0, 5).map(({ path, reading }) => `${path}: ${reading?.problem?.message ?? 'no results'}`)
  const more = entries.length > named.length ? `; and ${entries.length - named.length} more` : ''
  if (skipped > 0) return appError('input.invalid', `Nothing was imported: all ${skipped} files that could be read were left out.`)
  return appError('parse.unrecognised', `Nothing was imported: ${named.join('; ')}${more}`)
}

/** Ranks of one launch that are wanted in the same arm stay together. */
const groupLaunches = async (
  chosen: readonly { entry: Entry; arm: Arm }[],
  picture: Picture,
): Promise<{ entries: Entry[]; arm: Arm }[]> => {
  const groups = new Map<string, { entries: Entry[]; arm: Arm }>()
  await inTurns(chosen, ({ entry, arm }) => {
    const launch = picture.launches.get(entry.path)
    const key = launch === undefined ? entry.path : `${armKey(arm)} ${launch}`
    const group = groups.get(key)
    if (group) group.entries.push(entry)
    else groups.set(key, { entries: [entry], arm })
  })
  const found = [...groups.values()]
  await inTurns(found, ({ entries }) => entries.sort((a, b) => (a.reading?.launch?.rank ?? 0) - (b.reading?.launch?.rank ?? 0)))
  return found
}

/**
 * Which runs an import makes, in the order of the files. `before`: how many runs each probe has in each arm already.
 * Throws parse.unrecognised or input.invalid when there is nothing to store.
 */
export const planRuns = async (
  entries: readonly Entry[],
  request: CommitRequest,
  { picture, uses }: { picture: Picture; uses: ReadonlyMap<string, RunUse> },
  before: readonly { probe: string; arm: Arm; count: number }[],
): Promise<CommitPlan> => {
  const { chosen, skipped } = await chooseEntries(entries, request, picture, uses)
  if (chosen.length === 0) throw nothing(entries, skipped)
  const repeats = new Map<string, number>()
  const keyOf = (probe: string, arm: Arm): string => `${probe} ${armKey(arm)}`
  for (const { probe, arm, count } of before) repeats.set(keyOf(probe, arm), (repeats.get(keyOf(probe, arm)) ?? 0) + count)
  let position = before.reduce((sum, { count }) => sum + count, 0)
  const launches: PlannedLaunch[] = []
  await inTurns(await groupLaunches(chosen, picture), ({ entries: files, arm }) => {
    const probes = [...new Set(files.flatMap(({ reading }) => reading?.recognised.map(({ probe }) => probe) ?? []))]
    const runs = probes.map((probe): PlannedRun => {
      const key = keyOf(probe, arm)
      const repeat = 1 + (repeats.get(key) ?? 0)
      repeats.set(key, repeat)
      position += 1
      return { probe, position: position - 1, repeat }
    })
    launches.push({ entries: files, arm, runs })
  })
  return { launches, skipped, unrecognised: entries.filter((entry) => entry.reading !== null && !isRecognised(entry)).length }
}
