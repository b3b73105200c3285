import type { Arm, ImportFilter, ImportStatus, Level, StagedFile } from '../../../preload/contract'
import { ArmGuess, type NamedFile } from '../../core/runs/guess-arms'
import type { RunUse } from '../../ports/store'
import { inTurns } from './breathe'
import { isRecognised, type Entry } from './entry'
import { LaunchGuess } from './launch-of'

/** What is known of the files only together: guessed arms, ranks of one launch, files that are the same. */
export interface Picture {
  arms: ReadonlyMap<Entry, Arm>
  launches: ReadonlyMap<string, string>
  /** The earlier file with the same bytes. */
  sameAs: ReadonlyMap<Entry, string>
}

const named = ({ path, reading }: Entry): NamedFile => ({ path, probe: reading?.recognised[0]?.probe ?? null, said: reading?.said ?? {} })

export const pictureOf = async (entries: readonly Entry[]): Promise<Picture> => {
  const [guess, launches] = [new ArmGuess(), new LaunchGuess()]
  const first = new Map<string, string>()
  const sameAs = new Map<Entry, string>()
  await inTurns(entries, (entry) => {
    guess.add(named(entry))
    launches.add({ path: entry.path, launch: entry.reading?.launch ?? null })
    if (!isRecognised(entry) || !entry.reading) return
    const earlier = first.get(entry.reading.sha256)
    if (earlier === undefined) first.set(entry.reading.sha256, entry.path)
    else sameAs.set(entry, earlier)
  })
  const arms = new Map<Entry, Arm>()
  await inTurns(entries, (entry) => arms.set(entry, guess.armOf(named(entry))))
  return { arms, launches: launches.names(), sameAs }
}

export const stagedFileOf = (entry: Entry, picture: Picture, uses: ReadonlyMap<string, RunUse>): StagedFile => {
  const { path, bytes, reading } = entry
  const recognised = isRecognised(entry)
  const launch = picture.launches.get(path) ?? null
  return {
    path,
    bytes,
    state: reading === null ? 'waiting' : recognised ? 'recognised' : 'unrecognised',
    sha256: reading === null || reading.sha256 === '' ? null : reading.sha256,
    recognised: reading?.recognised ?? [],
    problem: reading?.problem ?? null,
    redactedSecrets: secretsOf(entry),
    arm: picture.arms.get(entry) ?? {},
    launch,
    rank: launch === null ? null : (reading?.launch?.rank ?? null),
    duplicate: (recognised && uses.get(reading?.sha256 ?? '')) || null,
    sameAs: picture.sameAs.get(entry) ?? null,
  }
}

export const secretsOf = ({ reading }: Entry): number => reading?.secrets ?? 0

export const isDuplicate = (entry: Entry, picture: Picture, uses: ReadonlyMap<string, RunUse>): boolean =>
  isRecognised(entry) && (picture.sameAs.has(entry) || uses.has(entry.reading?.sha256 ?? ''))

export const isShown = (show: ImportFilter, entry: Entry, picture: Picture, uses: ReadonlyMap<string, RunUse>): boolean => {
  if (show === 'all') return true
  if (show === 'recognised') return isRecognised(entry)
  if (show === 'unrecognised') return entry.reading !== null && !isRecognised(entry)
  if (show === 'duplicate') return isDuplicate(entry, picture, uses)
  return (entry.reading?.problem ?? null) !== null || (entry.reading?.recognised ?? []).some(({ problem }) => problem !== null)
}

export const factorsOf = async (entries: readonly Entry[], { arms }: Picture): Promise<ImportStatus['factors']> => {
  const factors = new Map<string, Map<Level, number>>()
  await inTurns(entries, (entry) => {
    for (const [name, level] of Object.entries(arms.get(entry) ?? {})) {
      const levels = factors.get(name) ?? new Map<Level, number>()
      factors.set(name, levels.set(level, (levels.get(level) ?? 0) + 1))
    }
  })
  return [...factors].map(([name, levels]) => ({ name, levels: [...levels].map(([level, files]) => ({ level, files })) }))
}

/** Each file that is no rank of a launch is one; each probe in it makes a run. */
export const totalsOf = async (
  entries: readonly Entry[],
  picture: Picture,
  uses: ReadonlyMap<string, RunUse>,
): Promise<ImportStatus['totals']> => {
  const totals = {
    files: 0,
    bytes: 0,
    waiting: 0,
    recognised: 0,
    unrecognised: 0,
    duplicates: 0,
    launches: 0,
    values: 0,
    redactedSecrets: 0,
  }
  const counted = new Set<string>()
  await inTurns(entries, (entry) => {
    totals.files += 1
    totals.bytes += entry.bytes
    totals.redactedSecrets += secretsOf(entry)
    if (entry.reading === null) totals.waiting += 1
    else if (!isRecognised(entry)) totals.unrecognised += 1
    else {
      totals.recognised += 1
      if (isDuplicate(entry, picture, uses)) totals.duplicates += 1
      totals.values += entry.reading.recognised.reduce((sum, { values }) => sum + values, 0)
      const launch = picture.launches.get(entry.path)
      if (launch === undefined || !counted.has(launch)) totals.launches += new Set(entry.reading.recognised.map(({ probe }) => probe)).size
      if (launch !== undefined) counted.add(launch)
    }
  })
  return totals
}
