import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore, type SqliteStore } from '../../../main/adapters/sqlite/open-store'
import { packMeasurements } from '../../../main/core/runs/measurement-columns'
import type { ImportedPart } from '../../../main/ports/store'
import { experimentOf, measurementOf, runOf, temporaryFolder } from './fixtures'

const root = temporaryFolder('imports')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const at = '2026-03-02T10:00:00.000Z'
const sha = (letter: string): string => letter.repeat(64)
const part = (id: string, experimentId: string, letter: string, position = 0): ImportedPart => ({
  runId: id,
  run: runOf(id, experimentId, { status: 'done', position, artifacts: [{ name: 'a.log', sha256: sha(letter), bytes: 3 }] }),
  measurements: packMeasurements([measurementOf(1), measurementOf(2, 2048)]),
  last: true,
})

let store: SqliteStore
let folder = ''
let n = 0
beforeEach(() => {
  folder = `${root}/${(n += 1)}`
  store = openStore(folder)
})
afterEach(() => store.close())

const seen = () => ({
  experiments: store.listExperiments().map(({ id, counts }) => [id, counts.total]),
  runs: store.findExperiment('exp-1') ? store.listRuns('exp-1').map(({ id }) => id) : [],
})

describe('an import', () => {
  test('is seen whole once it is finished, and before that not at all', () => {
    store.beginImport({ id: 'imp-1', experiment: experimentOf('exp-1', { status: 'imported' }), make: true, at })
    store.addImported('imp-1', [part('run-1', 'exp-1', 'a'), part('run-2', 'exp-1', 'b', 1)])
    expect(seen()).toEqual({ experiments: [], runs: [] })
    expect(store.findRun('run-1')).toBeUndefined()
    expect(store.runsKeeping([sha('a')]).size).toBe(0)
    expect(store.finishImport('imp-1', 2)).toEqual({ id: 'imp-1', experimentId: 'exp-1', at, files: 2, runs: 2, undone: false })
    expect(seen()).toEqual({ experiments: [['exp-1', 2]], runs: ['run-1', 'run-2'] })
    expect(store.measurementsOfExperiment('exp-1')).toHaveLength(4)
    expect(store.runsKeeping([sha('a'), sha('c')])).toEqual(
      new Map([[sha('a'), { runId: 'run-1', experimentId: 'exp-1', experiment: 'name of exp-1' }]]),
    )
    expect(store.verify().findings).toEqual([])
  })

  test('may bring the measurements of a run in several transactions', () => {
    store.createExperiment(experimentOf('exp-1'), [])
    store.beginImport({ id: 'imp-1', experiment: experimentOf('exp-1'), make: false, at })
    store.addImported('imp-1', [{ ...part('run-1', 'exp-1', 'a'), last: false }, part('run-2', 'exp-1', 'b', 1)])
    store.addImported('imp-1', [{ runId: 'run-1', run: null, measurements: packMeasurements([measurementOf(7)]), last: true }])
    store.finishImport('imp-1', 2)
    expect(store.measurementsOfRun('run-1').map(({ value }) => value)).toEqual([1, 2, 7])
    expect(store.measurementsOfRun('run-2').map(({ value }) => value)).toEqual([1, 2])
    expect(store.verify().findings).toEqual([])
  })

  test('undone hides exactly its runs, and shows them again', () => {
    store.createExperiment(experimentOf('exp-1'), [runOf('run-own', 'exp-1')])
    for (const name of ['1', '2']) {
      store.beginImport({ id: `imp-${name}`, experiment: experimentOf('exp-1'), make: false, at })
      store.addImported(`imp-${name}`, [part(`run-${name}`, 'exp-1', name, Number(name))])
      store.finishImport(`imp-${name}`, 1)
    }
    expect(store.setImportUndone('imp-1', true)).toMatchObject({ undone: true, runs: 1 })
    expect(seen()).toEqual({ experiments: [['exp-1', 2]], runs: ['run-own', 'run-2'] })
    expect(store.measurementsOfExperiment('exp-1').map(({ runId }) => runId)).toEqual(['run-2', 'run-2'])
    expect(store.runsWithStatus(['done']).map(({ id }) => id)).toEqual(['run-2'])
    expect(store.runCount('exp-1')).toBe(2)
    expect(store.verify().findings).toEqual([])
    store.setImportUndone('imp-1', false)
    expect(seen().runs).toEqual(['run-own', 'run-1', 'run-2'])
    expect(store.listImports('exp-1').map(({ id }) => id)).toEqual(['imp-2', 'imp-1'])
  })

  test('takes the experiment that was made for it along while nothing else is in it', () => {
    store.beginImport({ id: 'imp-1', experiment: experimentOf('exp-1'), make: true, at })
    store.addImported('imp-1', [part('run-1', 'exp-1', 'a')])
    store.finishImport('imp-1', 1)
    store.setImportUndone('imp-1', true)
    expect(seen().experiments).toEqual([])
    store.setImportUndone('imp-1', false)
    expect(seen().experiments).toEqual([['exp-1', 1]])
    store.addRun(runOf('run-own', 'exp-1', { position: 5 }))
    store.setImportUndone('imp-1', true)
    expect(seen()).toEqual({ experiments: [['exp-1', 1]], runs: ['run-own'] })
  })

  test('broken off is deleted in steps, with the experiment made for it, naming the bytes that nobody keeps', () => {
    store.createExperiment(experimentOf('exp-old'), [])
    store.addRun(runOf('run-old', 'exp-old', { artifacts: [{ name: 'x', sha256: sha('a'), bytes: 3 }] }))
    store.beginImport({ id: 'imp-1', experiment: experimentOf('exp-1'), make: true, at })
    store.addImported(
      'imp-1',
      ['a', 'b', 'c'].map((letter, i) => part(`run-${letter}`, 'exp-1', letter, i)),
    )
    store.close()
    store = openStore(folder)
    expect(store.unfinishedImports()).toEqual(['imp-1'])
    expect(store.dropImport('imp-1', 2)).toEqual({ left: 1, orphans: [sha('b')] })
    expect(store.dropImport('imp-1', 2)).toEqual({ left: 0, orphans: [sha('c')] })
    expect(store.unfinishedImports()).toEqual([])
    expect(store.verify().findings).toEqual([])
    expect(store.artifactReferences().map(({ sha256 }) => sha256)).toEqual([sha('a')])
  })

  test('cannot be undone before it is stored, dropped afterwards, or found when there is none', () => {
    store.beginImport({ id: 'imp-1', experiment: experimentOf('exp-1'), make: true, at })
    expect(() => store.setImportUndone('imp-1', true)).toThrow(expect.objectContaining({ code: 'input.invalid' }))
    store.finishImport('imp-1', 0)
    expect(() => store.dropImport('imp-1', 1)).toThrow(expect.objectContaining({ code: 'internal' }))
    expect(() => store.addImported('imp-1', [])).toThrow(expect.objectContaining({ code: 'internal' }))
    expect(() => store.setImportUndone('imp-9', true)).toThrow(expect.objectContaining({ code: 'store.not_found' }))
    expect(store.findImport('imp-9')).toBeUndefined()
  })
})
