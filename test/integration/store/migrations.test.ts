import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { applicationId, migrate, migrations, type Migration } from '../../../main/adapters/sqlite/migrate'
import { openDatabase } from '../../../main/adapters/sqlite/open-database'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import { experimentOf, measurementOf, runOf, temporaryFolder } from './fixtures'

const root = temporaryFolder('migrations')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const latest = migrations.length
const next: Migration = { version: latest + 1, name: 'next', sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;' }
const withNext = [...migrations, next]

/** File name -> SHA-256, the lock files aside. */
const hashes = (dataDir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('lock.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(dataDir.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )

/** A store as version `version` of the schema left it, with the rows of seeds/NNNN.sql, which that version wrote. */
const storeOfVersion = (version: number): string => {
  const dataDir = join(root, `from-${version}-${Math.random().toString(36).slice(2)}`)
  openDatabase(dataDir, false, migrations.slice(0, version)).close()
  const db = new Database(join(dataDir, 'headroom.db'))
  db.exec(readFileSync(join(import.meta.dirname, 'seeds', `${String(version).padStart(4, '0')}.sql`), 'utf8'))
  db.close()
  return dataDir
}

describe('every earlier schema', () => {
  test('migrations are numbered without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1))
  })

  for (const { version } of migrations) {
    test(`version ${version} is backed up, migrated and read`, () => {
      const dataDir = storeOfVersion(version)
      const store = openStore(dataDir, { migrations: withNext })
      expect(store.verify().findings).toEqual([])
      expect(store.findExperiment('exp-seed')).toMatchObject({ name: 'seed experiment', counts: { total: 2, done: 1 } })
      expect(store.listRuns('exp-seed').map(({ id, status }) => [id, status])).toEqual([
        ['run-seed-1', 'done'],
        ['run-seed-2', 'pending'],
      ])
      expect(store.measurementsOfRun('run-seed-1')).toEqual([measurementOf(12.5), measurementOf(13.75, 2048)])
      if (version >= 2) {
        expect(store.listImports()).toMatchObject([{ id: 'imp-seed', experimentId: 'exp-imported', runs: 1, undone: true }])
        expect(store.findRun('run-imported')).toBeUndefined()
        store.setImportUndone('imp-seed', false)
        expect(store.measurementsOfRun('run-imported')).toEqual([measurementOf(12.5)])
      }
      const targets = [
        { indicator: 'latency_mean', value: 500_000 },
        { indicator: 'overlap', value: null },
      ]
      expect(store.listTargets()).toEqual(version >= 3 ? targets : [])
      const [series] = store.listSeries('exp-seed')
      expect([...store.readSeriesFull(series?.id ?? 0).values]).toEqual([3, 1, 2])
      store.close()
      const [backup = ''] = readdirSync(join(dataDir, 'backups'))
      expect(backup).toMatch(new RegExp(`^headroom-v${version}-.*\\.db$`))
      const old = new Database(join(dataDir, 'backups', backup), { readonly: true })
      expect(old.pragma('user_version', { simple: true })).toBe(version)
      expect(old.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(old.prepare('SELECT count(*) FROM runs WHERE experiment_seq = 1').pluck().get()).toBe(2)
      old.close()
    })
  }

  test('a migration that fails leaves the database as it was', () => {
    const dataDir = storeOfVersion(latest)
    const broken: Migration = { ...next, sql: 'CREATE TABLE later (id INTEGER); INSERT INTO absent VALUES (1);' }
    expect(() => openStore(dataDir, { migrations: [...migrations, broken] })).toThrow('no such table: absent')
    const store = openStore(dataDir)
    expect(store.verify().findings).toEqual([])
    expect(store.runCount('exp-seed')).toBe(2)
    store.close()
  })

  test('a migration that breaks a reference is refused', () => {
    const dataDir = storeOfVersion(latest)
    const broken: Migration = { ...next, sql: 'DELETE FROM experiments;' }
    expect(() => openStore(dataDir, { migrations: [...migrations, broken] })).toThrow('broken references')
    const store = openStore(dataDir)
    expect(store.listExperiments()).toHaveLength(1)
    store.close()
  })

  test('a reader of an older store has it migrated', () => {
    const dataDir = storeOfVersion(latest)
    const store = openStore(dataDir, { readonly: true, migrations: withNext })
    expect(store.listExperiments()).toHaveLength(1)
    store.close()
  })
})

describe('a newer schema', () => {
  for (const readonly of [false, true]) {
    test(`is refused and not a byte changes (${readonly ? 'reader' : 'writer'})`, () => {
      const dataDir = join(root, `newer-${readonly}`)
      const store = openStore(dataDir, { migrations: withNext })
      store.createExperiment(experimentOf('exp-1'), [runOf('run-1', 'exp-1')])
      store.close()
      const before = hashes(dataDir)
      expect(() => openStore(dataDir, { readonly })).toThrow(
        expect.objectContaining({
          code: 'store.newer',
          problem: expect.objectContaining({ params: { found: latest + 1, known: latest } }) as unknown,
        }),
      )
      expect(hashes(dataDir)).toEqual(before)
    })
  }

  test('is refused also while only the log holds it', () => {
    const dataDir = join(root, 'newer-log')
    openStore(dataDir).close()
    const db = new Database(join(dataDir, 'headroom.db'))
    db.pragma('journal_mode = WAL')
    db.pragma(`user_version = ${latest + 1}`)
    const copy = join(root, 'newer-log-copy')
    cpSync(dataDir, copy, { recursive: true })
    db.close()
    rmSync(join(copy, 'headroom.db-shm'), { force: true })
    const before = hashes(copy)
    expect(Object.keys(before)).toContain('/headroom.db-wal')
    expect(() => openStore(copy)).toThrow(expect.objectContaining({ code: 'store.newer' }))
    expect(hashes(copy)).toMatchObject(before)
  })

  test('another program`s database is not touched', () => {
    const dataDir = join(root, 'foreign')
    openStore(dataDir).close()
    rmSync(join(dataDir, 'headroom.db'))
    rmSync(join(dataDir, 'headroom.seal'))
    const db = new Database(join(dataDir, 'headroom.db'))
    db.exec('CREATE TABLE mine (x); PRAGMA user_version = 1')
    db.close()
    const before = hashes(dataDir)
    expect(() => openStore(dataDir)).toThrow('not a Headroom database')
    expect(hashes(dataDir)).toEqual(before)
    expect(existsSync(join(dataDir, 'headroom.db-wal'))).toBe(false)
  })
})

test('the file says what it is', () => {
  const dataDir = join(root, 'identity')
  openStore(dataDir).close()
  const db = new Database(join(dataDir, 'headroom.db'), { readonly: true })
  expect(db.pragma('application_id', { simple: true })).toBe(applicationId)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  const tables = db.prepare("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
  expect(tables.length).toBeGreaterThan(10)
  expect(tables.filter((table) => (table as { strict: number }).strict !== 1)).toEqual([])
  db.close()
  const memory = new Database(':memory:')
  migrate(memory)
  expect(memory.pragma('user_version', { simple: true })).toBe(latest)
  memory.close()
})
