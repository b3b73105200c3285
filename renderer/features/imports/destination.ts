/** Most characters of an experiment's name. */
export const maxNameChars = 120

/** Where the runs go: an experiment by its id, or a new one of this name. */
export interface Destination {
  experimentId: string | null
  name: string
}

export type NameFault = 'nameEmpty' | 'nameLong' | 'nameTaken'

/** What is wrong with the name of a new experiment; null: nothing. */
export const nameFault = ({ experimentId, name }: Destination, taken: readonly string[]): NameFault | null => {
  if (experimentId !== null) return null
  const text = name.trim()
  if (text === '') return 'nameEmpty'
  if (text.length > maxNameChars) return 'nameLong'
  return taken.includes(text) ? 'nameTaken' : null
}

/** `stem`, or `stem 2`, `stem 3` … when that is taken. */
export const freeName = (stem: string, taken: readonly string[]): string => {
  const short = stem.slice(0, maxNameChars - 8)
  if (!taken.includes(short)) return short
  let number = 2
  while (taken.includes(`${short} ${number}`)) number += 1
  return `${short} ${number}`
}
