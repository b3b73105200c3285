import { describe, expect, it } from 'vitest'
import type { ImportProgress } from '../../../preload/contract'
import { Pace } from './pace'

const paced = () => {
  let now = 0
  const told: ImportProgress[] = []
  const clock = { nowIso: () => '', monotonicMs: () => now, sleep: async () => undefined }
  const pace = new Pace('imp-1', clock, (progress) => told.push(progress))
  return { pace, told, wait: (ms: number) => void (now += ms) }
}

describe('how fast an import goes', () => {
  it('is told from what was done, a little after the beginning, and not more often than it can be read', () => {
    const { pace, told, wait } = paced()
    pace.begin('reading', 1000, 10_000)
    for (let done = 0; done < 500; done += 1) {
      wait(2)
      pace.advance(1, 10)
    }
    expect(told.length).toBeLessThan(15)
    expect(told[0]).toMatchObject({ phase: 'reading', done: 0, filesPerSecond: null, etaSeconds: null })
    expect(pace.progress()).toMatchObject({ done: 500, total: 1000, bytes: 5000, filesPerSecond: 500 })
    expect(pace.progress().etaSeconds).toBeCloseTo(1)
  })

  it('waits for the larger share: a big file at the end counts by its bytes', () => {
    const { pace, wait } = paced()
    pace.begin('reading', 10, 1000)
    wait(1000)
    pace.advance(9, 100)
    expect(pace.progress().etaSeconds).toBeCloseTo(9)
  })

  it('stands still at the end, which is always told, with its problem', () => {
    const { pace, told, wait } = paced()
    pace.begin('storing', 10, 0)
    wait(1000)
    pace.advance(10, 0)
    pace.end('ready', { code: 'input.cancelled', message: 'stopped' })
    wait(60_000)
    expect(pace.progress()).toEqual(told.at(-1))
    expect(told.at(-1)).toMatchObject({
      phase: 'ready',
      done: 10,
      filesPerSecond: 10,
      etaSeconds: null,
      problem: { code: 'input.cancelled' },
    })
  })
})
