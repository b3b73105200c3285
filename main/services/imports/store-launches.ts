import { appError, type Run } from '../../../preload/contract'
import { countOf } from '../../core/runs/measurement-columns'
import type { PackedResult } from '../../ports/file-parser'
import type { ImportedPart } from '../../ports/store'
import { partsOf, type AssembleSetting, type Assembled } from './assemble-runs'
import { breathe } from './breathe'
import type { Entry } from './entry'
import { keepBytes, type KeepSetting } from './keep-bytes'
import type { PlannedLaunch } from './plan-runs'
import { ReadBack } from './read-back'

/** Rows of one transaction: more would keep the window waiting. */
const rowsAtOnce = 4000
const batchFiles = 32
const batchBytes = 8 * 2 ** 20
/** Batches whose bytes are written while an earlier one's rows are. */
const ahead = 2

export interface StoreSetting extends KeepSetting, AssembleSetting {
  importId: string
  onRun(run: Run): void
  onStored(files: number, bytes: number): void
}

/** A batch whose bytes are durable and whose results are in memory. */
interface Ready extends Assembled {
  launches: PlannedLaunch[]
}

function* batchesOf(launches: readonly PlannedLaunch[]): Generator<PlannedLaunch[]> {
  let batch: PlannedLaunch[] = []
  let [files, bytes] = [0, 0]
  for (const launch of launches) {
    const size = launch.entries.reduce((sum, entry) => sum + entry.bytes, 0)
    if (batch.length > 0 && (files + launch.entries.length > batchFiles || bytes + size > batchBytes)) {
      yield batch
      batch = []
      files = bytes = 0
    }
    batch.push(launch)
    files += launch.entries.length
    bytes += size
  }
  if (batch.length > 0) yield batch
}

const prepare = async (launches: PlannedLaunch[], setting: StoreSetting): Promise<Ready> => {
  const { deps, signal } = setting
  const entries = launches.flatMap((launch) => launch.entries)
  const readBack = new ReadBack(deps)
  readBack.expect(entries.flatMap(({ reading }) => (reading?.results ? [reading.results.head, reading.content] : [])))
  const results = new Map<Entry, PackedResult[]>()
  for (const entry of entries) results.set(entry, await readBack.results(entry))
  signal.throwIfAborted()
  return { launches, references: await keepBytes(deps, entries, readBack, setting), results, readBack }
}

/** In order; the next ones are prepared while one is used. What was begun is waited for when the use ends early. */
async function* prepared(batches: Iterator<PlannedLaunch[]>, setting: StoreSetting): AsyncGenerator<Ready> {
  const begun: Promise<Ready>[] = []
  const begin = (): void => {
    const next = batches.next()
    if (next.done) return
    const preparing = prepare(next.value, setting)
    // Its failure is heard when its turn comes.
    preparing.catch(() => undefined)
    begun.push(preparing)
  }
  try {
    for (let count = 0; count < ahead; count += 1) begin()
    for (let first = begun[0]; first; first = begun[0]) {
      const ready = await first
      void begun.shift()
      begin()
      yield ready
    }
  } finally {
    await Promise.allSettled(begun)
  }
}

const insert = async (ready: Ready, setting: StoreSetting): Promise<void> => {
  const { deps, importId, signal } = setting
  let parts: ImportedPart[] = []
  let rows = 0
  const flush = async (): Promise<void> => {
    if (signal.aborted) throw appError('input.cancelled', 'Storing was cancelled.')
    if (parts.length > 0) deps.store.addImported(importId, parts)
    parts = []
    rows = 0
    await breathe()
  }
  for await (const part of partsOf(ready.launches, ready, setting)) {
    parts.push(part)
    if (part.run) setting.onRun(part.run)
    rows += countOf(part.measurements) + 1
    if (rows >= rowsAtOnce) await flush()
  }
  await flush()
}

/** Writes every run of the plan, unseen until the import is finished: bytes first, durably, then rows in small transactions. */
export const storeLaunches = async (launches: readonly PlannedLaunch[], setting: StoreSetting): Promise<void> => {
  for await (const ready of prepared(batchesOf(launches), setting)) {
    await insert(ready, setting)
    const entries = ready.launches.flatMap((launch) => launch.entries)
    setting.onStored(
      entries.length,
      entries.reduce((sum, entry) => sum + entry.bytes, 0),
    )
  }
}
