import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createArtifactStore } from '../../../main/adapters/files/artifact-store'
import { openStore, type SqliteStore } from '../../../main/adapters/sqlite/open-store'
import { AppError } from '../../../preload/contract'
import { bundleEntry } from '../../lab/bundle'
import { startChild } from './children'
import { expectConsistent } from './consistency'
import { experimentOf, runOf, temporaryFolder } from './fixtures'
import { measurementsOf, seriesOfRun } from './work'

const root = temporaryFolder('faults')
const nightly = process.env['HEADROOM_NIGHTLY'] === '1'
const small = join(root, 'small')
mkdirSync(small)
const mounted = process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', small]).status === 0
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

afterAll(() => {
  if (mounted) spawnSync('umount', [small])
  rmSync(root, { recursive: true, force: true })
})

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : String(error))

/** Completes runs until the disk is full; returns acknowledgements as writer-child prints them, and the problem's code. */
const fillUp = (store: SqliteStore, name: string): { lines: string[]; code: string } => {
  const lines: string[] = []
  try {
    store.createExperiment(experimentOf(`exp-${name}`), [])
    lines.push(`experiment exp-${name}`)
    for (let i = 0; i < 1000; i += 1) {
      const run = runOf(`run-${name}-${i}`, `exp-${name}`, { position: i })
      store.addRun(run)
      lines.push(`pending ${run.id}`)
      store.completeRun({ ...run, status: 'done' }, measurementsOf(run.id), seriesOfRun(run.id))
      lines.push(`done ${run.id}`)
    }
    return { lines, code: 'never full' }
  } catch (error) {
    return { lines, code: codeOf(error) }
  }
}

describe.skipIf(!mounted)('a full disk', () => {
  test('is named; what was acknowledged stays; writing goes on once there is room', async () => {
    const dataDir = join(small, 'data')
    const ballast = join(small, 'ballast')
    writeFileSync(ballast, Buffer.alloc(1_000_000))
    const store = openStore(dataDir)
    const { lines, code } = fillUp(store, 'a')
    expect(code).toBe('store.disk_full')
    expect(lines.length).toBeGreaterThan(5)
    rmSync(ballast)
    store.setExperimentStatus('exp-a', 'done', null)
    expect(store.findExperiment('exp-a')?.status).toBe('done')
    store.close()
    await expectConsistent(dataDir, lines)
    rmSync(dataDir, { recursive: true })
  })

  test('leaves no partial artifact behind', async () => {
    const dataDir = join(small, 'artifacts-data')
    const artifacts = createArtifactStore(dataDir)
    const kept = await artifacts.put('small', Buffer.alloc(1000, 1))
    await expect(artifacts.put('large', Buffer.alloc(8_000_000, 2))).rejects.toMatchObject({ code: 'store.disk_full' })
    expect(readdirSync(join(dataDir, 'artifacts', 'partial'))).toEqual([])
    const report = await artifacts.verify([{ sha256: kept.sha256, bytes: 1000, subjects: ['run'] }])
    expect(report.findings).toEqual([])
    rmSync(dataDir, { recursive: true })
  })

  test('met while the store is made leaves something that opens later', async () => {
    const dataDir = join(small, 'new-data')
    const ballast = join(small, 'ballast')
    for (let kilobytes = 5900; kilobytes > 4000; kilobytes -= nightly ? 20 : 200) {
      writeFileSync(ballast, Buffer.alloc(kilobytes * 1024))
      let code = 'opened'
      try {
        openStore(dataDir).close()
      } catch (error) {
        code = codeOf(error)
      }
      expect(['opened', 'store.disk_full']).toContain(code)
      rmSync(ballast)
      await expectConsistent(dataDir, [])
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})

describe.skipIf(!canTrace)('a system call that fails', () => {
  let script = ''
  beforeAll(async () => {
    script = await bundleEntry(join(import.meta.dirname, 'writer-child.ts'))
  })

  const steps = nightly ? 40 : 6
  for (const [call, error, code] of [
    ['fsync,fdatasync', 'EIO', 'store\\.damaged'],
    ['pwrite64', 'ENOSPC', 'store\\.disk_full'],
    // SQLite has one code for a shared-memory file that cannot grow, whatever the reason.
    ['pwrite64', 'EIO', 'store\\.(damaged|disk_full)'],
    ['rename,renameat,renameat2', 'EIO', 'store\\.damaged'],
  ] as const) {
    test(`${call} with ${error} is named and nothing acknowledged is lost`, { timeout: steps * 30_000 }, async () => {
      let named = 0
      for (let step = 0; step < steps; step += 1) {
        const dataDir = join(root, `${call}-${error}-${step}`)
        // Made in peace: what is tested is the work; 3 and 7 keep the steps from falling on the same call of each round.
        openStore(dataDir).close()
        const trace = [
          'strace',
          '-f',
          '-qq',
          '-o',
          '/dev/null',
          '-e',
          `trace=${call}`,
          '-e',
          `inject=${call}:error=${error}:when=${3 + step * 7}`,
        ]
        const child = startChild(script, [dataDir, 'w', '12'], trace)
        await child.ended
        const problems = child.lines.filter((line) => /^(problem|error)/.test(line))
        expect(child.stderr()).toBe('')
        for (const problem of problems) expect(problem).toMatch(new RegExp(`^problem ${code} `))
        expect(problems.length > 0 || child.lines.includes('closed'), `step ${step}`).toBe(true)
        named += problems.length
        await expectConsistent(dataDir, child.lines)
      }
      expect(named).toBeGreaterThan(0)
    })
  }
})
