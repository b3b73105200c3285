import { describe, expect, it } from 'vitest'
import { member, numberOf, readJsonDocuments } from './json'

const only = (text: string) => {
  const documents = readJsonDocuments(text)
  expect(documents).toHaveLength(1)
  return documents[0]!
}

describe('readJsonDocuments', () => {
  it('reads valid JSON as JSON.parse does', () => {
    const document = only('{"a":[1,{"b":"x\\n"}],"c":null}')
    expect(document.value).toEqual({ a: [1, { b: 'x\n' }], c: null })
    expect(document).toMatchObject({ truncated: false, repaired: false })
  })

  it('keeps what was complete of a document that breaks off, and no cut number', () => {
    const document = only('{"a": {"x": 12, "y": 34}, "b": [1, 2, 34')
    expect(document.truncated).toBe(true)
    expect(JSON.parse(JSON.stringify(document.value))).toEqual({ a: { x: 12, y: 34 }, b: [1, 2] })
    expect(member(only('{"a": 12').value, 'a')).toBeUndefined()
    expect(member(only('{"a": "cut').value, 'a')).toBeUndefined()
  })

  it('reads bare keys, trailing commas and nan, and says so', () => {
    const document = only('{\nresults: {\nt_min: 1.5,\npercentile_99.9: 2,\nbad: nan,\n},\n}')
    expect(document.repaired).toBe(true)
    expect(member(document.value, 'results', 't_min')).toBe(1.5)
    expect(member(document.value, 'results', 'percentile_99.9')).toBe(2)
    expect(member(document.value, 'results', 'bad')).toBeNull()
  })

  it('finds several documents between other lines', () => {
    const documents = readJsonDocuments('banner {not json}\n{"a":1}{"a":2}\nlog line\n{"a":3}\n')
    expect(documents.map((document) => member(document.value, 'a'))).toEqual([1, 2, 3])
  })

  it('survives depth, and `__proto__` is only a name', () => {
    expect(readJsonDocuments('{"a":'.repeat(5000))).toEqual([])
    const document = only('{"__proto__": {"polluted": 1}, "x": 1')
    expect(member(document.value, 'polluted')).toBeUndefined()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

it('numberOf takes numbers and quoted numbers, nothing else', () => {
  expect([numberOf(1.5), numberOf(' -1 '), numberOf('nan'), numberOf('12px'), numberOf(null), numberOf(undefined)]).toEqual([
    1.5,
    -1,
    null,
    null,
    null,
    null,
  ])
})
