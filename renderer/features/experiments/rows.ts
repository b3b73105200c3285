/** The list with one row changed. */
export const withRowAt = <T>(rows: readonly T[], index: number, change: (row: T) => T): T[] =>
  rows.map((row, place) => (place === index ? change(row) : row))

export const withoutRowAt = <T>(rows: readonly T[], index: number): T[] => rows.filter((_, place) => place !== index)

/** A short name that is not taken yet: a, b, … z, then `stem1`, `stem2` … */
export const freshName = (taken: readonly string[], stem: string): string => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
  const free = stem === '' ? letters.find((letter) => !taken.includes(letter)) : undefined
  if (free) return free
  for (let number = 1; ; number += 1) {
    const name = `${stem === '' ? 'host' : stem}${number}`
    if (!taken.includes(name)) return name
  }
}
