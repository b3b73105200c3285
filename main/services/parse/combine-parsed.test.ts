import { expect, it } from 'vitest'
import type { ParsedFile } from '../../../preload/contract'
import { combineParsed } from './combine-parsed'

const traceOf = (rank: number): ParsedFile => ({
  file: `rank${rank}.json`,
  problem: null,
  results: [
    {
      probe: 'timeline',
      tool: { name: 'torch-profiler', version: null },
      facts: {
        tool: 'torch-profiler',
        rank,
        world_size: 2,
        collectives: [1, 2, 3, 4].map((at) => `170000000${at}0${5 - rank}000.000 ${1000 * (1 + rank)} - - allreduce`),
      },
      measurements: [],
      rows: { understood: 1, skipped: 0 },
      warnings: [],
      problem: null,
    },
  ],
})

it('what several files say together is one more file that bears their names; one alone says nothing more', () => {
  const together = combineParsed([traceOf(0), traceOf(1)])
  expect(together).toMatchObject({ file: 'rank0.json + rank1.json', problem: null })
  expect(together?.results[0]?.facts).toMatchObject({ ranks: [0, 1], straggler_rank: 0 })
  expect(combineParsed([traceOf(0)])).toBeNull()
  expect(combineParsed([traceOf(0), { file: 'x', problem: null, results: [] }])).toBeNull()
})
