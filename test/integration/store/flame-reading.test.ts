import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFileParser } from '../../../main/adapters/workers/file-parser'
import type { FileParser } from '../../../main/ports/file-parser'
import { compareFlames, flameOfRun, foldedOfPair } from '../../../main/services/flame/flame'
import { readers } from '../../../remote-scripts'
import { bundleEntry } from '../../lab/bundle'
import { ImportWorld } from '../../lab/import-world'
import { inThreadParser } from '../../lab/parser'

/** `hot` takes so many of 1,000 samples. */
const stacks = (hot: number): string => `main (train.py:1);hot (train.py:7) ${hot}\nmain (train.py:1);cold (train.py:9) ${1000 - hot}\n`

/** So many different stacks that reading them takes a while. */
const manyStacks = (): string =>
  Array.from({ length: 400_000 }, (_, n) => `main (a.py:1);step${n % 997} (a.py:${n % 89});leaf${n} (b.py:${n}) 1\n`).join('')

describe('stacks in the readers’ threads', () => {
  const world = new ImportWorld()
  let entry = ''
  beforeAll(async () => {
    entry = await bundleEntry(resolve(import.meta.dirname, '../../../main/hosts/parse-worker.ts'))
  })

  const importAll = async (): Promise<void> => {
    await world.commit(await world.read(), { experiment: 'loaders' })
  }
  const experiment = (): string => world.core.store.listExperiments()[0]?.id ?? ''
  const asked = (parser: FileParser) => ({ store: world.core.store, readers, parser, events: world.core.events, dataDir: world.data })
  const withThreads = async <T>(use: (parser: FileParser) => Promise<T>): Promise<T> => {
    const parser = createFileParser(entry, 1)
    try {
      return await use(parser)
    } finally {
      await parser.close()
    }
  }

  it('give the tree, the difference and the folded lines that they give in this one', async () => {
    for (const [arm, hot] of Object.entries({ old: 100, new: 300 }))
      for (let launch = 0; launch < 5; launch += 1) world.put(`loader=${arm}/${launch}.folded`, stacks(hot + launch * 3))
    await importAll()
    const runs = world.core.store.listRuns(experiment())
    const request = { experiment: experiment(), by: 'loader', lang: 'en' } as const
    const answers = async (parser: FileParser) => [
      await flameOfRun(asked(parser), runs[0]?.id ?? ''),
      await compareFlames(asked(parser), request),
      await foldedOfPair(asked(parser), request),
    ]
    const [here, there] = [await answers(inThreadParser), await withThreads(answers)]
    expect(there).toEqual(here)
    expect(there[1]).toMatchObject({ shown: { reason: null, before: { launches: 5, samples: 5000 }, after: { launches: 5 } } })
    expect(there[2]).toHaveLength(2)
  })

  it('tell how far they are, and end when nobody waits any more', async () => {
    world.put('loader=old/0.folded', manyStacks())
    await importAll()
    const run = world.core.store.listRuns(experiment())[0]
    const told: { id: string; bytes: number; totalBytes: number }[] = []
    world.core.events.on((event, payload) => {
      if (event === 'flame.progress') told.push(payload as (typeof told)[number])
    })
    await withThreads(async (parser) => {
      const aborter = new AbortController()
      const stopped = flameOfRun(asked(parser), run?.id ?? '', aborter.signal)
      setTimeout(() => aborter.abort(), 50)
      await expect(stopped).rejects.toMatchObject({ code: 'input.cancelled' })
      told.length = 0
      // Whoever asks next is served by a new thread.
      expect((await flameOfRun(asked(parser), run?.id ?? '')).samples).toBe(400_000)
    })
    expect(told.length).toBeGreaterThan(1)
    const size = run?.artifacts[0]?.bytes ?? 0
    for (const one of told) expect(one).toEqual({ id: run?.id, bytes: expect.any(Number), totalBytes: size })
    expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
  })
})
