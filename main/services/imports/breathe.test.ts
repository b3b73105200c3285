import { expect, it } from 'vitest'
import { inTurns } from './breathe'

it('goes through everything in order, and others have their turn in between', async () => {
  const items = Array.from({ length: 2600 }, (_, n) => n)
  const seen: number[] = []
  const turns: number[] = []
  let over = false
  const other = (): void => {
    turns.push(seen.length)
    if (!over) setImmediate(other)
  }
  setImmediate(other)
  await inTurns(items, (item) => seen.push(item))
  over = true
  expect(seen).toEqual(items)
  const gaps = [...turns, seen.length].map((at, index) => at - (turns[index - 1] ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(500)
})
