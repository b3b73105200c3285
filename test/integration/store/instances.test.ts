import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import { bundleEntry } from '../../lab/bundle'
import { killChild, startChild, type Child } from './children'
import { experimentOf, runOf, temporaryFolder } from './fixtures'

const root = temporaryFolder('instances')
let script = ''
let writer = ''

beforeAll(async () => {
  script = await bundleEntry(join(import.meta.dirname, 'hold-child.ts'))
  writer = await bundleEntry(join(import.meta.dirname, 'writer-child.ts'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const firstLine = (child: Child): Promise<string> => child.line('')

describe('one writer per data folder', () => {
  for (const count of [2, 4, 8]) {
    test(`of ${count} processes one opens; the others name its pid and host; its death frees the folder`, async () => {
      const dataDir = join(root, `n${count}`)
      const children = Array.from({ length: count }, () => startChild(script, [dataDir]))
      const answers = await Promise.all(children.map(firstLine))
      const winners = children.filter((_, i) => answers[i]?.startsWith('open'))
      const [winner] = winners
      expect(winners).toHaveLength(1)
      const losers = answers.filter((answer) => !answer.startsWith('open'))
      expect(losers).toEqual(Array.from({ length: count - 1 }, () => `problem store.busy ${winner?.process.pid} ${hostname()}`))
      if (winner) await killChild(winner)
      await Promise.all(children.map(({ ended }) => ended))
      openStore(dataDir).close()
    })
  }

  test('a second opening in the same process is told, too', () => {
    const dataDir = join(root, 'same')
    const store = openStore(dataDir)
    expect(() => openStore(dataDir)).toThrow(expect.objectContaining({ code: 'store.busy' }))
    store.close()
    openStore(dataDir).close()
  })

  test('notes and lock files that others left never block', () => {
    const dataDir = join(root, 'stale')
    openStore(dataDir).close()
    writeFileSync(join(dataDir, 'lock.json'), JSON.stringify({ pid: process.pid, host: hostname(), bootId: 'x', startedAt: 'y' }))
    writeFileSync(join(dataDir, 'lock.db'), 'not a database, but longer than nothing'.repeat(100))
    openStore(dataDir).close()
  })
})

describe('reading beside a writer', () => {
  test('other processes and this one read what is committed, while the writer works', async () => {
    const dataDir = join(root, 'beside')
    const busy = startChild(writer, [dataDir, 'w'])
    await busy.line('done run-w-2')
    const reader = startChild(script, [dataDir, '--readonly'])
    expect(await firstLine(reader)).toBe('read 1')
    const store = openStore(dataDir, { readonly: true })
    const before = store.listRuns('exp-w').length
    const seen = store.measurementsOfRun('run-w-2').length
    await busy.line(`done run-w-${before + 5}`)
    expect(store.listRuns('exp-w').length).toBeGreaterThan(before)
    expect(seen).toBe(20)
    expect(() => store.addRun(runOf('run-x', 'exp-w'))).toThrow('open for reading only')
    // Closing a reader must not take the writer's locks or its log away.
    store.close()
    await busy.line(`done run-w-${before + 10}`)
    await killChild(busy)
    const after = openStore(dataDir)
    expect(after.verify().findings).toEqual([])
    after.close()
  })

  test('an absent store reads as an empty one and nothing is made', () => {
    const dataDir = join(root, 'absent')
    const store = openStore(dataDir, { readonly: true })
    expect(store.listExperiments()).toEqual([])
    expect(store.verify().findings).toEqual([])
    store.close()
    expect(readdirSync(root)).not.toContain('absent')
  })

  test('after a kill a reader sees all that was committed', async () => {
    const dataDir = join(root, 'killed')
    const child = startChild(writer, [dataDir, 'w'])
    await child.line('done run-w-3')
    await killChild(child)
    const store = openStore(dataDir, { readonly: true })
    expect(store.findRun('run-w-3')?.status).toBe('done')
    expect(store.verify().findings).toEqual([])
    store.close()
  })

  test('a closed store is read without a lock', () => {
    const dataDir = join(root, 'closed')
    const store = openStore(dataDir)
    store.createExperiment(experimentOf('exp-1'), [])
    store.close()
    const [one, two] = [openStore(dataDir, { readonly: true }), openStore(dataDir, { readonly: true })]
    expect([one.listExperiments().length, two.listExperiments().length]).toEqual([1, 1])
    one.close()
    two.close()
    openStore(dataDir).close()
  })
})
