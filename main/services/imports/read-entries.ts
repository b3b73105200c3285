import { AppError, toProblem } from '../../../preload/contract'
import type { StagedReading } from '../../ports/file-parser'
import type { ImportDeps } from './deps'
import type { Entry } from './entry'

/** Small files go to a reader together: a message for each would cost as much as reading it. */
const batchFiles = 32
const batchBytes = 4 * 2 ** 20

function* batchesOf(entries: readonly Entry[]): Generator<Entry[]> {
  let batch: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    if (batch.length > 0 && (batch.length >= batchFiles || bytes + entry.bytes > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += entry.bytes
  }
  if (batch.length > 0) yield batch
}

export interface ReadSetting {
  deps: ImportDeps
  folder: string
  signal: AbortSignal
  onRead(entries: readonly Entry[], readings: readonly StagedReading[]): void
  onBytes(bytes: number): void
}

const isCancelled = (error: unknown): boolean => error instanceof AppError && error.code === 'input.cancelled'

const failed = (error: unknown): StagedReading => ({
  bytes: 0,
  sha256: '',
  secrets: 0,
  recognised: [],
  problem: toProblem(error),
  launch: null,
  said: {},
  content: { file: '', offset: 0, length: 0 },
  results: null,
})

/** A batch that ends its reader is read again file by file, so that only the guilty one pays. */
const readBatch = async (batch: readonly Entry[], setting: ReadSetting): Promise<void> => {
  const { deps, folder, signal, onRead, onBytes } = setting
  const files = batch.map(({ file, key, path, probe }) => ({ path: file, key, name: path, probe }))
  try {
    onRead(batch, await deps.parser.stage(files, folder, signal, onBytes))
  } catch (error) {
    if (signal.aborted || isCancelled(error)) throw error
    if (batch.length === 1) return onRead(batch, [failed(error)])
    for (const entry of batch) await readBatch([entry], setting)
  }
}

/** Reads them all, as many batches at once as there are readers. Throws input.cancelled when the signal aborts. */
export const readEntries = async (entries: readonly Entry[], setting: ReadSetting): Promise<void> => {
  const batches = batchesOf(entries)
  const lane = async (): Promise<void> => {
    for (const batch of batches) await readBatch(batch, setting)
  }
  const ended = await Promise.allSettled(Array.from({ length: setting.deps.parser.lanes }, lane))
  const broken = ended.find((one) => one.status === 'rejected')
  if (broken) throw broken.reason
}
