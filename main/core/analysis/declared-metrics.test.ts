import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../preload/contract'
import { declaredMetrics } from './declared-metrics'

const run = (declared: Facts[string], status: 'done' | 'failed' = 'done'): Parameters<typeof declaredMetrics>[0][number] => ({
  status,
  facts: { declared_metrics: declared },
})

describe('metrics that launches declare', () => {
  it('carry unit, direction and headline', () => {
    expect(declaredMetrics([run({ 'command.rate': { unit: '1/s', better: 'higher', headline: true } })])).toEqual([
      { id: 'command.rate', unit: '1/s', better: 'higher', dimensions: [], meaning: '', headline: true },
    ])
  })

  it('have no direction when launches contradict each other, and a specification per unit', () => {
    const specs = declaredMetrics([
      run({ 'command.rate': { unit: '1/s', better: 'higher' } }),
      run({ 'command.rate': { unit: '1/s', better: 'lower' } }),
      run({ 'command.rate': { unit: 'us', better: 'lower' } }),
    ])
    expect(specs.map(({ unit, better }) => [unit, better])).toEqual([
      ['1/s', 'none'],
      ['us', 'lower'],
    ])
  })

  it('are never another probe’s, nor out of failed launches or damaged facts', () => {
    expect(
      declaredMetrics([
        run({ 'nccl.busbw': { unit: 'GB/s', better: 'lower' } }),
        run({ 'command.rate': { unit: '1/s', better: 'higher' } }, 'failed'),
        run({ 'custom.x': { unit: 'furlong', better: 'higher' } }),
        run(['command.rate']),
        run(null),
      ]),
    ).toEqual([])
  })
})
