import type { Input } from '../../../preload/contract/api'
import type { StagedFile } from '../../../preload/contract/imports'
import type { Arm } from '../../../preload/contract/plan'
import { armKey } from '../../ui/arms'
import { armOf, isDuplicate, isStorable, isWanted, type ImportDraft } from './draft'

export interface ArmShare {
  key: string
  arm: Arm
  /** Runs that storing would make of it. */
  runs: number
  paths: string[]
}

export interface ImportSummary {
  files: number
  runs: number
  values: number
  /** In the order of the files. */
  arms: ArmShare[]
  leftOut: { waiting: number; unrecognised: number; duplicates: number; byHand: number }
}

/** Values of all results of a file. */
export const valuesIn = (file: StagedFile): number => file.recognised.reduce((sum, { values }) => sum + values, 0)

/** Files of one launch, and files that are launches by themselves, each a group. */
const launchGroups = (files: readonly StagedFile[]): StagedFile[][] => [
  ...Map.groupBy(files, ({ launch, path }) => (launch === null ? `file ${path}` : `launch ${launch}`)).values(),
]

const shareOut = (draft: ImportDraft, wanted: readonly StagedFile[]): ArmShare[] => {
  const shares = new Map<string, ArmShare>()
  for (const group of launchGroups(wanted)) {
    const arm = group[0] ? armOf(draft, group[0]) : {}
    const key = armKey(arm)
    const share = shares.get(key) ?? { key, arm, runs: 0, paths: [] }
    // A file with results of several probes becomes a run of each.
    share.runs += new Set(group.flatMap(({ recognised }) => recognised.map(({ probe }) => probe))).size
    share.paths.push(...group.map(({ path }) => path))
    shares.set(key, share)
  }
  return [...shares.values()]
}

/** What storing the draft would do, and what it would leave out. */
export const summarise = (draft: ImportDraft, files: readonly StagedFile[]): ImportSummary => {
  const wanted = files.filter((file) => isWanted(draft, file))
  const others = files.filter((file) => !isWanted(draft, file))
  const storable = others.filter(isStorable)
  const duplicates = storable.filter((file) => isDuplicate(file) && draft.wanted.get(file.path) === undefined).length
  const arms = shareOut(draft, wanted)
  return {
    files: wanted.length,
    runs: arms.reduce((sum, { runs }) => sum + runs, 0),
    values: wanted.reduce((sum, file) => sum + valuesIn(file), 0),
    arms,
    leftOut: {
      waiting: others.filter(({ state }) => state === 'waiting').length,
      unrecognised: others.filter(({ state }) => state === 'unrecognised').length,
      duplicates,
      byHand: storable.length - duplicates,
    },
  }
}

/** The request that stores the draft: only what differs from the guesses is named. */
export const commitInput = (id: string, experiment: string, draft: ImportDraft, files: readonly StagedFile[]): Input<'imports.commit'> => ({
  id,
  experiment,
  files: files.filter(isStorable).flatMap((file): NonNullable<Input<'imports.commit'>['files']> => {
    if (!isWanted(draft, file)) return [{ path: file.path, skip: true }]
    const arm = draft.arms.get(file.path)
    return arm ? [{ path: file.path, arm }] : []
  }),
})
