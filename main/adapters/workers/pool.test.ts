import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleEntry } from '../../../test/lab/bundle'
import { WorkerPool } from './pool'

describe('a pool of worker threads', () => {
  let pool: WorkerPool
  beforeAll(async () => {
    const entry = await bundleEntry(resolve(import.meta.dirname, '../../../test/lab/spin-worker.ts'))
    pool = new WorkerPool({ entry, lanes: 2, memoryMiB: 400, idleMs: 50 })
  })
  afterAll(() => pool.close())
  const run = (what: string, signal?: AbortSignal): Promise<unknown> => pool.run({ do: what }, signal)

  it('does more tasks than it has threads, each once', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `task ${i}`)
    expect(await Promise.all(names.map((name) => run(name)))).toEqual(names)
  })

  it('ends a task that hears nothing, and works on', async () => {
    const aborter = new AbortController()
    const [first, second] = [run('spin', aborter.signal), run('spin', aborter.signal)]
    const queued = run('later', aborter.signal)
    const afterwards = run('afterwards')
    const started = performance.now()
    setTimeout(() => aborter.abort(), 200)
    for (const ended of [first, second, queued]) await expect(ended).rejects.toMatchObject({ code: 'input.cancelled' })
    expect(performance.now() - started).toBeLessThan(2000)
    expect(await afterwards).toBe('afterwards')
    await expect(run('at once', aborter.signal)).rejects.toMatchObject({ code: 'input.cancelled' })
  })

  it('a task that throws, leaves or takes too much memory fails alone', async () => {
    const others = Promise.all(['a', 'b', 'c', 'd'].map((name) => run(name)))
    await expect(run('throw')).rejects.toMatchObject({ code: 'internal', message: 'TypeError: as asked' })
    await expect(run('exit')).rejects.toMatchObject({ code: 'internal' })
    await expect(run('hoard')).rejects.toMatchObject({ code: 'parse.too_large' })
    expect(await others).toEqual(['a', 'b', 'c', 'd'])
  })

  it('tells of progress within a task', async () => {
    const told: unknown[] = []
    await pool.run({ do: 'read' }, undefined, (bytes) => told.push(bytes))
    expect(told.length).toBeGreaterThanOrEqual(1)
  })

  it('starts again after its threads went idle', async () => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await run('again')).toBe('again')
  })

  it('takes nothing any more once closed', async () => {
    const closing = new WorkerPool({ entry: 'never started', lanes: 1, memoryMiB: 64 })
    await closing.close()
    await expect(closing.run({ do: 'x' })).rejects.toMatchObject({ code: 'input.cancelled' })
  })
})
