import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleEntry } from '../../lab/bundle'
import { openImportCore } from '../../lab/import-core'
import { killChild, startChild } from './children'
import { temporaryFolder } from './fixtures'

const root = temporaryFolder('mask-kill')
const database = join(root, 'capture.sqlite')
const secret = 'correct-horse-battery'
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Large enough to be killed in the middle. */
const makeDatabase = (): void => {
  const db = new Database(database)
  db.exec('CREATE TABLE env (name TEXT, value TEXT); CREATE TABLE filler (bytes BLOB)')
  db.prepare('INSERT INTO env VALUES (?, ?)').run('DB_PASSWORD', secret)
  const add = db.prepare('INSERT INTO filler VALUES (?)')
  db.transaction(() => {
    for (let n = 0; n < 600; n += 1) add.run(Buffer.alloc(200_000, n % 251))
  })()
  db.close()
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('a reader that masks a large database', () => {
  let script = ''
  beforeAll(async () => {
    makeDatabase()
    script = await bundleEntry(join(import.meta.dirname, 'mask-child.ts'))
  })

  /** Waits until the staging folder is as wanted or the child has ended. */
  const until = async (wanted: () => boolean, isOver: () => boolean): Promise<boolean> => {
    while (!wanted() && !isOver()) await new Promise((resolve) => setTimeout(resolve, 1))
    return wanted()
  }

  const moments = [
    ['while the copy grows', (names: string[]) => names.some((name) => name.endsWith('.clear'))],
    ['once the copy has lost its name', null],
  ] as const

  test.each(moments)('killed %s leaves nothing in the clear after the next start', async (_, isNow) => {
    const data = join(root, `data-${String(isNow === null)}`)
    const staging = join(data, 'staging', 'imp-1')
    mkdirSync(staging, { recursive: true, mode: 0o700 })
    const child = startChild(script, [database, staging])
    await child.line('begin')
    let ended = false
    void child.ended.then(() => (ended = true))
    const names = (): string[] => readdirSync(staging)
    const isClear = (): boolean => names().some((name) => name.endsWith('.clear'))
    expect(await until(isClear, () => ended)).toBe(true)
    for (const file of filesBelow(staging)) expect((statSync(file, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o077).toBe(0)
    if (isNow === null) {
      await until(
        () => !isClear(),
        () => ended,
      )
      expect(ended).toBe(false)
    }
    await killChild(child)
    // Without its name nothing of it can be found, even before the next start.
    if (isNow === null) for (const file of filesBelow(data)) expect(readFileSync(file).includes(secret)).toBe(false)
    else expect(names().length).toBeGreaterThan(0)
    const core = openImportCore(data)
    await core.imports.recover()
    await core.close()
    expect(filesBelow(data).filter((file) => file.includes('staging'))).toEqual([])
    for (const file of filesBelow(data)) expect(readFileSync(file).includes(secret)).toBe(false)
  })

  test('that ends by itself leaves the masked copy alone', async () => {
    const staging = join(root, 'whole')
    mkdirSync(staging)
    const child = startChild(script, [database, staging])
    expect(await child.line('masked')).toBe('masked 1')
    await child.ended
    expect(filesBelow(staging)).toHaveLength(1)
    for (const file of filesBelow(staging)) expect(readFileSync(file).includes(secret)).toBe(false)
  })
})
