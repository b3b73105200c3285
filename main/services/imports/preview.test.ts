import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ImportWorld, iperf, nccl, variant } from '../../../test/lab/import-world'

const world = new ImportWorld()

describe('what is recognised before anything is stored', () => {
  it('says of each file what it is, its arm, and why it is left out', async () => {
    for (const fabric of ['ethernet', 'infiniband']) for (const n of [1, 2]) world.put(`${fabric}/run${n}.log`, variant(n + fabric.length))
    world.put('notes.txt', 'nothing was measured')
    symlinkSync('/etc/passwd', join(world.logs, 'link.log'))
    mkdirSync(join(world.logs, '.git'))
    const session = await world.core.imports.open()
    const added = await session.addPaths([world.logs])
    expect(added.files).toBe(5)
    expect(added.leftOut.map(({ problem }) => problem.message.replace(world.root, ''))).toEqual([
      '/logs/.git is hidden; name it to have it read.',
      '/logs/link.log is a link, which is not followed.',
    ])
    session.preview()
    await session.settled()
    const { files } = await session.page(0, 100, 'all')
    expect(files.map(({ path, state, arm }) => [path, state, arm])).toEqual([
      ['logs/ethernet/run1.log', 'recognised', { fabric: 'ethernet' }],
      ['logs/ethernet/run2.log', 'recognised', { fabric: 'ethernet' }],
      ['logs/infiniband/run1.log', 'recognised', { fabric: 'infiniband' }],
      ['logs/infiniband/run2.log', 'recognised', { fabric: 'infiniband' }],
      ['logs/notes.txt', 'unrecognised', {}],
    ])
    expect(files[4]?.problem?.code).toBe('parse.unrecognised')
    expect(files[0]?.recognised).toMatchObject([{ probe: 'nccl', tool: { name: 'nccl-tests' }, values: 73 }])
    expect(await session.status()).toMatchObject({
      progress: { phase: 'ready', done: 5, total: 5, problem: null },
      factors: [
        {
          name: 'fabric',
          levels: [
            { level: 'ethernet', files: 2 },
            { level: 'infiniband', files: 2 },
          ],
        },
      ],
      totals: { files: 5, recognised: 4, unrecognised: 1, waiting: 0, launches: 4, values: 4 * 73 },
    })
    expect(await session.page(0, 1, 'unrecognised')).toMatchObject({ total: 1, files: [{ path: 'logs/notes.txt' }] })
    expect((await session.page(1, 2, 'recognised')).files.map(({ path }) => path)).toEqual([
      'logs/ethernet/run2.log',
      'logs/infiniband/run1.log',
    ])
    expect([world.core.store.listExperiments(), world.stored()]).toEqual([[], []])
  })

  it('reads a file again as the probe that is named', async () => {
    const session = await world.read(world.put('mixed.log', `${iperf}${nccl}`))
    const probes = async (): Promise<string[] | undefined> =>
      (await session.page(0, 1, 'all')).files[0]?.recognised.map(({ probe }) => probe)
    expect(await probes()).toEqual(['nccl', 'tcp'])
    session.preview({ probe: 'tcp', paths: ['mixed.log'] })
    await session.settled()
    expect(await probes()).toEqual(['tcp'])
    session.preview({ paths: ['mixed.log'] })
    await session.settled()
    expect(await probes()).toEqual(['nccl', 'tcp'])
    expect(() => session.preview({ paths: ['absent.log'] })).toThrow(expect.objectContaining({ code: 'store.not_found' }))
  })

  it('takes more files after the first ones were read, and the same file once', async () => {
    const first = world.put('a/x.log', nccl)
    const session = await world.read(first)
    const more = await session.addPaths([first, world.put('b/x.log', variant(2))])
    expect(more.files).toBe(2)
    expect((await session.status()).progress.phase).toBe('adding')
    session.preview()
    await session.settled()
    expect((await session.page(0, 9, 'all')).files.map(({ path, sameAs }) => [path, sameAs])).toEqual([
      ['x.log', null],
      ['a/x.log', 'x.log'],
      ['b/x.log', null],
    ])
    expect((await session.addPaths([first])).files).toBe(0)
  })

  it('takes files in pieces, again when an answer was lost, and never with a gap', async () => {
    const session = await world.core.imports.open()
    const bytes = Buffer.from(nccl)
    const piece = (offset: number, end: number, last = false) =>
      session.addPiece({ path: 'ib/run.log', offset, bytes: bytes.subarray(offset, end), last })
    expect(await piece(0, 700)).toBe(700)
    expect(await piece(0, 700)).toBe(700)
    await expect(piece(800, 900)).rejects.toMatchObject({ code: 'input.invalid' })
    expect(await piece(700, bytes.length, true)).toBe(bytes.length)
    expect(await piece(700, bytes.length, true)).toBe(bytes.length)
    await expect(
      session.addPiece({ path: 'ib/run.log', offset: bytes.length, bytes: Buffer.from('more'), last: true }),
    ).rejects.toMatchObject({
      code: 'input.invalid',
    })
    expect(await session.addPiece({ path: 'empty.log', offset: 0, bytes: new Uint8Array(), last: true })).toBe(0)
    session.preview()
    await session.settled()
    expect((await session.page(0, 9, 'all')).files).toMatchObject([
      { path: 'ib/run.log', bytes: bytes.length, recognised: [{ values: 73 }] },
      { path: 'empty.log', problem: { code: 'parse.unrecognised' } },
    ])
    const outcome = await world.commit(session)
    const [artifact] = world.core.store.listRuns(outcome.experiment)[0]?.artifacts ?? []
    expect(artifact).toMatchObject({ name: 'ib/run.log', bytes: bytes.length })
    expect(Buffer.from(await world.core.artifacts.read(artifact?.sha256 ?? '')).equals(bytes)).toBe(true)
  })

  it('says what is stored already', async () => {
    world.put('x.log', nccl)
    const outcome = await world.commit(await world.read())
    world.put('y.log', variant(1))
    const session = await world.read()
    const [run] = world.core.store.listRuns(outcome.experiment)
    expect((await session.page(0, 9, 'duplicate')).files).toMatchObject([
      { path: 'logs/x.log', duplicate: { runId: run?.id, experimentId: outcome.experiment, experiment: 'old cluster' } },
    ])
    expect((await world.commit(session, { skipDuplicates: true })).runs.total).toBe(1)
  })
})
