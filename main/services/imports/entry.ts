import type { FileKey, StagedReading } from '../../ports/file-parser'

export interface Upload {
  received: number
  /** Pieces reach the disk in their order. */
  writing: Promise<void>
}

/** One file of an import. */
export interface Entry {
  path: string
  /** Where it lies on this machine. */
  file: string
  bytes: number
  /** Of a file that is being sent. */
  upload: Upload | null
  /** Of a file that was sent: it lies encrypted in the staging folder, with a key that only this process has. */
  key: FileKey | undefined
  probe: string | undefined
  reading: StagedReading | null
}

export const isRecognised = (entry: Entry): boolean => (entry.reading?.recognised.length ?? 0) > 0
export const isWaiting = (entry: Entry): boolean => entry.reading === null
