import type { ReadDatabase } from '../../preload/contract'

/** Opens somebody else's SQLite file for reading; null when it is none or is damaged. The caller closes it. */
export type OpenForeignDatabase = (file: { path: string | null; bytes: () => Promise<Uint8Array> }) => Promise<{
  database: ReadDatabase
  close(): void
} | null>

export interface MaskRules {
  /** Overwrites secrets in place; how many there were. */
  mask(bytes: Uint8Array): number
  /** Is the text in the field beside this name a secret? */
  isPair(name: string, value: string): boolean
}

/** Ends the name of a file that may hold secrets for as long as they are being overwritten. */
export const clearSuffix = '.clear'

/**
 * An SQLite file without the secrets in its texts and blobs, nor in its free space. `suspect`: secrets that its bytes are known
 * to hold somewhere. Unchanged when `secrets` is 0; else the new file is in `bytes`, or at `copy` when that is null.
 * Null: it is damaged.
 */
export type MaskDatabase = (
  file: { path: string | null; bytes: () => Promise<Uint8Array>; copy: string; suspect: number },
  rules: MaskRules,
) => Promise<{ secrets: number; bytes: Uint8Array | null } | null>

/** What reading a file needs besides its bytes. */
export interface FileTools {
  openDatabase: OpenForeignDatabase
  /** Throws what zlib throws (codes `Z_*`) on damage. */
  gunzip(packed: AsyncIterable<Uint8Array>, use?: 'reuse'): AsyncIterable<Uint8Array>
  gzip(plain: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  maskDatabase: MaskDatabase
}
