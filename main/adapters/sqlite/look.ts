import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { appError } from '../../../preload/contract'
import { damaged } from './errors'
import { applicationId, schemaVersion } from './migrate'
import { readSeal } from './seal'

export const databasePath = (dataDir: string): string => join(dataDir, 'headroom.db')

export interface Look {
  /** No schema yet: absent, empty, or killed before the first transaction. */
  fresh: boolean
  version: number
  /** A log that no clean shutdown removed. */
  unclean: boolean
}

interface Header {
  application: number
  version: number
  empty: boolean
  pageBytes: number
}

const bytesOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

/** SQLite's file header (https://www.sqlite.org/fileformat2.html#the_database_header) and the start of the schema's page. */
const readFileHeader = (path: string): Header => {
  const bytes = Buffer.alloc(108)
  const file = openSync(path, 'r')
  try {
    readSync(file, bytes, 0, bytes.length, 0)
  } finally {
    closeSync(file)
  }
  if (bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw damaged(path, 'this is not an SQLite database')
  const leafWithoutCells = bytes.readUInt8(100) === 13 && bytes.readUInt16BE(103) === 0
  return { version: bytes.readInt32BE(60), application: bytes.readInt32BE(68), empty: leafWithoutCells, pageBytes: bytes.readUInt16BE(16) }
}

const readThroughLog = (path: string): Header => {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get()
    const pageBytes = Number(db.pragma('page_size', { simple: true }))
    return {
      version: schemaVersion(db),
      application: Number(db.pragma('application_id', { simple: true })),
      empty: tables === 0,
      pageBytes,
    }
  } finally {
    db.close()
  }
}

/** The main file's header may lag behind its log, so a log that is there is read, too. */
const readHeader = (path: string, latest: number, unclean: boolean): Header => {
  const header = readFileHeader(path)
  return unclean && header.version <= latest ? readThroughLog(path) : header
}

/**
 * Looks at the file before SQLite opens it, because even a reader makes a log beside it. Closing a plain descriptor of a
 * database drops this process's POSIX locks on it; they guard against other writers, which lock.ts keeps out already.
 * Throws store.newer, store.damaged.
 */
export const look = (dataDir: string, latest: number): Look => {
  const path = databasePath(dataDir)
  const unclean = bytesOf(`${path}-wal`) > 0
  const sealed = readSeal(dataDir) !== 'absent'
  if (bytesOf(path) === 0) {
    if (sealed) throw damaged(path, 'the database is missing or empty, yet headroom.seal says that there was one')
    return { fresh: true, version: 0, unclean }
  }
  const { version, application, empty, pageBytes } = readHeader(path, latest, unclean)
  if (version > latest) {
    const message = `The data folder was written by a newer Headroom (schema ${version}; this program knows ${latest}).`
    throw appError('store.newer', message, { params: { found: version, known: latest } })
  }
  const fresh = version === 0 && empty
  if (fresh && sealed) throw damaged(path, 'the database has no tables, yet headroom.seal says that it had')
  if (!fresh && application !== applicationId) throw damaged(path, 'this is not a Headroom database')
  if (!fresh && version <= 0) throw damaged(path, 'it has tables but no schema version')
  if (!unclean && bytesOf(path) % pageBytes !== 0) throw damaged(path, 'it ends in the middle of a page')
  return { fresh, version, unclean }
}
