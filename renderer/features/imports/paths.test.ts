import { describe, expect, it } from 'vitest'
import { stagedPath } from '../../../preload/contract/imports'
import { freeName, nameFault } from './destination'
import { commonFolder, sharedChars, splitPath, stagedName } from './paths'

describe('the path of a picked file', () => {
  it.each([
    ['/runs/ib/rep1.log', 'runs/ib/rep1.log'],
    ['a\\b\u0007.log', 'a\uff3cb\u2407.log'],
    ['runs/../../etc/passwd', 'runs/\u2024\u2024/\u2024\u2024/etc/passwd'],
    ['', 'file'],
    ['//a//b', 'a/b'],
  ])('%j becomes %j', (raw, path) => {
    expect(stagedName(raw, new Set())).toBe(path)
    expect(stagedPath.safeParse(path).success).toBe(true)
  })

  it('is another for every file, and short enough', () => {
    const taken = new Set<string>()
    const long = `${'folder/'.repeat(400)}end.log`
    const names = ['a.log', 'a.log', 'dir.d/b', 'dir.d/b', '.log', '.log', long, long].map((raw) => stagedName(raw, taken))
    expect(names.slice(0, 6)).toEqual(['a.log', 'a (2).log', 'dir.d/b', 'dir.d/b (2)', '.log', '.log (2)'])
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(stagedPath.safeParse(name).success, name).toBe(true)
  })

  it('is shown without what all paths share', () => {
    const paths = ['top/runs/a/1.log', 'top/runs/b/1.log']
    expect(commonFolder(paths)).toBe('runs')
    expect(paths.map((path) => path.slice(sharedChars(paths)))).toEqual(['a/1.log', 'b/1.log'])
    expect([commonFolder(['a.log', 'b.log']), commonFolder([]), sharedChars([])]).toEqual([null, null, 0])
    expect(splitPath('a/1.log')).toEqual({ folder: 'a/', name: '1.log' })
  })
})

describe('the name of a new experiment', () => {
  it('is free, not empty and not too long', () => {
    expect(freeName('runs', ['runs', 'runs 2'])).toBe('runs 3')
    const fault = (name: string, experimentId: string | null = null) => nameFault({ experimentId, name }, ['runs'])
    expect([fault(' '), fault('runs '), fault('x'.repeat(121)), fault('new'), fault('', 'exp-1')]).toEqual([
      'nameEmpty',
      'nameTaken',
      'nameLong',
      null,
      null,
    ])
  })
})
