import { describe, expect, it } from 'vitest'
import { sharedMessages } from '../../../preload/contract/messages'
import type { BoundQuery } from './bounds'
import { queueBounds } from './queue-bounds'

const terms = { workers: 2, prefetch: 2, batch: 8, pinned: false, arrival_per_s: 100, service_per_s: 100, load_cv2: 1, step_cv2: 1.1 }

const ask = (metric: string, more: Partial<Record<keyof typeof terms, number>> = {}, query: Partial<BoundQuery> = {}) =>
  queueBounds(sharedMessages.en)({
    metric: `dataloader.${metric}`,
    dimensions: { prefetch: 2, batch: 8, pinned: false },
    arm: { workers: more.workers ?? 2 },
    hosts: ['a'],
    facts: { queue_model: { other: { ...terms, batch: 16 }, this: { ...terms, ...more } } },
    ...query,
  })

describe('the queueing model beside a data loader', () => {
  it('is M/M/1/K for times that vary as exponential ones', () => {
    // Balanced, K = 5: starved one sixth of the time.
    expect(ask('wait_share')?.value).toBeCloseTo(1 / 6, 12)
    expect(ask('samples_per_s')?.value).toBeCloseTo((100 * 5 * 8) / 6, 9)
    expect(ask('samples_per_s')?.source).toMatch(/^M\/M\/1\/5 predicts/)
  })

  it('is refused for steadier or burstier ones, where the slower rate stands', () => {
    for (const load_cv2 of [0.02, 4]) {
      const found = ask('samples_per_s', { load_cv2, arrival_per_s: 80 })
      expect(found?.value).toBe(640)
      expect(found?.source).toContain(`refused: squared variation ${load_cv2} of loading`)
    }
    expect(ask('wait_share', { step_cv2: 0, arrival_per_s: 80 })?.value).toBeCloseTo(0.2, 12)
    expect(ask('wait_share', { step_cv2: 0, arrival_per_s: 300 })?.value).toBe(0)
  })

  it('takes turns without workers', () => {
    expect(ask('samples_per_s', { workers: 0, service_per_s: 300 })?.value).toBeCloseTo(600, 9)
    expect(ask('wait_share', { workers: 0, service_per_s: 300 })?.value).toBeCloseTo(0.75, 12)
  })

  it('says nothing of other metrics, settings and damaged facts', () => {
    expect(ask('load_time')).toBeNull()
    expect(ask('samples_per_s', {}, { arm: { workers: 4 } })).toBeNull()
    expect(ask('samples_per_s', { arrival_per_s: 0 })).toBeNull()
    for (const queue_model of [null, 'x', ['x'], { this: 'x' }]) expect(ask('samples_per_s', {}, { facts: { queue_model } })).toBeNull()
  })
})
