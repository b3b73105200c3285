import { describe, expect, it } from 'vitest'
import { problemCodes } from '../problem'
import { limitationCodes } from '../report'
import { reasonCode } from '../comparison'
import { fill, sharedMessages } from './index'

const { en, 'zh-CN': zh } = sharedMessages

/** Path -> text of every sentence of a catalogue. */
const sentences = (value: unknown, path = ''): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value as object).flatMap(([key, inner]) => sentences(inner, `${path}/${key}`))

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const commands = (text: string): string[] => (text.match(/`[^`]+`/g) ?? []).map((command) => command.replace(/\s+/g, ' ')).sort()

describe('the shared catalogues', () => {
  it('say something for every code', () => {
    for (const catalogue of [en, zh]) {
      expect(Object.keys(catalogue.problems).sort()).toEqual([...problemCodes].sort())
      expect(Object.keys(catalogue.reasons).sort()).toEqual([...reasonCode.options].sort())
      expect(Object.keys(catalogue.limitations).sort()).toEqual([...limitationCodes].sort())
      for (const [path, text] of sentences(catalogue)) expect(text.trim(), path).not.toBe('')
    }
  })

  it('fill the same names in both languages', () => {
    const english = new Map(sentences(en))
    for (const [path, text] of sentences(zh)) expect(placeholders(text), path).toEqual(placeholders(english.get(path) ?? ''))
  })

  it('give the same commands to copy in both languages', () => {
    const english = new Map(sentences(en.problems))
    for (const [path, text] of sentences(zh.problems)) expect(commands(text), path).toEqual(commands(english.get(path) ?? ''))
  })

  it('are translated', () => {
    for (const [path, text] of sentences(zh)) expect(text, path).toMatch(/\p{Script=Han}/u)
    for (const [path, text] of sentences(en)) expect(text, path).not.toMatch(/\p{Script=Han}/u)
  })

  it('keep an unknown name visible, and never fill from the prototype', () => {
    expect(fill('{a} and {b} and {constructor}', { a: 1 })).toBe('1 and {b} and {constructor}')
  })
})
