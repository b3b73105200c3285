import { appError, type ArtifactRef } from '../../../preload/contract'
import type { ArtifactBatch } from '../../ports/store'
import type { ImportDeps } from './deps'
import type { Entry } from './entry'
import type { ReadBack } from './read-back'

/** Above, a file is streamed into the artifact store. */
const smallBytes = 4 * 2 ** 20

/** A staged path as an artifact's name. */
export const artifactName = (path: string): string =>
  path
    .split('/')
    .map((part) => part.replace(/[^\p{L}\p{N}_.@=+-]+/gu, '_'))
    .join('/')
    .slice(-200)

const changed = ({ path }: Entry): Error =>
  appError('input.file_unreadable', `${path} is no longer what was read: it was changed since. Read it again, then store it.`)

const stream = async ({ artifacts, staging }: ImportDeps, entry: Entry, signal: AbortSignal): Promise<ArtifactRef> => {
  const { reading } = entry
  if (!reading) throw appError('internal', `${entry.path} was not read.`)
  const writer = await artifacts.writer(artifactName(entry.path))
  try {
    for await (const piece of staging.pieces(reading.content)) {
      signal.throwIfAborted()
      await writer.write(piece)
    }
    // Only the writer knows the hash, and only at its end; what does not match is removed by the caller, named by no row.
    const reference = await writer.finish()
    if (reference.sha256 === reading.sha256) return reference
    await artifacts.remove(reference.sha256)
    throw changed(entry)
  } catch (error) {
    await writer.abort()
    throw error
  }
}

export interface KeepSetting {
  batch: ArtifactBatch
  signal: AbortSignal
  onKept(sha256: string): void
}

/** The bytes of these files in the artifact store, durable once the batch is settled; what was masked is what is kept. `onKept` hears each hash. */
export const keepBytes = async (
  deps: ImportDeps,
  entries: readonly Entry[],
  readBack: ReadBack,
  { batch, signal, onKept }: KeepSetting,
): Promise<Map<Entry, ArtifactRef>> => {
  const kept = new Map<Entry, ArtifactRef>()
  const small: { entry: Entry; name: string; bytes: Uint8Array }[] = []
  for (const entry of entries) {
    const content = entry.reading?.content
    if (!content) throw appError('internal', `${entry.path} was not read.`)
    if (content.length <= smallBytes) small.push({ entry, name: artifactName(entry.path), bytes: await readBack.bytes(content) })
    else kept.set(entry, await stream(deps, entry, signal))
  }
  const references = await batch.put(small)
  small.forEach(({ entry }, index) => {
    const reference = references[index]
    if (reference) kept.set(entry, reference)
  })
  for (const { sha256 } of kept.values()) onKept(sha256)
  for (const [entry, { sha256 }] of kept) if (sha256 !== entry.reading?.sha256) throw changed(entry)
  return kept
}
