import type { Problem } from '../../preload/contract'
import type { FileKey, FilePart } from './file-parser'

export interface FoundFile {
  /** `/` between folders on every system, no control characters; from the folder that all named paths share. */
  path: string
  /** Where it lies. */
  file: string
  bytes: number
}

/** Files of imports before they are stored: those that a browser sends, and what readers keep aside. */
export interface Staging {
  /** Removes what earlier processes left. */
  clear(): Promise<void>
  /** A new folder for one import. */
  open(id: string): Promise<string>
  remove(id: string): Promise<void>
  /** Removes from the folder what a reader that was ended left in the clear. */
  sweep(folder: string): Promise<void>
  /** A new, empty file in the folder. */
  create(folder: string): Promise<string>
  /** Encrypted: `offset` is where the file ends so far. */
  append(file: string, offset: number, bytes: Uint8Array, key: FileKey): Promise<void>
  /** Every file below; links, special files and hidden folders are left out and named, as is what cannot be read. At most `most` files. */
  find(paths: readonly string[], most: number): Promise<{ files: FoundFile[]; leftOut: { path: string; problem: Problem }[] }>
  read(part: FilePart): Promise<Uint8Array>
  pieces(part: FilePart): AsyncIterable<Uint8Array>
}
