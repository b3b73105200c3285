import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printZeroEnd, printZeroHeader, printZeroLink, printZeroMemory, printZeroStep } from '../../../main/adapters/lab/reports/zero-bench'
import { zeroBench } from '../../../remote-scripts/zero/formats/zero-bench'

const header = {
  torch: '2.5.1+cu124',
  nccl: '2.23.4',
  dtype: 'bfloat16',
  stage: 2,
  parameters: 1_000_000,
  layers: 2,
  hidden: 64,
  heads: 4,
  seq: 32,
  vocab: 512,
  microBatch: 4,
  gradAccum: 1,
  warmup: 0,
  steps: 1,
  seed: 1,
  hosts: ['a', 'b'],
  gpu: 'NVIDIA A100-SXM4-80GB',
}
/** One decimal, as the benchmark prints times. */
const us = fc.integer({ min: 1, max: 1e8 }).map((tenths) => tenths / 10)
const bytes = fc.integer({ min: 1, max: 1e12 })
const rank = fc.record({
  timeUs: us,
  dataUs: us,
  computeUs: us,
  exposedUs: us,
  callUs: us,
  sent: bytes,
  states: bytes,
  peak: bytes,
  loss: us,
})

it('the training benchmark as the lab prints it says the numbers that were printed', () => {
  fc.assert(
    fc.property(fc.array(rank, { minLength: 2, maxLength: 4 }), bytes, (ranks, sentBytes) => {
      const text = [
        printZeroHeader({ ...header, world: ranks.length }),
        ...ranks.flatMap(({ callUs, sent, states, peak, ...times }, index) => [
          printZeroStep({
            ...times,
            communicationUs: callUs,
            rank: index,
            step: 0,
            warmup: false,
            calls: [{ operation: 'all_gather', bytes: sent, startUs: 0, endUs: callUs }],
          }),
          printZeroMemory({
            rank: index,
            states: { parameters: states, gradients: 1, optimizer: 2 },
            kinds: { parameters: states, activations: 7 },
            peak,
            allocatedPeak: peak,
            reservedPeak: peak + 5,
            processBefore: 1,
            processPeak: 2,
          }),
        ]),
        printZeroLink({ link: 'mlx5_0:1', rank: 0, sentBytes, steps: 1 }),
        printZeroEnd(),
      ].join('\n')
      const [result] = zeroBench.parse(`${text}\n`)
      expect(result?.problem).toBeNull()
      expect(result?.rows).toEqual({ understood: ranks.length, skipped: 0 })
      const valueOf = (metric: string): number => result?.measurements.find((one) => one.metric === metric)?.value ?? Number.NaN
      const mean = (of: (one: (typeof ranks)[number]) => number): number => ranks.reduce((sum, one) => sum + of(one), 0) / ranks.length
      const near = (metric: string, wanted: number): void => expect(Math.abs(valueOf(metric) / wanted - 1), metric).toBeLessThan(1e-12)
      near('zero.step_time', Math.max(...ranks.map(({ timeUs }) => timeUs)))
      near(
        'zero.exposed_time',
        mean(({ exposedUs }) => exposedUs),
      )
      near('zero.transfer_time', Math.min(...ranks.map(({ callUs }) => callUs)))
      near(
        'zero.bytes_per_step',
        mean(({ sent }) => sent),
      )
      near('zero.model_states', Math.max(...ranks.map(({ states }) => states + 3)))
      near('zero.mem_peak', Math.max(...ranks.map(({ peak }) => peak)))
      near('zero.link_bytes', sentBytes)
      near(
        'zero.loss',
        mean(({ loss }) => loss),
      )
    }),
    { numRuns: 200 },
  )
})
