import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { isSecretPair } from '../../../remote-scripts/_kit/secrets'
import { createMaskDatabase, maskDatabase } from './mask-foreign'

const folder = mkdtempSync(join(tmpdir(), 'headroom-mask-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Overwrites "hunter2" and nothing else. */
const mask = (bytes: Uint8Array): number => {
  let found = 0
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const wanted = Buffer.from('hunter2', encoding)
    for (let at = Buffer.from(bytes).indexOf(wanted); at >= 0; at = Buffer.from(bytes).indexOf(wanted, at + 1)) {
      for (let i = 0; i < wanted.length; i += wanted.length / 7) bytes[at + i] = 0x2a
      found += 1
    }
  }
  return found
}
const rules = { mask, isPair: isSecretPair }

const make = (encoding: string, sql: string): Buffer => {
  const path = join(folder, `${Math.random()}.sqlite`)
  const db = new Database(path)
  db.pragma(`encoding = '${encoding}'`)
  db.exec(sql)
  db.close()
  return readFileSync(path)
}
const read = (bytes: Uint8Array, sql: string): unknown[] => {
  const db = new Database(Buffer.from(bytes))
  try {
    return db.prepare(sql).raw().all()
  } finally {
    db.close()
  }
}
const long = 'x'.repeat(9000)
const schema = `
  CREATE TABLE strings (id INTEGER PRIMARY KEY, value TEXT UNIQUE);
  INSERT INTO strings VALUES (1, 'kernel'), (2, '${long} hunter2 ${long}'), (3, NULL);
  CREATE TABLE env (name TEXT, value TEXT);
  INSERT INTO env VALUES ('DB_PASSWORD', 'opensesame'), ('HOME', '/root'), ('bos_token', 'begin');
  CREATE TABLE keyed (name TEXT, part INT, value BLOB, PRIMARY KEY (name, part)) WITHOUT ROWID;
  INSERT INTO keyed VALUES ('a', 1, x'00'), ('a', 2, CAST('hunter2' AS BLOB)), ('hunter2', 3, 4.5);
  CREATE TABLE kernels (start INT, duration INT);
  INSERT INTO kernels VALUES (10, 20), (30, 'hunter2');
  CREATE TRIGGER hostile AFTER UPDATE ON env BEGIN INSERT INTO env VALUES ('again', 'again'); END;`

describe.each(['UTF-8', 'UTF-16le', 'UTF-16be'])('secrets in a database in %s', (encoding) => {
  const bytes = make(encoding, schema)

  it('are overwritten, and every other cell stays', async () => {
    const suspect = encoding === 'UTF-16be' ? 0 : 1
    const masked = await maskDatabase({ path: null, bytes: async () => bytes, copy: '', suspect }, rules)
    const out = masked?.bytes ?? new Uint8Array()
    const plain = Buffer.from(out.filter((byte) => byte !== 0)).toString('latin1')
    expect(plain).not.toContain('opensesame')
    if (encoding !== 'UTF-16be') expect(plain).not.toContain('hunter2')
    expect(read(out, 'SELECT * FROM env')).toEqual([
      ['DB_PASSWORD', '**********'],
      ['HOME', '/root'],
      ['bos_token', 'begin'],
    ])
    if (encoding === 'UTF-16be') return
    expect(read(out, 'SELECT * FROM strings')).toEqual([
      [1, 'kernel'],
      [2, `${long} ******* ${long}`],
      [3, null],
    ])
    expect(read(out, 'SELECT name, part, CAST(value AS TEXT) FROM keyed WHERE part > 1')).toEqual([
      ['*******', 3, '4.5'],
      ['a', 2, '*******'],
    ])
    expect(read(out, 'SELECT * FROM kernels')).toEqual([
      [10, 20],
      [30, '*******'],
    ])
    expect(read(out, 'PRAGMA integrity_check')).toEqual([['ok']])
  })
})

it('a file on disk is never changed; one without secrets comes back as it is', async () => {
  const path = join(folder, 'lies.sqlite')
  const before = make('UTF-8', schema)
  writeFileSync(path, before)
  const masked = await maskDatabase({ path, bytes: async () => before, copy: join(folder, 'copy'), suspect: 0 }, rules)
  expect(masked?.secrets).toBeGreaterThan(2)
  expect(Buffer.from(masked?.bytes ?? []).includes('opensesame')).toBe(false)
  expect(readFileSync(path).equals(before)).toBe(true)
  const clean = join(folder, 'clean.sqlite')
  writeFileSync(clean, make('UTF-8', 'CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1)'))
  const nothing = await maskDatabase({ path: clean, bytes: async () => before, copy: join(folder, 'copy'), suspect: 0 }, rules)
  expect(nothing).toEqual({ secrets: 0, bytes: null })
  expect(() => readFileSync(join(folder, 'copy'))).toThrow('ENOENT')
})

it('what was deleted goes with the free pages', async () => {
  const bytes = make('UTF-8', `${schema} DELETE FROM strings WHERE id = 2; DELETE FROM keyed; DELETE FROM kernels; DELETE FROM env;`)
  expect(bytes.includes('hunter2')).toBe(true)
  const masked = await maskDatabase({ path: null, bytes: async () => bytes, copy: '', suspect: 1 }, rules)
  expect(Buffer.from(masked?.bytes ?? []).includes('hunter2')).toBe(false)
})

it('values that must differ go on differing', async () => {
  const bytes = make('UTF-8', "CREATE TABLE t (a TEXT UNIQUE); INSERT INTO t VALUES ('hunter2'), ('*******')")
  const masked = await maskDatabase({ path: null, bytes: async () => bytes, copy: '', suspect: 1 }, rules)
  expect(read(masked?.bytes ?? new Uint8Array(), 'SELECT count(DISTINCT a) FROM t')).toEqual([[2]])
})

it('a damaged database is left to others', async () => {
  const bytes = make('UTF-8', schema)
  bytes.fill(0xff, 4096)
  expect(await maskDatabase({ path: null, bytes: async () => bytes, copy: '', suspect: 1 }, rules)).toBeNull()
  expect(await maskDatabase({ path: null, bytes: async () => new Uint8Array(100), copy: '', suspect: 1 }, rules)).toBeNull()
})

describe('secrets in a database that is too large for memory', () => {
  const source = join(folder, 'large.sqlite')
  const masking = (path: string, copy: string) =>
    createMaskDatabase(0)({ path, bytes: async () => readFileSync(path), copy, suspect: 1 }, rules)

  it('are overwritten in a copy that only this user can read, and nothing else is left', async () => {
    writeFileSync(source, make('UTF-8', schema), { mode: 0o644 })
    const before = readFileSync(source)
    const aside = mkdtempSync(join(folder, 'aside-'))
    const copy = join(aside, 'copy')
    writeFileSync(copy, '', { mode: 0o600 })
    expect(await masking(source, copy)).toMatchObject({ bytes: null })
    expect(readdirSync(aside)).toEqual(['copy'])
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const masked = readFileSync(copy)
    for (const secret of ['hunter2', 'opensesame']) expect(masked.includes(secret)).toBe(false)
    expect(read(masked, 'SELECT * FROM env')).toEqual([
      ['DB_PASSWORD', '**********'],
      ['HOME', '/root'],
      ['bos_token', 'begin'],
    ])
    expect(readFileSync(source)).toEqual(before)
  })

  it('leave no copy when it cannot be written, which is no damage of the file', async () => {
    writeFileSync(source, make('UTF-8', schema))
    const aside = mkdtempSync(join(folder, 'aside-'))
    writeFileSync(join(aside, 'copy'), 'not empty')
    await expect(masking(source, join(aside, 'copy'))).rejects.toMatchObject({ code: 'input.file_unreadable' })
    expect(readdirSync(aside)).toEqual(['copy'])
  })
})
