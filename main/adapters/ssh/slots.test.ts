import { expect, it } from 'vitest'
import { sanitise, sanitiseLine } from './sanitise'
import { Slots } from './slots'

it('lets no more in than the limit, in order, also after the limit changed', async () => {
  const slots = new Slots(2)
  const order: number[] = []
  let most = 0
  const work = async (index: number): Promise<void> => {
    const release = await slots.acquire()
    order.push(index)
    most = Math.max(most, slots.active)
    if (index === 3) slots.limit = 1
    await new Promise((resolve) => setTimeout(resolve, 1))
    release()
    release()
  }
  await Promise.all(Array.from({ length: 8 }, (_, index) => work(index)))
  expect([order, most, slots.active]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], 2, 0])
})

it('forgets a waiter that was cancelled', async () => {
  const slots = new Slots(1)
  const release = await slots.acquire()
  const abort = new AbortController()
  const cancelled = slots.acquire(abort.signal)
  const patient = slots.acquire()
  abort.abort()
  await expect(cancelled).rejects.toMatchObject({ problem: { code: 'run.cancelled' } })
  release()
  ;(await patient)()
  expect(slots.active).toBe(0)
})

it('makes texts of a server harmless', () => {
  expect(sanitise('a\u001b[31mb\u001b]0;title\u0007c\u0000\u009bd\u202ee\r\nf\tg\u200b')).toBe('abcde\nf\tg')
  expect(sanitiseLine('one\ntwo\u2028three')).toBe('one twothree')
  expect(sanitise('x'.repeat(5000), 100)).toBe(`${'x'.repeat(100)}…`)
})
