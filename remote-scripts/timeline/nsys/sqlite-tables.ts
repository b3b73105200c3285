import type { DatabaseRow, ProblemCode, ReadDatabase } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'

/** A database, and the profile that is read out of it. */
export interface Source {
  database: ReadDatabase
  reading: Reading
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Whether the table is there with all these columns. */
export const hasColumns = (database: ReadDatabase, table: string, columns: readonly string[]): boolean => {
  const known = database.tables().get(table)
  return known !== undefined && columns.every((column) => known.includes(column))
}

/** The first of the columns that the table has; null: none. */
export const firstColumn = (database: ReadDatabase, table: string, columns: readonly string[]): string | null =>
  columns.find((column) => hasColumns(database, table, [column])) ?? null

const isDamage = (error: unknown): boolean => {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^SQLITE_(?:CORRUPT|NOTADB|IOERR|FULL)/.test(code)
}

/** Does `read` for a table that is sound; whatever goes wrong becomes the profile's problem. False: the table is not to be had. */
export const attempt = ({ database, reading }: Source, table: string, read: () => void): boolean => {
  if (!database.tables().has(table)) return false
  if (!database.isSound(table)) {
    fail(reading, 'parse.truncated', `The table ${table} of the database is damaged or breaks off; the rest was read.`)
    return false
  }
  try {
    read()
    return true
  } catch (error) {
    const code: ProblemCode = isDamage(error) ? 'parse.truncated' : 'parse.unrecognised'
    fail(reading, code, `The table ${table} could not be read: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown error'}.`)
    return false
  }
}

/** A number of a row; whole numbers beyond 2^53 are rounded here, so subtract in SQL first. Null: the cell holds none. */
export const numberOf = (row: DatabaseRow, name: string): number | null => {
  const cell = row[name]
  if (typeof cell === 'bigint') return Number(cell)
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null
}

export const textOf = (row: DatabaseRow, name: string): string | null => {
  const cell = row[name]
  return typeof cell === 'string' ? cell : null
}

/** Longest text that is loaded, in bytes; a name is cut far below it. */
const longestText = 65_536
const longestName = 2048

/** SQL of a text column, up to `length` characters, that never loads more than a name. */
export const boundedText = (column: string, length = String(longestName)): string =>
  `CASE WHEN typeof(${column}) = 'text' AND octet_length(${column}) <= ${longestText} THEN substr(${column}, 1, min(${longestName}, ${length})) END`

/** SQL of a row whose times can be used: whole nanoseconds, an end not before the start, less than 11 days. */
export const isTimed = `typeof(start) = 'integer' AND typeof("end") = 'integer' AND "end" >= start AND "end" - start < 1000000000000000`

export const microseconds = (nanoseconds: number | null): number | null => (nanoseconds === null ? null : nanoseconds / 1000)

/** Counts the rows of a table that were used, and those whose times cannot be. */
export const countRows = ({ database, reading }: Source, table: string, condition = isTimed): { used: number; all: number } => {
  const [row] = database.rows(`SELECT count(*) AS everything, coalesce(sum(${condition}), 0) AS used FROM ${quoted(table)}`)
  const all = row ? (numberOf(row, 'everything') ?? 0) : 0
  const used = row ? (numberOf(row, 'used') ?? 0) : 0
  reading.rows.understood += used
  reading.rows.skipped += all - used
  if (all > used) warn(reading, 'rows_skipped', `${all - used} of ${all} rows of ${table} have no usable start and end.`)
  return { used, all }
}

/** Texts of `StringIds` for the ids asked for: one pass, because a foreign table need not have an index. */
export const stringsOf = ({ database }: Source, ids: ReadonlySet<number>): Map<number, string> => {
  const found = new Map<number, string>()
  if (ids.size === 0 || !hasColumns(database, 'StringIds', ['id', 'value']) || !database.isSound('StringIds')) return found
  for (const row of database.rows(`SELECT id, ${boundedText('value')} AS value FROM StringIds WHERE typeof(id) = 'integer'`)) {
    const id = numberOf(row, 'id')
    const value = textOf(row, 'value')
    if (id !== null && value !== null && ids.has(id)) found.set(id, value)
  }
  return found
}
