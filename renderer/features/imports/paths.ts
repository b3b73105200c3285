const maxPathChars = 1024

/** A sign for what may not stand in a path: control characters as their pictures, a backslash as a wide one. */
const visible = (character: string): string => {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return character === '\\' ? '\uff3c' : character
}

const cleanPart = (part: string): string => {
  const text = part.replace(/[\u0000-\u001f\\]/g, visible)
  return text === '.' || text === '..' ? text.replaceAll('.', '\u2024') : text
}

const withNumber = (path: string, number: number): string => {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? `${path.slice(0, dot)} (${number})${path.slice(dot)}` : `${path} (${number})`
}

/**
 * The path under which a picked file is staged: relative, with `/`, accepted by the contract whatever the file system allowed.
 * `taken` grows by it, so that two files of one path stay two.
 */
export const stagedName = (raw: string, taken: Set<string>): string => {
  const parts = raw.split('/').filter((part) => part !== '')
  const whole = parts.map(cleanPart).join('/') || 'file'
  // The end of a path tells more than its beginning; room is left for the number.
  const path = whole.length > maxPathChars - 10 ? whole.slice(-(maxPathChars - 10)).replace(/^[^/]*\/(?=.)/, '') : whole
  let free = path
  for (let number = 2; taken.has(free); number += 1) free = withNumber(path, number)
  taken.add(free)
  return free
}

/** `runs/ib/rep1.log` -> `runs/ib/` and `rep1.log`. */
export const splitPath = (path: string): { folder: string; name: string } => {
  const end = path.lastIndexOf('/') + 1
  return { folder: path.slice(0, end), name: path.slice(end) }
}

/** The folders that all lie in, outermost first. */
const sharedFolders = (paths: readonly string[]): string[] => {
  const [first] = paths
  if (first === undefined) return []
  let parts = first.split('/').slice(0, -1)
  for (const path of paths) {
    const own = path.split('/').slice(0, -1)
    const differs = parts.findIndex((part, place) => part !== own[place])
    if (differs >= 0) parts = parts.slice(0, differs)
  }
  return parts
}

/** The folder that all lie in, by its own name; null when they share none. */
export const commonFolder = (paths: readonly string[]): string | null => sharedFolders(paths).at(-1) ?? null

/** How many characters all paths begin with up to the end of a folder: `allreduce/` is 10. */
export const sharedChars = (paths: readonly string[]): number => sharedFolders(paths).reduce((sum, { length }) => sum + length + 1, 0)
