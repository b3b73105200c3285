import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { DatabaseRow, ReadDatabase } from '../../../preload/contract'
import type { OpenForeignDatabase } from '../../ports/file-tools'

type Cell = DatabaseRow[string]

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Plain tables with their columns. A view or virtual table has no page of its own (`rootpage` 0); a computed column
 * (`hidden` above 1) runs code of the file's author.
 */
const tablesOf = (db: Database.Database): Map<string, string[]> => {
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .pluck()
    .all()
  const columns = db.prepare<[string], { name: string; hidden: number }>('SELECT name, hidden FROM pragma_table_xinfo(?)')
  return new Map(
    names
      .map((name) => [name, columns.all(name)] as const)
      .filter(([, found]) => found.length > 0 && found.every(({ hidden }) => hidden === 0))
      .map(([name, found]) => [name, found.map((column) => column.name)]),
  )
}

/** SQLite's own check of one table: it visits each page once, so that it ends where a scan would run in circles. */
export const isSound = (db: Database.Database, table: string): boolean => {
  try {
    return (
      db
        .prepare<[], string>(`PRAGMA quick_check(${quoted(table)})`)
        .pluck()
        .get() === 'ok'
    )
  } catch (error) {
    if (error instanceof Database.SqliteError) return false
    throw error
  }
}

const exact = (cell: Cell): Cell => {
  if (typeof cell !== 'bigint') return cell
  const value = Number(cell)
  return Number.isSafeInteger(value) ? value : cell
}

/** The rows are this reader's own objects: they are corrected in place, a million of them would be copied slowly. */
function* exactRows(rows: Iterable<Record<string, Cell>>, names: readonly string[]): Generator<DatabaseRow> {
  for (const row of rows) {
    for (const name of names) row[name] = exact(row[name] ?? null)
    yield row
  }
}

const readerOf = (db: Database.Database, tables: ReadonlyMap<string, string[]>): ReadDatabase => {
  const checked = new Map<string, boolean>()
  return {
    tables: () => tables,
    isSound(table) {
      if (!tables.has(table)) return false
      const known = checked.get(table) ?? isSound(db, table)
      checked.set(table, known)
      return known
    },
    rows(sql, ...values) {
      const statement = db.prepare<(string | number)[], Record<string, Cell>>(sql).safeIntegers(true)
      const names = statement.columns().map((column) => column.name)
      return exactRows(statement.iterate(...values), names)
    },
  }
}

/** Bytes 18 and 19 are 2 where a write-ahead log belongs to the file. */
const withoutLog = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.from(bytes)
  if (copy[18] === 2) copy[18] = 1
  if (copy[19] === 2) copy[19] = 1
  return copy
}

const hasLog = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0)
    return buffer[18] === 2 || buffer[19] === 2
  } finally {
    await file.close()
  }
}

/** Where it lies; but SQLite would put a log beside a file that wants one, so such a file is read in memory. */
export const openAny = async (path: string | null, bytes: () => Promise<Uint8Array>): Promise<Database.Database> =>
  path === null || (await hasLog(path))
    ? new Database(withoutLog(await bytes()))
    : new Database(resolve(path), { readonly: true, fileMustExist: true })

/** Nothing of a foreign file is trusted: no writes, no functions from its schema, no values past a cell's end. */
export const openForeignDatabase: OpenForeignDatabase = async ({ path, bytes }) => {
  let db: Database.Database | null = null
  try {
    db = await openAny(path, bytes)
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('ignore_check_constraints = ON')
    db.pragma('query_only = ON')
    const opened = db
    const database = readerOf(opened, tablesOf(opened))
    return { database, close: () => opened.close() }
  } catch (error) {
    db?.close()
    if (error instanceof Database.SqliteError || error instanceof TypeError) return null
    throw error
  }
}
