import { describe, expect, it } from 'vitest'
import { clicked, keyed, noSelection, within, type Selection } from './selection'

const rows = ['a', 'b', 'c', 'd', 'e']
const plain = { shift: false, command: false }
const shift = { shift: true, command: false }
const command = { shift: false, command: true }
const press = (selection: Selection, ...keys: [string, typeof plain][]): Selection =>
  keys.reduce((now, [key, held]) => keyed(now, rows, key, held, 2) ?? now, selection)
const chosen = (selection: Selection): string => [...selection.keys].sort().join('')

describe('selecting with the mouse', () => {
  it('takes one row, a range from it with Shift, and single rows with Ctrl', () => {
    const one = clicked(noSelection, rows, 'b', plain)
    const three = clicked(one, rows, 'd', shift)
    expect([chosen(one), chosen(three)]).toEqual(['b', 'bcd'])
    // The range begins anew from the same row.
    expect(chosen(clicked(three, rows, 'a', shift))).toBe('ab')
    expect(chosen(clicked(three, rows, 'c', command))).toBe('bd')
  })
})

describe('selecting with the keyboard', () => {
  it('walks, extends, jumps and stops at the ends', () => {
    expect(chosen(press(noSelection, ['ArrowDown', plain]))).toBe('a')
    expect(chosen(press(noSelection, ['ArrowDown', plain], ['ArrowUp', plain], ['ArrowUp', plain]))).toBe('a')
    expect(chosen(press(noSelection, ['ArrowDown', plain], ['PageDown', shift]))).toBe('abc')
    expect(chosen(press(noSelection, ['End', plain], ['ArrowDown', plain]))).toBe('e')
    expect(chosen(press(noSelection, ['End', plain], ['Home', shift]))).toBe('abcde')
  })

  it('adds single rows: Ctrl moves without selecting, Space toggles', () => {
    expect(chosen(press(noSelection, ['Home', plain], ['ArrowDown', command], ['ArrowDown', command], [' ', plain]))).toBe('ac')
    expect(chosen(press(noSelection, ['Home', plain], [' ', plain]))).toBe('')
  })

  it('takes everything with Ctrl+A, and leaves other keys alone', () => {
    expect(chosen(press(noSelection, ['a', command]))).toBe('abcde')
    expect(keyed(noSelection, rows, 'q', plain, 2)).toBeNull()
    expect(keyed(noSelection, rows, 'toString', plain, 2)).toBeNull()
    expect(keyed(noSelection, [], 'ArrowDown', plain, 2)).toBeNull()
  })

  it('keeps a range when the rows are filtered, but not rows that are gone', () => {
    const selection = press(noSelection, ['Home', plain], ['End', shift])
    expect(chosen(within(selection, new Set(['b', 'd'])))).toBe('bd')
    expect(within(selection, new Set(rows))).toBe(selection)
  })
})
