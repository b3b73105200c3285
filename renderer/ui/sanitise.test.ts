import { describe, expect, it } from 'vitest'
import { maxLineChars, neutralise, toLines } from './sanitise'
import { commandsIn, proseParts } from './prose'

describe('neutralise', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title set by OSC', 'a\u001b]0;evil\u0007b', 'ab'],
    ['a link by OSC 8', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['cursor moves and erasing', 'one\u001b[2K\u001b[1Gtwo', 'onetwo'],
    ['an 8-bit CSI', '\u009b31mred', 'red'],
    ['a lone escape at the end', 'x\u001b', 'x␛'],
    ['NUL, bell and backspace made visible', 'a\u0000b\u0007c\u0008d', 'a␀b␇c␈d'],
    ['a bidi override', 'a\u202egnp.exe', 'a\ufffdgnp.exe'],
    ['tabs and line feeds kept', 'a\tb\nc', 'a\tb\nc'],
    ['progress by carriage return', '10%\r20%\r\n', '10%\n20%\n'],
  ])('%s', (_name, text, expected) => {
    expect(neutralise(text)).toBe(expected)
  })

  it('leaves no control character behind, whatever comes in', () => {
    const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('')
    const left = [...neutralise(all + '\u001b')].filter((character) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(character))
    expect(left).toEqual([])
  })
})

describe('toLines', () => {
  it('drops only the empty end', () => {
    expect(toLines('a\n\nb\n')).toEqual(['a', '', 'b'])
    expect(toLines('')).toEqual([])
  })

  it('cuts an over-long line and says by how much', () => {
    expect(toLines('x'.repeat(maxLineChars + 7))).toEqual([`${'x'.repeat(maxLineChars)} … [+7]`])
  })
})

describe('prose', () => {
  it('finds the commands of a sentence', () => {
    const sentence = 'Run `ssh-copy-id HOST` or set `limits: { run_seconds: 9 }` in `plan.yaml`.'
    expect(proseParts(sentence).filter((part) => part.kind === 'code')).toHaveLength(3)
    expect(commandsIn(sentence)).toEqual(['ssh-copy-id HOST'])
  })
})
