import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, CsvRecords, type CsvRecord } from './csv'
import { Distribution } from './distribution'
import { JsonObjects, type JsonObject } from './json-objects'
import { NestedObjects, type NestedObject } from './nested-objects'
import { XmlScanner } from './xml-scanner'

const nearestRank = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN

describe('Distribution', () => {
  it('gives the exact nearest rank while the different values fit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 3000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (values, share) => {
          const times = new Distribution({ distinct: 512 })
          for (const value of values) times.add(value)
          expect(times.exact).toBe(true)
          expect(times.quantile(share)).toBe(nearestRank(values, share))
          expect([times.count, times.sum, times.min, times.max]).toEqual([
            values.length,
            values.reduce((sum, value) => sum + value, 0),
            Math.min(...values),
            Math.max(...values),
          ])
        },
      ),
    )
  })

  it('goes on counting after it was asked', () => {
    const times = new Distribution()
    for (const value of [5, 1, 3]) times.add(value)
    expect(times.quantile(0.5)).toBe(3)
    for (const value of [9, 9, 9, 9]) times.add(value)
    expect(times.quantile(0.5)).toBe(9)
  })

  it('is off by 0.05 % at most once they do not, and says so', () => {
    const times = new Distribution({ distinct: 1000 })
    const values = Array.from({ length: 20_000 }, (_, index) => 1 + ((index * 7919) % 20_000) * 0.37)
    for (const value of values) times.add(value)
    expect(times.exact).toBe(false)
    for (const share of [0.01, 0.5, 0.95, 0.999]) {
      const exact = nearestRank(values, share)
      expect(Math.abs((times.quantile(share) ?? NaN) - exact) / exact).toBeLessThanOrEqual(0.0005)
    }
    expect(times.quantile(1)).toBeCloseTo(Math.max(...values), -1)
    expect(times.sum).toBeCloseTo(
      values.reduce((sum, value) => sum + value, 0),
      3,
    )
  })
})

describe('CsvRecords', () => {
  const read = (lines: string[]): CsvRecord[] => {
    const found: CsvRecord[] = []
    const records = new CsvRecords((record) => found.push(record))
    lines.forEach((line) => records.line(line, true))
    records.end()
    return found
  }

  it('reads quotes, delimiters and line ends inside cells', () => {
    expect(cellsOf('a,"b ""c"", d",,"e"', ',')).toEqual(['a', 'b "c", d', '', 'e'])
    expect(read(['1,"two', 'lines",3', '4,5,6']).map(({ cells }) => cells)).toEqual([
      ['1', 'two\nlines', '3'],
      ['4', '5', '6'],
    ])
  })

  it('gives up a quote that never closes after a while, and loses one row for it', () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `${index},x`)
    const found = read(['0,"stray', ...rows])
    expect(found.filter(({ cells }) => cells === null)).toHaveLength(1)
    expect(found).toHaveLength(2001)
  })
})

describe('JsonObjects', () => {
  const read = (text: string, cuts: number[] = []): JsonObject[] => {
    const found: JsonObject[] = []
    const objects = new JsonObjects(
      (key) => (key === 'keep' ? 1000 : 0),
      (object) => found.push(object),
    )
    let at = 0
    for (const cut of [...new Set(cuts)].sort((a, b) => a - b)) {
      objects.push(text.slice(at, cut))
      at = Math.max(at, cut)
    }
    objects.push(text.slice(at))
    objects.end()
    return found
  }
  const text =
    'log line\n{"a": 1.5, "long": [[1, "]"], {"x": "}"}], "keep": ["\\"", 2], "t": "b\\"c", "n": NaN}\n{"a":2}\n[{"a":3},{"a":4}]'

  it('keeps scalars and what was asked for, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const found = read(text, cuts)
        expect(found.map(({ members }) => members.get('a'))).toEqual(['1.5', '2', '3', '4'])
        expect([...(found[0]?.members ?? [])]).toEqual([
          ['a', '1.5'],
          ['keep', '["\\"", 2]'],
          ['t', '"b\\"c"'],
          ['n', 'NaN'],
        ])
        expect(found.every(({ whole, damaged }) => whole && !damaged)).toBe(true)
      }),
    )
  })

  it('says that an object breaks off or is damaged, and leaves a cut figure out', () => {
    expect(read('{"a": 1, "b": 12')).toMatchObject([{ whole: false, damaged: false, members: new Map([['a', '1']]) }])
    expect(read('{"a": 1\n garbage\n "b": 2}')).toMatchObject([{ whole: false, damaged: true, members: new Map([['a', '1']]) }])
  })
})

describe('XmlScanner', () => {
  const read = (text: string, size: number): string[] => {
    const found: string[] = []
    const scanner = new XmlScanner({
      wants: () => true,
      open: (name, attributes) => found.push(`<${name}${[...attributes].map(([key, value]) => ` ${key}=${value}`).join('')}`),
      close: (name) => found.push(`/${name}`),
      text: (part) => found.push(part),
    })
    for (let at = 0; at < text.length; at += size) scanner.push(text.slice(at, at + size))
    scanner.end()
    return found.reduce<string[]>((all, part) => {
      const last = all.at(-1)
      const isText = !/^[</]/.test(part)
      if (isText && last !== undefined && !/^[</]/.test(last)) all[all.length - 1] = last + part
      else all.push(part)
      return all
    }, [])
  }

  it('resolves the five entities and no others, whatever the pieces', () => {
    const text = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY lol "ha">]><a b="1 &lt; 2 &#65;" c='>'>x &amp; &lol;<!-- <b/> --><![CDATA[a > b]]><d/></a>`
    const whole = read(text, text.length)
    expect(whole.filter((part) => part.startsWith('<') || part.startsWith('/'))).toEqual(['<a b=1 < 2 A c=>', '<d', '/d', '/a'])
    expect(whole.join('')).toContain('x & &lol;')
    for (const size of [1, 2, 7, 31])
      expect(read(text, size).filter((part) => /^[</][ad]/.test(part))).toEqual(['<a b=1 < 2 A c=>', '<d', '/d', '/a'])
  })

  it('does not keep what never ends', () => {
    const started = performance.now()
    expect(read(`<a ${'x'.repeat(2 ** 20)}`, 65_536)).toBeDefined()
    expect(read('<'.repeat(2 ** 18), 4096)).toBeDefined()
    expect(read(`<!--${'-'.repeat(2 ** 20)}`, 65_536)).toBeDefined()
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('NestedObjects', () => {
  const found = (text: string, sizes: number, limit = 1000): NestedObject[] => {
    const objects: NestedObject[] = []
    const reader = new NestedObjects(new Set(['requests']), limit, (object) => objects.push(object))
    for (let at = 0; at < text.length; at += sizes) reader.push(text.slice(at, at + sizes))
    reader.finish()
    return objects
  }
  const requests = [
    { at: 1, text: 'a } " ] { b' },
    { at: 2, inner: { requests: [{ at: 3 }] } },
  ]
  const text = JSON.stringify({ other: [{ at: 0 }], experiments: [{ requests }] })

  it('are the same however the text is cut, and hold what they were written with', () => {
    for (const sizes of [1, 2, 7, 1000])
      expect(found(text, sizes).map((object) => JSON.parse(object.text ?? '') as unknown)).toEqual(requests)
  })

  it('too long to keep, or cut by the end of the text, are told but not given', () => {
    expect(found(text, 5, 30).map((object) => object.text)).toEqual([JSON.stringify(requests[0]), null])
    expect(found(text.slice(0, text.indexOf('inner')), 5).map(({ text: kept, cut }) => [kept === null, cut])).toEqual([
      [false, false],
      [true, true],
    ])
  })
})
