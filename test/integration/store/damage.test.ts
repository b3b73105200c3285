import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createArtifactStore } from '../../../main/adapters/files/artifact-store'
import { openStore, type SqliteStore } from '../../../main/adapters/sqlite/open-store'
import { verifyStore } from '../../../main/services/verify/verify-store'
import { AppError, type VerifyReport } from '../../../preload/contract'
import { bundleEntry } from '../../lab/bundle'
import { killChild, startChild } from './children'
import { environmentOf, randomOf, savedHostOf, temporaryFolder } from './fixtures'

const root = temporaryFolder('damage')
const many = process.env['HEADROOM_NIGHTLY'] === '1' ? 1000 : 50
let clean = ''
let crashed = ''

/** All that a reader can see; a store whose snapshot equals the sound one has given no wrong answer. */
const snapshot = (store: SqliteStore): string =>
  JSON.stringify(
    store.listExperiments().map((experiment) => ({
      experiment,
      runs: store.listRuns(experiment.id),
      measurements: store.measurementsOfExperiment(experiment.id),
      series: store.listSeries(experiment.id).map((info) => [info, [...store.readSeriesFull(info.id).values]]),
      environments: store.environments(experiment.id),
      jobs: store.listRuns(experiment.id).map(({ id }) => store.jobsOfRun(id)),
      hosts: store.listHosts(),
    })),
  )

const inspect = async (dataDir: string): Promise<{ code: string | null; report: VerifyReport | null; seen: string | null }> => {
  let store: SqliteStore | undefined
  try {
    store = openStore(dataDir)
    const report = await verifyStore(store, createArtifactStore(dataDir))
    return { code: null, report, seen: report.ok ? snapshot(store) : null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, report: null, seen: null }
  } finally {
    store?.close()
  }
}

const copyOf = (from: string, name: string): string => {
  const to = join(root, name)
  cpSync(from, to, { recursive: true })
  return to
}

const flipBit = (path: string, at: number, bit: number): void => {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  chmodSync(path, 0o644)
  writeFileSync(path, bytes)
}

const expectNamedOrHarmless = async (dataDir: string, sound: string, what: string): Promise<boolean> => {
  const { code, report, seen } = await inspect(dataDir)
  const named = code !== null || report?.ok === false
  if (code !== null) expect(['store.damaged', 'store.newer', 'input.file_unreadable'], what).toContain(code)
  if (!named) expect(seen === sound, `${what}: neither named nor harmless`).toBe(true)
  rmSync(dataDir, { recursive: true, force: true })
  return named
}

const soundOf = async (dataDir: string): Promise<string> => {
  const copy = copyOf(dataDir, 'sound')
  const { report, seen } = await inspect(copy)
  expect(report?.findings.filter(({ kind }) => kind !== 'artifact_unreferenced')).toEqual([])
  rmSync(copy, { recursive: true, force: true })
  return seen ?? ''
}

const artifactFiles = (dataDir: string): string[] =>
  readdirSync(join(dataDir, 'artifacts'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

beforeAll(async () => {
  const script = await bundleEntry(join(import.meta.dirname, 'writer-child.ts'))
  clean = join(root, 'clean')
  const writer = startChild(script, [clean, 'w', '12'])
  expect(await writer.ended).toBe(0)
  const store = openStore(clean)
  store.saveEnvironment(environmentOf('exp-w', 'a'))
  store.saveHost(savedHostOf('lab1'))
  store.close()
  crashed = join(root, 'crashed')
  const killed = startChild(script, [crashed, 'w', '12', 'hold'])
  await killed.line('holding')
  await killChild(killed)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a database that was closed', () => {
  test(`${many} flipped bits are named or harmless`, { timeout: 600_000 }, async () => {
    const sound = await soundOf(clean)
    const random = randomOf(1)
    let named = 0
    for (let i = 0; i < many; i += 1) {
      const dataDir = copyOf(clean, `flip-${i}`)
      const path = join(dataDir, 'headroom.db')
      const at = Math.floor(random() * (i % 4 === 0 ? 100 : statSync(path).size))
      flipBit(path, at, Math.floor(random() * 8))
      if (await expectNamedOrHarmless(dataDir, sound, `byte ${at}`)) named += 1
    }
    expect(named).toBeGreaterThan(many / 3)
  })

  test('is named when it is cut short, empty or gone', { timeout: 120_000 }, async () => {
    const size = statSync(join(clean, 'headroom.db')).size
    for (const length of [0, 1, 99, 100, 4096, 16_384, size - 16_384, size - 1]) {
      const dataDir = copyOf(clean, `cut-${length}`)
      truncateSync(join(dataDir, 'headroom.db'), length)
      expect((await inspect(dataDir)).code, `cut to ${length}`).toBe('store.damaged')
    }
    const gone = copyOf(clean, 'gone')
    rmSync(join(gone, 'headroom.db'))
    expect((await inspect(gone)).code).toBe('store.damaged')
    expect(existsSync(join(gone, 'headroom.db'))).toBe(false)
  })

  test('an older copy put in its place is named', async () => {
    const dataDir = copyOf(clean, 'put-back')
    const old = readFileSync(join(dataDir, 'headroom.db'))
    const store = openStore(dataDir)
    store.saveHost(savedHostOf('lab2'))
    store.close()
    writeFileSync(join(dataDir, 'headroom.db'), old)
    const { report } = await inspect(dataDir)
    expect(report?.findings[0]?.message).toMatch(/^the last 1 of \d+ acknowledged writes are missing/)
    // Not only once: the finding outlives later writes.
    expect((await inspect(dataDir)).report?.ok).toBe(false)
  })
})

describe('the log of a killed process', () => {
  test(`${many} flipped bits are named or harmless`, { timeout: 600_000 }, async () => {
    const sound = await soundOf(crashed)
    const random = randomOf(2)
    let named = 0
    for (let i = 0; i < many; i += 1) {
      const dataDir = copyOf(crashed, `wal-${i}`)
      const path = join(dataDir, 'headroom.db-wal')
      const at = Math.floor(random() * statSync(path).size)
      flipBit(path, at, Math.floor(random() * 8))
      if (await expectNamedOrHarmless(dataDir, sound, `log byte ${at}`)) named += 1
    }
    expect(named).toBeGreaterThan(many / 3)
  })

  test('is named when it is cut short or gone', { timeout: 120_000 }, async () => {
    const sound = await soundOf(crashed)
    const size = statSync(join(crashed, 'headroom.db-wal')).size
    for (let i = 0; i < 12; i += 1) {
      const dataDir = copyOf(crashed, `wal-cut-${i}`)
      truncateSync(join(dataDir, 'headroom.db-wal'), Math.floor((size * i) / 12))
      await expectNamedOrHarmless(dataDir, sound, `log cut to ${i}/12`)
    }
    const gone = copyOf(crashed, 'wal-gone')
    rmSync(join(gone, 'headroom.db-wal'))
    const { code, report } = await inspect(gone)
    expect(code ?? report?.findings[0]?.message).toMatch(/acknowledged writes are missing|store\.damaged/)
  })
})

describe('artifacts', () => {
  test('missing, flipped, cut short, linked elsewhere and foreign files are named, and damaged bytes are not handed out', async () => {
    const dataDir = copyOf(clean, 'artifacts')
    const [missing = '', flipped = '', cut = '', linked = ''] = artifactFiles(dataDir)
    rmSync(missing)
    flipBit(flipped, 77, 3)
    chmodSync(cut, 0o644)
    truncateSync(cut, 10)
    rmSync(linked)
    expect(spawnSync('ln', ['-s', '/etc/hostname', linked]).status).toBe(0)
    const extra = await createArtifactStore(dataDir).put('../../../etc/passwd', Buffer.from('left over'))
    writeFileSync(join(dataDir, 'artifacts', 'stray'), 'x')
    const shaOf = (path: string): string => path.slice(-65).replace('/', '')
    const { report } = await inspect(dataDir)
    const kinds = Object.fromEntries(report?.findings.map(({ kind, subject }) => [subject, kind]) ?? [])
    expect(kinds).toEqual({
      [shaOf(missing)]: 'artifact_missing',
      [shaOf(flipped)]: 'artifact_damaged',
      [shaOf(cut)]: 'artifact_damaged',
      [shaOf(linked)]: 'artifact_damaged',
      [extra.sha256]: 'artifact_unreferenced',
      stray: 'artifact_unreferenced',
    })
    expect(report?.findings.find(({ subject }) => subject === shaOf(flipped))?.message).toMatch(/named by run run-w-\d+: client\/stdout/)
    const store = createArtifactStore(dataDir)
    await expect(store.read(shaOf(flipped))).rejects.toMatchObject({ code: 'store.damaged' })
    await expect(store.read(shaOf(flipped), 0, 4)).rejects.toMatchObject({ code: 'store.damaged' })
    await expect(store.read(shaOf(missing))).rejects.toMatchObject({ code: 'store.not_found' })
  })
})
