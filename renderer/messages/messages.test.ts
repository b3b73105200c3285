import { describe, expect, it } from 'vitest'
import { en } from './en'
import { createFormats } from './format'
import { zhCN } from './zh-CN'

const leaves = (value: unknown, path = ''): [string, unknown][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
    : [[path, value]]

describe('catalogues', () => {
  const english = leaves(en)
  const chinese = new Map(leaves(zhCN))

  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual(english.map(([path]) => path).sort())
  })

  it('say something everywhere, and fill every parameter in both languages', () => {
    for (const [path, value] of english) {
      const other = chinese.get(path)
      expect(typeof other, path).toBe(typeof value)
      if (typeof value !== 'function') {
        expect(String(value).trim(), path).not.toBe('')
        expect(String(other).trim(), path).not.toBe('')
        continue
      }
      const marks = [711, 815].slice(0, value.length)
      for (const text of [value, other]) {
        const filled = (text as (...args: number[]) => string)(...marks)
        for (const mark of marks) expect(filled, path).toContain(String(mark))
      }
    }
  })

  it('are Chinese where they should be', () => {
    const same = english.filter(([path, value]) => typeof value === 'string' && value === chinese.get(path)).map(([, value]) => value)
    const names = [
      'Headroom',
      'English',
      '简体中文',
      'Python',
      'YAML',
      'CPU',
      'GPU',
      'GPUs',
      'CUDA',
      'NCCL',
      'PCIe',
      'MTU',
      'torch',
      'InfiniBand',
      'RoCE',
      'ABBA',
      'SHA-256',
    ]
    expect(same.filter((value) => !names.includes(String(value)))).toEqual([])
  })
})

describe('formats', () => {
  const formats = createFormats('en')

  it('writes sizes with binary prefixes', () => {
    expect([0, 1023, 1024, 1536, 81920 * 1024 ** 2].map(formats.bytes)).toEqual(['0 B', '1,020 B', '1 KiB', '1.5 KiB', '80 GiB'])
  })

  it('writes durations to the second', () => {
    expect([0, 59.4, 61, 3661, 90_000].map(formats.duration)).toEqual(['0 sec', '59 sec', '1 min 1 sec', '1 hr 1 min', '1 day 1 hr'])
  })

  it('writes times seen from now', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    expect(formats.ago('2026-01-01T23:57:00Z', now)).toBe('3 minutes ago')
    expect(createFormats('zh-CN').ago('2026-01-01T23:57:00Z', now)).toBe('3分钟前')
    expect(formats.ago('not a date', now)).toBe('not a date')
  })
})
