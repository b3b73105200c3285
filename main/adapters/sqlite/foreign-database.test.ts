import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { openForeignDatabase } from './foreign-database'

const folder = mkdtempSync(join(tmpdir(), 'foreign-'))
afterAll(() => rmSync(folder, { recursive: true }))

const made = (sql: string): Buffer => {
  const db = new Database(':memory:')
  db.exec(sql)
  const bytes = db.serialize()
  db.close()
  return bytes
}

const opened = async (bytes: Uint8Array) => {
  const open = await openForeignDatabase({ path: null, bytes: async () => bytes })
  if (!open) throw new Error('not opened')
  return open
}

describe('a database that somebody else made', () => {
  it('shows plain tables only', async () => {
    const { database, close } = await opened(
      made(`CREATE TABLE plain (a, "b ""c");
            CREATE VIEW seen AS SELECT 1 AS a;
            CREATE TABLE computed (a, b AS (hex(zeroblob(100000000))));
            CREATE VIRTUAL TABLE words USING fts5(text);`),
    )
    const names = [...database.tables().keys()]
    expect(names).toContain('plain')
    expect(names).not.toContain('seen')
    expect(names).not.toContain('computed')
    expect(names).not.toContain('words')
    expect(database.tables().get('plain')).toEqual(['a', 'b "c'])
    expect(database.isSound('seen')).toBe(false)
    close()
  })

  it('gives whole numbers exactly, beyond 2^53 too', async () => {
    const { database, close } = await opened(made('CREATE TABLE t (a); INSERT INTO t VALUES (7), (1769300000000000123), (2.5), (NULL)'))
    expect([...database.rows('SELECT a FROM t')].map(({ a }) => a)).toEqual([7, 1769300000000000123n, 2.5, null])
    expect([...database.rows('SELECT a - 3 AS d FROM t WHERE a > ?', 100)]).toEqual([{ d: 1769300000000000120n }])
    close()
  })

  it('is not written to, and nothing appears beside it', async () => {
    const path = join(folder, 'log.sqlite')
    const db = new Database(path)
    db.pragma('journal_mode = WAL')
    db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    db.close()
    const open = await openForeignDatabase({ path, bytes: async () => readFileSync(path) })
    expect([...(open?.database.rows('SELECT a FROM t') ?? [])]).toEqual([{ a: 1 }])
    expect(() => [...(open?.database.rows('DELETE FROM t RETURNING a') ?? [])]).toThrow()
    open?.close()
    expect(readdirSync(folder)).toEqual(['log.sqlite'])
  })

  it('reads a file of a write-ahead log from memory', async () => {
    const bytes = made('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    bytes[18] = 2
    bytes[19] = 2
    const { database, close } = await opened(bytes)
    expect([...database.rows('SELECT a FROM t')]).toEqual([{ a: 1 }])
    close()
  })

  it('is none when its first bytes lie', async () => {
    const bytes = Buffer.concat([Buffer.from('SQLite format 3\u0000'), Buffer.alloc(5000, 0xab)])
    expect(await openForeignDatabase({ path: null, bytes: async () => bytes })).toBeNull()
    const path = join(folder, 'lie.sqlite')
    writeFileSync(path, bytes)
    expect(await openForeignDatabase({ path, bytes: async () => bytes })).toBeNull()
  })

  it('whose pages lead to one page again and again is not sound, and that is known at once', async () => {
    const bytes = made(`PRAGMA page_size = 512; CREATE TABLE t (a);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO t SELECT hex(randomblob(6)) FROM n;`)
    // Every inner page is made to have the next inner page as its only child, many times: some 50^7 rows for a scan.
    const inner: number[] = []
    for (let page = 2; page <= bytes.length / 512; page += 1) if (bytes[(page - 1) * 512] === 5) inner.push(page)
    expect(inner.length).toBeGreaterThan(10)
    const chain = inner.slice(0, 10)
    chain.forEach((page, index) => {
      const at = (page - 1) * 512
      const child = chain[index + 1]
      if (child === undefined) return
      bytes.writeUInt32BE(child, at + 8)
      for (let cell = 0; cell < bytes.readUInt16BE(at + 3); cell += 1)
        bytes.writeUInt32BE(child, at + bytes.readUInt16BE(at + 12 + 2 * cell))
    })
    const { database, close } = await opened(bytes)
    const started = performance.now()
    expect(database.isSound('t')).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
    close()
  })
})
