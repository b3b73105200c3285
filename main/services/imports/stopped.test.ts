import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportProgress } from '../../../preload/contract'
import { ImportWorld, nccl, variant } from '../../../test/lab/import-world'
import { inThreadParser } from '../../../test/lab/parser'

const world = new ImportWorld()

describe('an import that is stopped', () => {
  const many = (): void => {
    for (let n = 0; n < 200; n += 1) world.put(`run${n}.log`, variant(n))
  }

  it('while it reads, keeps what was read, and goes on later', async () => {
    many()
    const session = await world.core.imports.open()
    const told: ImportProgress[] = []
    world.core.events.on((name, payload) => {
      if (name !== 'imports.progress') return
      told.push(payload as ImportProgress)
      if ((payload as ImportProgress).phase === 'reading' && (payload as ImportProgress).done > 0)
        void world.core.imports.cancel(session.id)
    })
    await session.addPaths([world.logs])
    session.preview()
    await expect(session.settled()).rejects.toMatchObject({ code: 'input.cancelled' })
    const { totals, progress } = await session.status()
    expect(progress).toMatchObject({ phase: 'adding', problem: { code: 'input.cancelled' } })
    expect(totals.waiting).toBeGreaterThan(0)
    expect(totals.recognised).toBeGreaterThan(0)
  })

  it('while it stores, leaves nothing, and can be stored again', async () => {
    many()
    const session = await world.read()
    let stop = true
    world.core.events.on((name, payload) => {
      if (stop && name === 'imports.progress' && (payload as ImportProgress).phase === 'storing') void world.core.imports.cancel(session.id)
    })
    await expect(world.commit(session)).rejects.toMatchObject({ code: 'input.cancelled' })
    expect([world.core.store.listExperiments(), world.core.store.unfinishedImports(), world.stored()]).toEqual([[], [], []])
    stop = false
    expect((await world.commit(session)).runs.done).toBe(200)
    expect((await world.core.artifacts.verify(world.core.store.artifactReferences())).findings).toEqual([])
  })

  it('does not take along bytes that another run keeps', async () => {
    many()
    const kept = await world.commit(await world.read(join(world.logs, 'run0.log')), { experiment: 'kept' })
    const session = await world.read()
    world.core.events.on((name, payload) => {
      if (name === 'imports.progress' && (payload as ImportProgress).phase === 'storing' && (payload as ImportProgress).done > 0)
        void world.core.imports.cancel(session.id)
    })
    await expect(world.commit(session)).rejects.toMatchObject({ code: 'input.cancelled' })
    expect(world.core.store.listExperiments().map(({ id }) => id)).toEqual([kept.experiment])
    expect(world.stored()).toHaveLength(1)
    expect((await world.core.artifacts.verify(world.core.store.artifactReferences())).findings).toEqual([])
  })

  it('and discarded leaves no file, and is known no more', async () => {
    world.put('x.log', nccl)
    const session = await world.read()
    expect(world.staged()).toEqual([session.id])
    await world.core.imports.discard(session.id)
    expect(world.staged()).toEqual([])
    expect((await world.core.imports.status(session.id)).progress.phase).toBe('discarded')
    expect(() => world.core.imports.find(session.id)).toThrow(expect.objectContaining({ code: 'store.not_found' }))
    await expect(world.commit(session)).rejects.toMatchObject({ code: 'store.not_found' })
  })

  it('by a crash is removed at the next start', async () => {
    world.put('x.log', nccl)
    const session = await world.read()
    const at = '2026-03-01T00:00:00.000Z'
    const experiment = { ...newExperiment(), id: 'exp-half' }
    world.core.store.beginImport({ id: 'imp-half', experiment, make: true, at })
    world.reopen()
    expect(world.staged()).toEqual([session.id])
    await world.core.imports.recover()
    expect([world.staged(), world.core.store.unfinishedImports(), world.core.store.listExperiments()]).toEqual([[], [], []])
  })
})

const newExperiment = () => ({
  id: 'exp',
  name: 'half',
  question: 'half',
  status: 'imported' as const,
  plan: null,
  createdAt: '2026-03-01T00:00:00.000Z',
  endedAt: null,
  simulated: false,
  programVersion: '0',
  counts: { total: 0, done: 0, failed: 0, refused: 0, cancelled: 0 },
})

describe('a reader that dies', () => {
  it('costs the file that killed it, not those that were read with it', async () => {
    world.reopen({
      ...inThreadParser,
      stage: async (files, ...rest) => {
        if (files.some(({ name }) => name.includes('deadly'))) throw new Error('the thread ended')
        return inThreadParser.stage(files, ...rest)
      },
    })
    world.put('a.log', nccl)
    world.put('deadly.log', variant(1))
    world.put('z.log', variant(2))
    const session = await world.read()
    expect((await session.page(0, 9, 'all')).files.map(({ path, problem }) => [path, problem?.code ?? null])).toEqual([
      ['logs/a.log', null],
      ['logs/deadly.log', 'internal'],
      ['logs/z.log', null],
    ])
  })
})
