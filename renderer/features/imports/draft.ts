import type { StagedFile } from '../../../preload/contract/imports'
import { slug, type Arm, type Level } from '../../../preload/contract/plan'

/** What the user changed about a staged import; everything else is as it was guessed. By path, so that it outlives files added later. */
export interface ImportDraft {
  /** Factors added by hand, in order. */
  added: readonly string[]
  /** Path -> the whole arm, where it is not the guessed one. */
  arms: ReadonlyMap<string, Arm>
  /** Path -> wanted or not, where it is not the usual choice. */
  wanted: ReadonlyMap<string, boolean>
}

export const emptyDraft: ImportDraft = { added: [], arms: new Map(), wanted: new Map() }

export const armOf = (draft: ImportDraft, file: StagedFile): Arm => draft.arms.get(file.path) ?? file.arm

/** The level, or null where the arm does not name the factor. */
export const levelOf = (arm: Arm, factor: string): Level | null => (Object.hasOwn(arm, factor) ? (arm[factor] ?? null) : null)

export const isStorable = (file: StagedFile): boolean => file.state === 'recognised'

export const isDuplicate = (file: StagedFile): boolean => file.duplicate !== null || file.sameAs !== null

/** Whether the file will be stored. A launch that is stored twice would count twice, so duplicates are left out until asked for. */
export const isWanted = (draft: ImportDraft, file: StagedFile): boolean =>
  isStorable(file) && (draft.wanted.get(file.path) ?? !isDuplicate(file))

/** Every factor that an arm names, guessed ones first, then those added by hand. */
export const factorNames = (draft: ImportDraft, files: readonly StagedFile[]): string[] => {
  const names = new Set<string>()
  for (const file of files) for (const name of Object.keys(armOf(draft, file))) names.add(name)
  for (const name of draft.added) names.add(name)
  return [...names]
}

/** Levels of a factor, each once, in the order of the files. */
export const levelsOf = (draft: ImportDraft, files: readonly StagedFile[], factor: string): Level[] => {
  const levels = new Set<Level>()
  for (const file of files) {
    const level = levelOf(armOf(draft, file), factor)
    if (level !== null) levels.add(level)
  }
  return [...levels]
}

/** The chosen paths and those of the same launch: ranks of one launch are in one arm. */
export const withLaunchMates = (files: readonly StagedFile[], chosen: ReadonlySet<string>): Set<string> => {
  const launches = new Set(files.flatMap(({ path, launch }) => (launch !== null && chosen.has(path) ? [launch] : [])))
  return new Set(files.flatMap(({ path, launch }) => (chosen.has(path) || (launch !== null && launches.has(launch)) ? [path] : [])))
}

const sameArm = (a: Arm, b: Arm): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
}

const changeArms = (draft: ImportDraft, files: readonly StagedFile[], change: (arm: Arm, file: StagedFile) => Arm): ImportDraft => {
  const arms = new Map(draft.arms)
  for (const file of files) {
    const next = change(armOf(draft, file), file)
    if (sameArm(next, file.arm)) arms.delete(file.path)
    else arms.set(file.path, next)
  }
  return { ...draft, arms }
}

const without = (arm: Arm, factor: string): Arm => Object.fromEntries(Object.entries(arm).filter(([name]) => name !== factor))

/** Sets the factor to `level` for the chosen files and their launch mates; null takes the factor from them. */
export const setLevel = (
  draft: ImportDraft,
  files: readonly StagedFile[],
  chosen: ReadonlySet<string>,
  factor: string,
  level: Level | null,
): ImportDraft => {
  const paths = withLaunchMates(files, chosen)
  return changeArms(draft, files, (arm, { path }) => {
    if (!paths.has(path)) return arm
    return level === null ? without(arm, factor) : { ...arm, [factor]: level }
  })
}

export const addFactor = (draft: ImportDraft, name: string): ImportDraft => ({ ...draft, added: [...draft.added, name] })

/** Takes a factor from every file. */
export const removeFactor = (draft: ImportDraft, files: readonly StagedFile[], factor: string): ImportDraft => ({
  ...changeArms(draft, files, (arm) => without(arm, factor)),
  added: draft.added.filter((name) => name !== factor),
})

/** Calls a factor by another name, in its place. */
export const renameFactor = (draft: ImportDraft, files: readonly StagedFile[], from: string, to: string): ImportDraft => ({
  ...changeArms(draft, files, (arm) =>
    Object.fromEntries(Object.entries(arm).map(([name, level]): [string, Level] => [name === from ? to : name, level])),
  ),
  added: draft.added.map((name) => (name === from ? to : name)),
})

/** Takes files in or leaves them out. */
export const setWanted = (draft: ImportDraft, files: readonly StagedFile[], chosen: ReadonlySet<string>, on: boolean): ImportDraft => {
  const wanted = new Map(draft.wanted)
  for (const file of files) {
    if (!chosen.has(file.path) || !isStorable(file)) continue
    if (on === !isDuplicate(file)) wanted.delete(file.path)
    else wanted.set(file.path, on)
  }
  return { ...draft, wanted }
}

export type FactorNameFault = 'shape' | 'taken'

/** What is wrong with a name for a factor; null: nothing. */
export const factorNameFault = (name: string, taken: readonly string[]): FactorNameFault | null => {
  if (!slug.safeParse(name).success) return 'shape'
  return taken.includes(name) ? 'taken' : null
}
