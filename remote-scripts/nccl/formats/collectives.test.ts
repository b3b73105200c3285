import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { busFactor, collectiveOf } from './collectives'
import { ncclVersionOf } from './header-facts'
import { ncclTestsText } from './nccl-tests-text'
import { torchCollectives, torchSeries } from './torch-collectives'

const collectives = ['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall', 'broadcast', 'reduce', 'sendrecv']

describe('busFactor', () => {
  it.each([
    ['all_reduce', 8, 1.75],
    ['all_reduce', 2, 1],
    ['all_gather', 4, 0.75],
    ['all_to_all', 1024, 1023 / 1024],
    ['broadcast', 16, 1],
    ['all_reduce', 1, 0],
  ])('%s over %i ranks is %d', (collective, ranks, factor) => expect(busFactor(collective, ranks)).toBe(factor))

  it('does not invent one', () => {
    expect(busFactor('hypercube', 8)).toBeNull()
    expect(busFactor('all_reduce', 0)).toBeNull()
  })
})

it('collectiveOf reads program names', () => {
  expect(['/opt/all_reduce_perf', 'alltoall_perf_mpi', 'C:\\x\\sendrecv_perf', 'python'].map(collectiveOf)).toEqual([
    'all_reduce',
    'alltoall',
    'sendrecv',
    null,
  ])
})

it('ncclVersionOf reads version codes of both schemes', () => {
  expect([22902, 2708, 22005, 21305].map(ncclVersionOf)).toEqual(['2.29.2', '2.7.8', '2.20.5', '2.13.5'])
})

describe('bus bandwidth = algorithm bandwidth x factor', () => {
  it('holds for our own bench at any number of ranks, and time is the mean of the slowest rank', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...collectives),
        fc.integer({ min: 2, max: 24 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.array(fc.double({ min: 0.5, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (collective, ranks, size, base) => {
          const header = { headroom: 'collective-bench', version: 1, world_size: ranks, backend: 'gloo', dtype: 'float32', hosts: ['a'] }
          const times = Array.from({ length: ranks }, (_, rank) => base.map((time) => time * (1 + rank / ranks)))
          const rows = times.map((timesUs, rank) => ({ collective, size_bytes: size, rank, in_place: false, times_us: timesUs, wrong: 0 }))
          const text = [header, ...rows, { end: true }].map((line) => JSON.stringify(line)).join('\n')
          const [result] = torchCollectives.parse(text)
          const value = (metric: string): number => result?.measurements.find((entry) => entry.metric === metric)?.value ?? NaN
          const slowest = times.at(-1) ?? []
          expect(value('nccl.time')).toBeCloseTo(slowest.reduce((sum, time) => sum + time, 0) / slowest.length, 6)
          expect(value('nccl.busbw') / value('nccl.algbw')).toBeCloseTo(busFactor(collective, ranks) ?? NaN, 9)
          expect(torchSeries(text).map((series) => [...series.values])).toEqual(times)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('holds for rows of nccl-tests to the printed digits', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...collectives),
        fc.integer({ min: 2, max: 1024 }),
        fc.integer({ min: 2 ** 26, max: 2 ** 33 }),
        fc.double({ min: 100, max: 99_999, noNaN: true }),
        (collective, ranks, size, timeUs) => {
          const algbw = size / timeUs / 1000
          const busbw = algbw * (busFactor(collective, ranks) ?? NaN)
          const text = `# Collective test starting: ${collective}_perf
# nThread 1 nGpus 1 minBytes 8 maxBytes 8 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0
#                                                              out-of-place
#       size         count      type   redop    root     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)
${size} ${Math.floor(size / 4)} float sum -1 ${timeUs.toFixed(2)} ${algbw.toFixed(4)} ${busbw.toFixed(4)} 0
# Avg bus bandwidth    : ${busbw.toFixed(4)}
`
          const [result] = ncclTestsText.parse(text)
          const value = (metric: string): number => result?.measurements.find((entry) => entry.metric === metric)?.value ?? NaN
          expect(value('nccl.busbw')).toBe(Number(busbw.toFixed(4)))
          expect(value('nccl.busbw')).toBeCloseTo(value('nccl.algbw') * (busFactor(collective, ranks) ?? NaN), 3)
          expect(value('nccl.time')).toBe(Number(timeUs.toFixed(2)))
        },
      ),
      { numRuns: 200 },
    )
  })
})
