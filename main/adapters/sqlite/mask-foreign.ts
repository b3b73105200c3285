import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { appError } from '../../../preload/contract'
import type { MaskDatabase, MaskRules } from '../../ports/file-tools'
import { clearSuffix } from '../../ports/file-tools'
import { isSound, openAny, quoted } from './foreign-database'

/** More fields with secrets than any capture's environment has. */
const maxHits = 100_000
const defaultInMemoryBytes = 2 ** 30
const pieceBytes = 2 ** 20

interface Table {
  name: string
  /** `rowid`, or the columns of the primary key of a table without one. */
  key: string[]
  columns: string[]
}

interface Hit {
  table: Table
  key: unknown[]
  column: string
  type: 'text' | 'blob'
  masked: Uint8Array
}

interface Column {
  name: string
  type: string
  pk: number
  hidden: number
}

/** Columns that turn text into numbers hold a text only when somebody put it there on purpose. */
const isNumeric = ({ type }: Column): boolean => /INT/i.test(type) || (/REAL|FLOA|DOUB/i.test(type) && !/CHAR|CLOB|TEXT|BLOB/i.test(type))

const tablesOf = (db: Database.Database, allColumns: boolean): Table[] => {
  const rows = db
    .prepare<[], { name: string; wr: number }>(
      `SELECT l.name, l.wr FROM pragma_table_list l JOIN sqlite_schema s ON s.name = l.name AND s.type = 'table' AND s.rootpage > 0
       WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all()
  const columnsOf = db.prepare<[string], Column>('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)')
  return rows.flatMap(({ name, wr }) => {
    const found = columnsOf.all(name)
    const columns = found.filter((column) => column.hidden === 0 && (allColumns || !isNumeric(column))).map((column) => column.name)
    const key = wr === 0 ? ['rowid'] : found.filter(({ pk }) => pk > 0).map((column) => column.name)
    return columns.length > 0 ? [{ name, key, columns }] : []
  })
}

type Field = { column: string; type: 'text' | 'blob'; bytes: Buffer } | null

/** A row's texts and blobs as bytes in the database's own encoding. */
const fieldsOf = ({ key, columns }: Table, row: unknown[]): Field[] =>
  columns.map((column, index) => {
    const type = row[key.length + 2 * index]
    const bytes = row[key.length + 2 * index + 1]
    return (type === 'text' || type === 'blob') && Buffer.isBuffer(bytes) ? { column, type, bytes } : null
  })

/** Which fields of a row to overwrite: secrets in a text, and the text beside one that is the name of a secret. */
const hitsOf = (table: Table, row: unknown[], rules: MaskRules): Hit[] => {
  let name = ''
  return fieldsOf(table, row).flatMap((field) => {
    if (!field) return []
    const text = field.bytes.length <= 4096 ? field.bytes.filter((byte) => byte !== 0).toString() : ''
    const masked = new Uint8Array(field.bytes)
    const paired = field.type === 'text' && rules.isPair(name, text)
    name = text
    if (paired) masked.forEach((byte, index) => (masked[index] = byte === 0 ? 0 : 0x2a))
    else if (rules.mask(masked) === 0) return []
    return [{ table, key: row.slice(0, table.key.length), column: field.column, type: field.type, masked }]
  })
}

const scan = (db: Database.Database, table: Table, rules: MaskRules): Hit[] => {
  const pairs = table.columns.map((column) => `typeof(${quoted(column)}), CAST(${quoted(column)} AS BLOB)`).join(', ')
  const some = table.columns.map((column) => `typeof(${quoted(column)}) IN ('text', 'blob')`).join(' OR ')
  const key = table.key.map((column) => (column === 'rowid' ? 'rowid' : quoted(column))).join(', ')
  const rows = db
    .prepare<[], unknown[]>(`SELECT ${key}, ${pairs} FROM ${quoted(table.name)} WHERE ${some}`)
    .raw()
    .safeIntegers(true)
    .iterate()
  const hits: Hit[] = []
  for (const row of rows) {
    hits.push(...hitsOf(table, row, rules))
    if (hits.length > maxHits) throw appError('parse.too_large', `Table ${table.name} holds more than ${maxHits} secrets.`)
  }
  return hits
}

const write = (db: Database.Database, { table, key, column, type, masked }: Hit, index: number): void => {
  const where = table.key.map((one) => `${one === 'rowid' ? 'rowid' : quoted(one)} IS ?`).join(' AND ')
  const value = type === 'text' ? 'CAST(? AS TEXT)' : '?'
  const update = (suffix: string): void => {
    db.prepare(`UPDATE ${quoted(table.name)} SET ${quoted(column)} = ${value}${suffix} WHERE ${where}`).run(Buffer.from(masked), ...key)
  }
  try {
    update('')
  } catch (error) {
    // Two secrets of the same length must not become one value where values have to differ.
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_CONSTRAINT')) throw error
    update(` || ' ${index}'`)
  }
}

/** Secrets were found: a file that does not let them be overwritten is not kept as it is. */
const mustSucceed = (action: () => void): void => {
  try {
    action()
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    throw appError('input.file_unreadable', `The secrets in this database could not be overwritten (${error.code}: ${error.message}).`)
  }
}

const overwrite = (db: Database.Database, hits: readonly Hit[]): void => {
  const triggers = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()
  for (const trigger of triggers) db.exec(`DROP TRIGGER ${quoted(trigger)}`)
  hits.forEach((hit, index) => write(db, hit, index))
}

/** Rewritten whole, so that no free page keeps what was overwritten. */
const rewritten = (db: Database.Database, hits: readonly Hit[]): Uint8Array => {
  mustSucceed(() => {
    overwrite(db, hits)
    db.exec('VACUUM')
  })
  return db.serialize()
}

/** For this user alone from its first byte on, whatever the original allows. */
const copyPrivately = (from: string, to: string): void => {
  const target = openSync(to, 'wx', 0o600)
  const source = openSync(from, 'r')
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes)
    for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer))
      for (let at = 0; at < read;) at += writeSync(target, buffer, at, read - at)
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

/**
 * The secrets are overwritten in a copy that has no name from the moment it is open, so that whatever ends this process takes it along; only the
 * masked one gets a place. A copy that is not complete yet, or that the system does not let go while it is open, is swept away by its name.
 */
const rewriteAside = (path: string, copy: string, hits: readonly Hit[]): void => {
  const clear = copy + clearSuffix
  let db: Database.Database | null = null
  try {
    copyPrivately(path, clear)
    db = guarded(new Database(clear))
    // Windows keeps the name of what is open.
    if (process.platform !== 'win32') rmSync(clear)
    // A journal on disk would hold what is overwritten, and SQLite would look for the name.
    db.pragma('journal_mode = MEMORY')
    db.pragma('temp_store = MEMORY')
    overwrite(db, hits)
    db.prepare('VACUUM INTO ?').run(copy)
  } finally {
    db?.close()
    rmSync(clear, { force: true })
  }
}

const guarded = (db: Database.Database): Database.Database => {
  for (const pragma of ['trusted_schema = OFF', 'cell_size_check = ON', 'ignore_check_constraints = ON', 'foreign_keys = OFF'])
    db.pragma(pragma)
  return db
}

const hitsIn = (db: Database.Database, tables: readonly Table[], rules: MaskRules): Hit[] | null => {
  const hits: Hit[] = []
  for (const table of tables) {
    if (!isSound(db, table.name)) return null
    hits.push(...scan(db, table, rules))
  }
  return hits
}

/** Above `inMemoryBytes` a database is masked on disk. */
export const createMaskDatabase =
  (inMemoryBytes = defaultInMemoryBytes): MaskDatabase =>
  async ({ path, bytes, copy, suspect }, rules) => {
    let db: Database.Database | null = null
    try {
      db = guarded(await openAny(path, bytes))
      const hits = hitsIn(db, tablesOf(db, suspect > 0), rules)
      if (!hits) return null
      const secrets = Math.max(hits.length, suspect)
      if (secrets === 0) return { secrets, bytes: null }
      if (!db.readonly) return { secrets, bytes: rewritten(db, hits) }
      db.close()
      if (statSync(path ?? '').size <= inMemoryBytes) {
        db = guarded(new Database(Buffer.from(await bytes())))
        return { secrets, bytes: rewritten(db, hits) }
      }
      mustSucceed(() => rewriteAside(path ?? '', copy, hits))
      return { secrets, bytes: null }
    } catch (error) {
      if (error instanceof Database.SqliteError || error instanceof TypeError) return null
      throw error
    } finally {
      db?.close()
    }
  }

export const maskDatabase = createMaskDatabase()
