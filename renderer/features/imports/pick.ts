import { localPath } from '../../client'

/** A file of the browser with its path inside what was dropped or chosen; not read yet. */
export interface Picked {
  path: string
  file: File
}

/** What somebody dropped or chose. `paths` where the core can read it by itself, else handles of the browser. */
export type Pick = { kind: 'paths'; paths: string[] } | { kind: 'handles'; files: Picked[]; entries: FileSystemEntry[] }

const byName = new Intl.Collator('en', { numeric: true })

const allPaths = (files: readonly File[]): string[] | null => {
  const paths = files.map((file) => localPath(window, file))
  return paths.length > 0 && paths.every((path) => path !== null) ? paths : null
}

/** From a drop. To be called within the event: the browser forgets its contents afterwards. */
export const pickFromDrop = (data: DataTransfer): Pick => {
  const items = [...data.items].filter((item) => item.kind === 'file')
  const things = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const files = things.flatMap(({ file }) => (file ? [file] : []))
  const paths = files.length === things.length ? allPaths(files) : null
  if (paths) return { kind: 'paths', paths }
  return {
    kind: 'handles',
    entries: things.flatMap(({ entry }) => (entry ? [entry] : [])),
    files: things.flatMap(({ entry, file }) => (entry || !file ? [] : [{ path: file.name, file }])),
  }
}

/** `/home/me/runs` for `/home/me/runs/ib/a.log`, which was chosen as `runs/ib/a.log`. */
const folderAbove = (path: string, inside: string): string => path.slice(0, path.length - inside.length) + (inside.split('/')[0] ?? '')

/** From a file or folder picker. */
export const pickFromList = (list: readonly File[]): Pick => {
  const inside = (file: File): string => file.webkitRelativePath || file.name
  const paths = allPaths(list)
  if (paths) return { kind: 'paths', paths: [...new Set(paths.map((path, place) => folderAbove(path, inside(list[place] as File))))] }
  const files = list.map((file) => ({ path: inside(file), file }))
  return { kind: 'handles', entries: [], files: files.sort((a, b) => byName.compare(a.path, b.path)) }
}

const children = async (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    // A reader gives about a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail))
    if (some.length === 0) return found.sort((a, b) => byName.compare(a.name, b.name))
    found.push(...some)
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((done, fail) => entry.file(done, fail))

interface WalkOptions {
  signal: AbortSignal
  /** Called with each file found. */
  onFile: (picked: Picked) => void
  /** Called for what the browser may not open. */
  onUnreadable: (path: string, error: unknown) => void
}

type Opened = { files: Picked[]; entries: FileSystemEntry[] }

const opened = async (entry: FileSystemEntry, { onUnreadable }: WalkOptions): Promise<Opened> => {
  try {
    if (entry.isDirectory) return { files: [], entries: await children(entry as FileSystemDirectoryEntry) }
    return { files: [{ path: entry.fullPath, file: await fileOf(entry as FileSystemFileEntry) }], entries: [] }
  } catch (error) {
    onUnreadable(entry.fullPath, error)
    return { files: [], entries: [] }
  }
}

/** Every file under the entries, in the order of their names. */
export const walk = async (entries: readonly FileSystemEntry[], options: WalkOptions): Promise<void> => {
  for (const entry of entries) {
    options.signal.throwIfAborted()
    const { files, entries: inside } = await opened(entry, options)
    for (const file of files) options.onFile(file)
    await walk(inside, options)
  }
}
