export type DatabaseRow = Readonly<Record<string, string | number | bigint | Uint8Array | null>>

/** An SQLite file, opened for reading. Whatever its schema says is hostile: ask for the columns before naming them. */
export interface ReadDatabase {
  /** Table -> its columns, both as spelled. Only plain tables: no views, no virtual tables, none with computed columns. */
  tables(): ReadonlyMap<string, readonly string[]>
  /**
   * Walks the table's pages once. False when they are damaged or lead back to one another: then even counting its rows may
   * never end. Ask before `rows`. False as well for what is no table.
   */
  isSound(table: string): boolean
  /**
   * Rows one by one; whole numbers beyond 2^53 come as bigint. Throws when the statement does not fit the schema or the file
   * is damaged.
   */
  rows(sql: string, ...values: (string | number)[]): Iterable<DatabaseRow>
}
