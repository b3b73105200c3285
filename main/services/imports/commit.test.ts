import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixtureText, ImportWorld, iperf, nccl, variant } from '../../../test/lab/import-world'

const world = new ImportWorld()

const trace = (rank: number): string =>
  JSON.stringify({
    schemaVersion: 1,
    deviceProperties: [{ id: 0, name: 'A GPU' }],
    distributedInfo: { backend: 'nccl', rank, world_size: 2 },
    traceEvents: [
      { ph: 'X', cat: 'kernel', name: 'gemm', pid: 0, tid: 7, ts: 100 + rank, dur: 20, args: { device: 0, stream: 7 } },
      { ph: 'X', cat: 'kernel', name: 'gemm', pid: 0, tid: 7, ts: 200, dur: 30, args: { device: 0, stream: 7 } },
    ],
  })

describe('what is stored', () => {
  it('makes one run of each file and probe, in the arm chosen, numbered on from what is there', async () => {
    world.put('ib/1.log', variant(1))
    world.put('ib/2.log', variant(2))
    world.put('eth/1.log', `${variant(3)}${iperf}`)
    const session = await world.read()
    const events: string[] = []
    world.core.events.on((name) => events.push(name))
    const outcome = await world.commit(session, { files: [{ path: 'logs/ib/2.log', arm: { fabric: 'roce' }, skip: false }] })
    expect(outcome).toMatchObject({ runs: { total: 4, done: 4, failed: 0, refused: 0 }, skipped: 0, unrecognised: 0 })
    const runs = world.core.store.listRuns(outcome.experiment)
    expect(runs.map(({ probe, arm, repeat, position, artifacts }) => [probe, arm['fabric'], repeat, position, artifacts[0]?.name])).toEqual(
      [
        ['nccl', 'ethernet', 1, 0, 'logs/eth/1.log'],
        ['tcp', 'ethernet', 1, 1, 'logs/eth/1.log'],
        ['nccl', 'infiniband', 1, 2, 'logs/ib/1.log'],
        ['nccl', 'roce', 1, 3, 'logs/ib/2.log'],
      ],
    )
    expect(runs[0]?.facts).toMatchObject({ imported: true, tool: 'nccl-tests' })
    expect(runs[0]?.facts).not.toHaveProperty('redacted_secrets')
    expect(world.core.store.measurementsOfRun(runs[0]?.id ?? '')).toHaveLength(73)
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(events).toContain('experiment.changed')
    expect(world.staged()).toEqual([])
    expect((await world.core.imports.status(session.id)).progress.phase).toBe('stored')

    world.put('more.log', variant(9))
    const again = await world.commit(await world.read(join(world.logs, 'more.log')), { arm: { fabric: 'roce' } })
    expect(again.experiment).toBe(outcome.experiment)
    expect(world.core.store.listRuns(outcome.experiment).at(-1)).toMatchObject({ repeat: 2, position: 4 })
    expect(world.core.store.verify().findings).toEqual([])
  })

  it('is marked as simulated where a file says so itself', async () => {
    const steps = fixtureText('serving/fixtures/load-steps-knee/input.jsonl')
    world.put('real/steps.jsonl', steps)
    world.put('lab/steps.jsonl', steps.replace('"step":0,', '"step":0,"simulated":true,'))
    const { experiment } = await world.commit(await world.read())
    const runs = world.core.store.listRuns(experiment)
    expect(runs.map(({ artifacts, simulated }) => [artifacts[0]?.name, simulated])).toEqual([
      ['logs/lab/steps.jsonl', true],
      ['logs/real/steps.jsonl', false],
    ])
    expect(world.core.store.findExperiment(experiment)?.simulated).toBe(true)
  })

  it('makes one run of the ranks of one launch', async () => {
    for (const rank of [0, 1]) world.put(`zero2/trace_rank${rank}.json`, trace(rank))
    for (const rank of [0, 1]) world.put(`zero3/trace_rank${rank}.json`, trace(rank).replace('gemm', 'gemv'))
    const session = await world.read()
    expect((await session.page(0, 9, 'all')).files.map(({ launch, rank }) => [launch, rank])).toEqual([
      ['logs/zero2/trace_rank*.json', 0],
      ['logs/zero2/trace_rank*.json', 1],
      ['logs/zero3/trace_rank*.json', 0],
      ['logs/zero3/trace_rank*.json', 1],
    ])
    expect((await session.status()).totals.launches).toBe(2)
    const outcome = await world.commit(session)
    const runs = world.core.store.listRuns(outcome.experiment)
    expect(runs.map(({ arm, facts, artifacts }) => [arm, facts['rank'], artifacts.length])).toEqual([
      [{ zero_stage: 2 }, [0, 1], 2],
      [{ zero_stage: 3 }, [0, 1], 2],
    ])
    const ranks = world.core.store.measurementsOfRun(runs[0]?.id ?? '').map(({ dimensions }) => dimensions['rank'])
    expect(new Set(ranks)).toEqual(new Set([0, 1]))
  })

  it('keeps many measurements of one file, however many', async () => {
    const rows = Array.from(
      { length: 700 },
      (_, i) => `    ${8 + i}   ${8 + i}  float  sum  -1  1${i}.5  0.10  0.10  0  1${i}.7  0.20  0.20  0`,
    )
    const lines = nccl.split('\n')
    const at = lines.findIndex((line) => /^\s+\d+\s+\d+\s+\w+/.test(line))
    world.put('long.log', [...lines.slice(0, at), ...rows, ...lines.slice(at)].join('\n'))
    const session = await world.read()
    const expected = (await session.status()).totals.values
    expect(expected).toBeGreaterThan(5000)
    const outcome = await world.commit(session)
    const [run] = world.core.store.listRuns(outcome.experiment)
    expect(world.core.store.measurementsOfRun(run?.id ?? '')).toHaveLength(expected)
    expect(world.core.store.verify().findings).toEqual([])
  })

  it('nothing where nothing can be read or everything is left out', async () => {
    world.put('notes.txt', 'words')
    const session = await world.read()
    await expect(world.commit(session)).rejects.toMatchObject({ code: 'parse.unrecognised' })
    world.put('x.log', nccl)
    await session.addPaths([world.logs])
    await expect(world.commit(session, { files: [{ path: 'logs/x.log', skip: true }] })).rejects.toMatchObject({ code: 'input.invalid' })
    expect(world.core.store.listExperiments()).toEqual([])
    expect((await world.commit(session)).runs.done).toBe(1)
  })

  it('nothing of a file that changed after it was read', async () => {
    const comment = '# some comment that says nothing\n'
    const large = world.put('large.log', `${nccl}${comment.repeat(160_000)}`)
    world.put('small.log', nccl)
    const session = await world.read()
    // What a job appends meanwhile is not looked at; what was read must still be there.
    appendFileSync(large, '# one line more\n')
    writeFileSync(large, readFileSync(large, 'utf8').replace(comment, comment.toUpperCase()))
    await expect(world.commit(session)).rejects.toMatchObject({
      code: 'input.file_unreadable',
      message: expect.stringContaining('large.log') as string,
    })
    expect([world.core.store.listExperiments(), world.stored()]).toEqual([[], []])
    session.preview({ paths: ['logs/large.log'] })
    expect((await world.commit(session)).runs.done).toBe(2)
    expect((await world.core.artifacts.verify(world.core.store.artifactReferences())).findings).toEqual([])
  })

  it('is gone with undo and back with restore', async () => {
    world.put('x.log', nccl)
    const outcome = await world.commit(await world.read())
    expect(world.core.imports.undo(outcome.import.id, true)).toMatchObject({ undone: true, runs: 1 })
    expect(world.core.store.findExperiment('old cluster')).toBeUndefined()
    world.core.imports.undo(outcome.import.id, false)
    expect(world.core.store.findExperiment('old cluster')?.counts.done).toBe(1)
    expect(world.core.imports.list('old cluster')).toMatchObject([{ id: outcome.import.id, files: 1, undone: false }])
    expect(() => world.core.imports.undo('imp-none', true)).toThrow(expect.objectContaining({ code: 'store.not_found' }))
    expect(() => world.core.imports.list('none')).toThrow(expect.objectContaining({ code: 'store.not_found' }))
  })
})
