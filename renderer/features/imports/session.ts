import { appError } from '../../../preload/contract/error'
import { maxImportFiles } from '../../../preload/contract/imports'
import type { Client } from '../../../preload/contract/rpc'
import { toFailure } from '../../app/failure'
import { links, navigate } from '../../app/routes'
import { stagedName } from './paths'
import { walk, type Pick, type Picked } from './pick'
import { sendAll, type Outgoing } from './sender'
import { useImports, type Sending, type Stored } from './state'

/** What is on its way, outside of the store: handles of files are no state to render. */
const underWay: { id: string | null; picks: Pick[]; queue: Outgoing[]; taken: Set<string>; stop: AbortController | null } = {
  id: null,
  picks: [],
  queue: [],
  taken: new Set(),
  stop: null,
}

/** How often the numbers on the screen change, ms. */
const tellEveryMs = 100
/** Most paths of one call. */
const pathsPerCall = 10_000

const state = () => useImports.getState()

const reset = (id: string | null): void => {
  underWay.stop?.abort()
  Object.assign(underWay, { id, picks: [], queue: [], taken: new Set(), stop: null })
}

const unreadable = (path: string, error: unknown): void => {
  const reason = error instanceof Error ? error.message : String(error)
  state().fileLeftOut([{ path, problem: { code: 'input.file_unreadable', message: `The browser could not read ${path}: ${reason}` } }])
}

/** Counts what is on its way and tells the store now and then. */
const createTally = () => {
  const tally: Sending = { state: 'collecting', files: 0, totalFiles: 0, bytes: 0, totalBytes: 0, startedAt: Date.now(), startedBytes: 0 }
  let toldAt = 0
  const tell = (now = false): void => {
    if (!now && Date.now() - toldAt < tellEveryMs) return
    toldAt = Date.now()
    state().sendingChanged({ ...tally })
  }
  return { tally, tell }
}
type Tally = ReturnType<typeof createTally>

let current = createTally()

const enqueue = ({ path, file }: Picked, { tally, tell }: Tally): void => {
  if (underWay.taken.size >= maxImportFiles) {
    throw appError('input.invalid', `More than ${maxImportFiles} files at once cannot be imported; take a folder further down.`)
  }
  underWay.queue.push({ path: stagedName(path, underWay.taken), file, sent: 0 })
  tally.totalFiles += 1
  tally.totalBytes += file.size
  tell()
}

const collect = async (client: Client, id: string, pick: Pick, signal: AbortSignal, counts: Tally): Promise<void> => {
  if (pick.kind === 'handles') {
    for (const file of pick.files) enqueue(file, counts)
    return walk(pick.entries, { signal, onFile: (file) => enqueue(file, counts), onUnreadable: unreadable })
  }
  for (let from = 0; from < pick.paths.length; from += pathsPerCall) {
    const paths = pick.paths.slice(from, from + pathsPerCall)
    const { leftOut } = await client.call('imports.addPaths', { id, paths }, signal)
    state().fileLeftOut(leftOut)
  }
}

const sendQueue = (client: Client, id: string, signal: AbortSignal, { tally, tell }: Tally): Promise<void> => {
  Object.assign(tally, { state: 'sending', startedAt: Date.now(), startedBytes: tally.bytes })
  tell(true)
  return sendAll(underWay.queue, {
    signal,
    add: (piece, pieceSignal) => client.call('imports.add', { id, ...piece }, pieceSignal),
    addSmall: (files, batchSignal) => client.call('imports.addSmall', { id, ...files }, batchSignal),
    onUnreadable: unreadable,
    onSent: (bytes, files) => {
      tally.bytes += bytes
      tally.files += files
      tell()
    },
  })
}

const empty = (): boolean => underWay.picks.length === 0 && underWay.queue.length === 0

/** Sends everything that waits, then has it recognised. A failure or a stop leaves the rest waiting. */
const work = async (client: Client, id: string): Promise<void> => {
  const stop = new AbortController()
  underWay.stop = stop
  const counts = current
  state().failed(null)
  try {
    while (!empty()) {
      counts.tally.state = 'collecting'
      counts.tell(true)
      for (let pick = underWay.picks.shift(); pick; pick = underWay.picks.shift()) await collect(client, id, pick, stop.signal, counts)
      await sendQueue(client, id, stop.signal, counts)
    }
    state().sendingChanged(null)
    await client.call('imports.preview', { id })
    state().recognisedAnew()
  } catch (error) {
    if (underWay.id !== id) return
    if (!stop.signal.aborted) state().failed(toFailure(error))
    counts.tally.state = 'stopped'
    counts.tell(true)
  } finally {
    if (underWay.stop === stop) underWay.stop = null
  }
}

/** Adds what was picked to the window's import, or begins one; shows the import's screen. */
export const addPick = async (client: Client, pick: Pick): Promise<void> => {
  try {
    const id = state().id ?? (await openImport(client))
    underWay.picks.push(pick)
    navigate(links.imports(id))
    if (underWay.stop) return
    if (!state().sending) current = createTally()
    await work(client, id)
  } catch (error) {
    state().failed(toFailure(error))
    navigate(links.imports())
  }
}

const openImport = async (client: Client): Promise<string> => {
  const { id } = await client.call('imports.open', {})
  reset(id)
  state().opened(id)
  return id
}

/** Takes up an import that was begun before this page was loaded; what is recognised of it is known to the core. */
export const adoptImport = (id: string): void => {
  if (state().id === id) return
  reset(id)
  state().opened(id)
}

/** Paths that the import has already, so that files added later get others. */
export const notePaths = (paths: readonly string[]): void => {
  for (const path of paths) underWay.taken.add(path)
}

/** Stops sending; what is left can be sent on, or left out. */
export const stopSending = (): void => underWay.stop?.abort()

export const resumeSending = async (client: Client): Promise<void> => {
  const { id } = state()
  if (id !== null && !underWay.stop) await work(client, id)
}

/** Goes on with the files that arrived whole; the others are counted as not sent. */
export const leaveRest = async (client: Client): Promise<void> => {
  state().restLeft(underWay.queue.length)
  underWay.queue = []
  underWay.picks = []
  await resumeSending(client)
}

const leave = (outcome: Stored | null): void => {
  reset(null)
  state().closed(outcome)
  navigate(links.imports())
}

/** Forgets the import of this id without touching it. */
export const leaveImport = (id: string): void => {
  if (state().id === id) leave(null)
}

/** The import is stored. */
export const finishImport = (outcome: Stored): void => leave(outcome)

/** Forgets the import and removes what was staged. */
export const closeImport = async (client: Client): Promise<void> => {
  const { id } = state()
  leave(null)
  if (id !== null) await client.call('imports.discard', { id })
}
