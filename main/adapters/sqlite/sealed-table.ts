import { crc32 } from 'node:zlib'
import type Database from 'better-sqlite3'
import { damaged } from './errors'

export type SqlValue = string | number | null
export type Row<C extends string> = Record<C, SqlValue>

/** CRC-32 of the values as a JSON array. */
export const rowCrc = (values: readonly SqlValue[]): number => crc32(JSON.stringify(values))

export interface Query<C extends string> {
  all(...values: SqlValue[]): (Row<C> & { seq: number })[]
  get(...values: SqlValue[]): (Row<C> & { seq: number }) | undefined
  /** Unchecked, one at a time: for verify, which goes on after a damaged row. */
  iterate(...values: SqlValue[]): IterableIterator<Row<C> & { seq: number }>
}

/** A table whose rows carry the CRC of their columns; reading a row that does not match throws store.damaged. */
export interface SealedTable<C extends string> {
  readonly name: string
  /** Returns the rowid. */
  insert(row: Row<C>): number
  /** Inserts, or replaces the row with the same key. */
  upsert(row: Row<C>): void
  update(seq: number, row: Row<C>): void
  /** `rest` follows FROM: WHERE …, ORDER BY …. */
  query(rest: string): Query<C>
  check(row: Row<C>): void
  /** `table experiments, row exp-1`. */
  where(row: Row<C>): string
}

/** `columns` are all columns but the rowid and crc; `label` names a row in messages. */
export const sealedTable = <C extends string>(
  db: Database.Database,
  name: string,
  columns: readonly C[],
  label: (row: Row<C>) => string,
): SealedTable<C> => {
  const list = columns.join(', ')
  const marks = columns.map(() => '?').join(', ')
  const insert = db.prepare<SqlValue[]>(`INSERT INTO ${name} (${list}, crc) VALUES (${marks}, ?)`)
  const upsert = db.prepare<SqlValue[]>(`INSERT OR REPLACE INTO ${name} (${list}, crc) VALUES (${marks}, ?)`)
  const update = db.prepare<SqlValue[]>(
    `UPDATE ${name} SET ${columns.map((column) => `${column} = ?`).join(', ')}, crc = ? WHERE rowid = ?`,
  )
  const valuesOf = (row: Row<C>): SqlValue[] => {
    const values = columns.map((column) => row[column])
    return [...values, rowCrc(values)]
  }
  const where = (row: Row<C>): string => `table ${name}, row ${label(row)}`
  const check = (row: Row<C>): void => {
    const crc = rowCrc(columns.map((column) => row[column]))
    if ((row as Record<string, SqlValue>)['crc'] !== crc) throw damaged(where(row), 'its checksum does not match its content')
  }
  const query = (rest: string): Query<C> => {
    const statement = db.prepare<SqlValue[], Row<C> & { seq: number }>(`SELECT rowid AS seq, ${list}, crc FROM ${name} ${rest}`)
    return {
      all(...values) {
        const rows = statement.all(...values)
        rows.forEach(check)
        return rows
      },
      get(...values) {
        const row = statement.get(...values)
        if (row) check(row)
        return row
      },
      iterate: (...values) => statement.iterate(...values),
    }
  }
  return {
    name,
    insert: (row) => Number(insert.run(...valuesOf(row)).lastInsertRowid),
    upsert: (row) => void upsert.run(...valuesOf(row)),
    update: (seq, row) => void update.run(...valuesOf(row), seq),
    query,
    check,
    where,
  }
}
