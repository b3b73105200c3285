import { describe, expect, it } from 'vitest'
import type { StagedFile } from '../../../preload/contract/imports'
import {
  addFactor,
  armOf,
  emptyDraft,
  factorNameFault,
  factorNames,
  isWanted,
  levelsOf,
  removeFactor,
  renameFactor,
  setLevel,
  setWanted,
} from './draft'
import { stagedFile } from './staged-file.fixture'
import { commitInput, summarise } from './summary'

const files: StagedFile[] = [
  stagedFile({ path: 'eth/1.log', arm: { fabric: 'ethernet' } }),
  stagedFile({ path: 'eth/2.log', arm: { fabric: 'ethernet' } }),
  stagedFile({ path: 'ib/1.log', arm: { fabric: 'infiniband' } }),
  stagedFile({ path: 'ib/trace0', arm: { fabric: 'infiniband' }, launch: 'ib/trace*', rank: 0, probe: 'timeline' }),
  stagedFile({ path: 'ib/trace1', arm: { fabric: 'infiniband' }, launch: 'ib/trace*', rank: 1, probe: 'timeline' }),
  stagedFile({ path: 'ib/again.log', arm: { fabric: 'infiniband' }, sameAs: 'ib/1.log' }),
  stagedFile({ path: 'todo.md', state: 'unrecognised' }),
]
const file = (path: string): StagedFile => files.find((each) => each.path === path) ?? stagedFile({ path })
const armsOf = (draft: typeof emptyDraft): unknown[] => files.map((each) => armOf(draft, each))

describe('the draft of an import', () => {
  it('sets one level for many files and leaves the others as guessed', () => {
    const draft = setLevel(emptyDraft, files, new Set(['eth/1.log', 'ib/1.log']), 'fabric', 'roce')
    expect(armOf(draft, file('eth/1.log'))).toEqual({ fabric: 'roce' })
    expect(armOf(draft, file('ib/1.log'))).toEqual({ fabric: 'roce' })
    expect(armOf(draft, file('eth/2.log'))).toEqual({ fabric: 'ethernet' })
    expect([...draft.arms.keys()]).toEqual(['eth/1.log', 'ib/1.log'])
  })

  it('names only what differs from the guess, so setting it back leaves nothing', () => {
    const there = setLevel(emptyDraft, files, new Set(['eth/1.log']), 'fabric', 'roce')
    expect(setLevel(there, files, new Set(['eth/1.log']), 'fabric', 'ethernet').arms.size).toBe(0)
  })

  it('keeps the ranks of one launch in one arm', () => {
    const draft = setLevel(emptyDraft, files, new Set(['ib/trace1']), 'zero_stage', 2)
    expect(armOf(draft, file('ib/trace0'))).toEqual({ fabric: 'infiniband', zero_stage: 2 })
    expect(armOf(draft, file('ib/1.log'))).toEqual({ fabric: 'infiniband' })
  })

  it('takes a level away, and a factor from every file', () => {
    const draft = setLevel(emptyDraft, files, new Set(['eth/1.log']), 'fabric', null)
    expect(armOf(draft, file('eth/1.log'))).toEqual({})
    expect(armsOf(removeFactor(emptyDraft, files, 'fabric'))).toEqual(files.map(() => ({})))
  })

  it('renames a factor in its place, also one that no file has yet', () => {
    const two = setLevel(emptyDraft, files, new Set(['eth/1.log']), 'zero_stage', 3)
    const renamed = renameFactor(addFactor(two, 'nodes'), files, 'fabric', 'link')
    expect(Object.keys(armOf(renamed, file('eth/1.log')))).toEqual(['link', 'zero_stage'])
    expect(factorNames(renameFactor(renamed, files, 'nodes', 'hosts'), files)).toEqual(['link', 'zero_stage', 'hosts'])
  })

  it('lists the levels of a factor once, in the order of the files', () => {
    expect(levelsOf(emptyDraft, files, 'fabric')).toEqual(['ethernet', 'infiniband'])
    expect(levelsOf(emptyDraft, files, 'constructor')).toEqual([])
  })

  it('leaves duplicates out until they are asked for, and never takes in what nothing could read', () => {
    expect(isWanted(emptyDraft, file('ib/again.log'))).toBe(false)
    const all = setWanted(emptyDraft, files, new Set(files.map(({ path }) => path)), true)
    expect(isWanted(all, file('ib/again.log'))).toBe(true)
    expect(isWanted(all, file('todo.md'))).toBe(false)
    expect([...all.wanted.keys()]).toEqual(['ib/again.log'])
  })

  it.each([
    ['fabric', 'taken'],
    ['two words', 'shape'],
    ['', 'shape'],
    ['__proto__', 'shape'],
    ['zero_stage', null],
  ])('judges the name %j: %s', (name, fault) => {
    expect(factorNameFault(name, ['fabric'])).toBe(fault)
  })
})

describe('what storing would do', () => {
  it('counts a launch of several ranks as one run, and says why files are left out', () => {
    const draft = setWanted(emptyDraft, files, new Set(['eth/2.log']), false)
    expect(summarise(draft, files)).toMatchObject({
      files: 4,
      runs: 3,
      values: 40,
      arms: [
        { arm: { fabric: 'ethernet' }, runs: 1, paths: ['eth/1.log'] },
        { arm: { fabric: 'infiniband' }, runs: 2, paths: ['ib/1.log', 'ib/trace0', 'ib/trace1'] },
      ],
      leftOut: { waiting: 0, unrecognised: 1, duplicates: 1, byHand: 1 },
    })
  })

  it('counts a file with results of two probes as two runs', () => {
    const [first] = stagedFile({ path: 'x', probe: 'tcp' }).recognised
    const both = { ...stagedFile({ path: 'both.log' }) }
    if (first) both.recognised = [...both.recognised, first]
    expect(summarise(emptyDraft, [both])).toMatchObject({ files: 1, runs: 2 })
  })

  it('asks the core for the differences alone', () => {
    const moved = setLevel(emptyDraft, files, new Set(['eth/1.log']), 'fabric', 'roce')
    expect(commitInput('i1', 'My logs', setWanted(moved, files, new Set(['eth/2.log']), false), files)).toEqual({
      id: 'i1',
      experiment: 'My logs',
      files: [
        { path: 'eth/1.log', arm: { fabric: 'roce' } },
        { path: 'eth/2.log', skip: true },
        { path: 'ib/again.log', skip: true },
      ],
    })
  })
})
