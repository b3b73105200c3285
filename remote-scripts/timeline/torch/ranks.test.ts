import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../../preload/contract'
import { combineRanks } from './ranks'

interface Kernel {
  start: number
  duration: number
  group?: string
  sequence?: number
}

const traceOf = (rank: number, kernels: readonly Kernel[], world = 2): ParseResult => ({
  probe: 'timeline',
  tool: { name: 'torch-profiler', version: null },
  facts: {
    tool: 'torch-profiler',
    rank,
    world_size: world,
    collectives: kernels.map(
      ({ start, duration, group = '-', sequence }) =>
        `${(BigInt(1_700_000_000_000_000) + BigInt(start)).toString()}.000 ${duration} ${group} ${sequence ?? '-'} allreduce`,
    ),
  },
  measurements: [],
  rows: { understood: 0, skipped: 0 },
  warnings: [],
  problem: null,
})

/** Rank 1 comes 400 us late to each of five collectives that take 1000 us once all are there. */
const early = [0, 10_000, 25_000, 33_000, 60_000].map((start) => ({ start, duration: 1400 }))
const late = early.map(({ start }) => ({ start: start + 400, duration: 1000 }))
const moved = (kernels: readonly Kernel[], by: number): Kernel[] => kernels.map((kernel) => ({ ...kernel, start: kernel.start + by }))

const valueOf = (result: ParseResult | null, metric: string, dimensions: Record<string, unknown>): number | undefined =>
  result?.measurements.find(
    (entry) => entry.metric === `timeline.${metric}` && Object.entries(dimensions).every(([key, value]) => entry.dimensions[key] === value),
  )?.value

describe('ranks of one job', () => {
  it('apart what the data took and what was waited for, and name the late rank', () => {
    const together = combineRanks([traceOf(1, late), traceOf(0, early)])
    expect(together?.facts).toMatchObject({ ranks: [0, 1], clock_alignment: 'shared', straggler_rank: 1, collectives_matched: 5 })
    expect(valueOf(together, 'collective_transfer_time', { collective: 'allreduce' })).toBe(5000)
    expect(valueOf(together, 'collective_wait_time', { rank: 0 })).toBe(2000)
    expect(valueOf(together, 'collective_wait_time', { rank: 1 })).toBe(0)
    expect(valueOf(together, 'collective_skew_mean', { collective: 'allreduce' })).toBe(400)
    expect(valueOf(together, 'rank_lateness', { rank: 1 })).toBe(400)
  })

  it('whose clocks differ by a constant: it is taken off', () => {
    const together = combineRanks([traceOf(0, early), traceOf(1, moved(late, 7_654_321))])
    expect(together?.facts).toMatchObject({ clock_alignment: 'corrected', clock_offsets_us: { 0: 0, 1: 7_654_321 }, straggler_rank: 1 })
    expect(valueOf(together, 'collective_skew_max', { collective: 'allreduce' })).toBe(400)
    expect(together?.warnings.map(({ code }) => code)).toEqual(['clocks_corrected'])
  })

  it('whose clocks cannot be aligned: a warning and no skew', () => {
    const wild = late.map((kernel, index) => ({ ...kernel, start: kernel.start + 90_000 * index * index }))
    const together = combineRanks([traceOf(0, early), traceOf(1, wild)])
    expect(together?.facts['clock_alignment']).toBe('none')
    expect(together?.warnings.map(({ code }) => code)).toEqual(['clocks_not_aligned'])
    expect(together?.measurements.some(({ metric }) => /skew|lateness/.test(metric))).toBe(false)
    expect(valueOf(together, 'collective_transfer_time', { collective: 'allreduce' })).toBe(5000)
    expect(together?.facts['straggler_rank']).toBe(1)
  })

  it('of which only samples are left: those that end together are the same, not the n-th and the n-th', () => {
    const [a, b, c, d, e] = early as [Kernel, Kernel, Kernel, Kernel, Kernel]
    const [, B, C, D, E] = late as [Kernel, Kernel, Kernel, Kernel, Kernel]
    const together = combineRanks([traceOf(0, [a, b, c, d, e]), traceOf(1, [B, C, D, E, { start: 90_000, duration: 1000 }])])
    expect(together?.facts).toMatchObject({ clock_alignment: 'shared', collectives_matched: 4, collectives_unmatched: 2 })
    expect(valueOf(together, 'collective_transfer_time', { collective: 'allreduce' })).toBe(4000)
    expect(together?.warnings.map(({ code }) => code)).toEqual(['collectives_unmatched'])
  })

  it('with numbered collectives are paired by the numbers', () => {
    const numbered = (kernels: readonly Kernel[], from: number): Kernel[] =>
      kernels.map((kernel, index) => ({ ...kernel, group: '0', sequence: from + index }))
    const together = combineRanks([traceOf(0, numbered(early, 7)), traceOf(1, numbered(moved(late.slice(1), 500_000), 8))])
    expect(together?.facts).toMatchObject({ clock_alignment: 'corrected', collectives_matched: 4, collectives_unmatched: 1 })
  })

  it('are no set when a rank is there twice, worlds differ, there is one, or nothing of them is known', () => {
    expect(combineRanks([traceOf(0, early), traceOf(0, late)])).toBeNull()
    expect(combineRanks([traceOf(0, early), traceOf(1, late, 4)])).toBeNull()
    expect(combineRanks([traceOf(0, early)])).toBeNull()
    expect(combineRanks([])).toBeNull()
    const odd = traceOf(1, [])
    odd.facts['collectives'] = ['garbage', 7, '1 2 3']
    expect(combineRanks([traceOf(0, early), odd])).toBeNull()
  })

  it('in any number: a thousand do not break it', () => {
    const many = Array.from({ length: 1000 }, (_, rank) => traceOf(rank, moved(early, rank), 1000))
    expect(combineRanks(many)?.facts['collectives_matched']).toBe(5)
  })
})
