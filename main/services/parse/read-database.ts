import type { ParseResult } from '../../../preload/contract'
import { certain } from '../../../remote-scripts/_kit/detect'
import type { ProbeReads } from '../../../remote-scripts/_kit/probe'
import type { OpenForeignDatabase } from '../../ports/file-tools'
import type { FileSource } from '../../ports/file-source'

/** A database that a packed file or memory holds is read whole; larger ones are opened where they lie. */
const maxBytesInMemory = 1024 * 2 ** 20

const bytesOf = async (source: FileSource): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const piece of source.pieces()) {
    parts.push(piece)
    total += piece.length
    if (total > maxBytesInMemory) break
  }
  return Buffer.concat(parts)
}

/** What the formats of the readers find in an SQLite file; empty when no format knows its tables. */
export const readDatabaseFile = async (
  source: FileSource,
  readers: Iterable<ProbeReads>,
  open: OpenForeignDatabase,
): Promise<ParseResult[]> => {
  const opened = await open({ path: source.path, bytes: () => bytesOf(source) })
  if (!opened) return []
  try {
    const tables = opened.database.tables()
    return [...readers]
      .flatMap((reader) => reader.databases ?? [])
      .filter((format) => format.detect(tables) >= certain)
      .flatMap((format) => format.read(opened.database))
  } finally {
    opened.close()
  }
}
