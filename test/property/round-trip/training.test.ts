import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../../preload/contract'
import { printMegatronIteration, printMegatronMemory, printMegatronTimes } from '../../lab/printers/megatron'
import { printCommunicationSummary, printMemoryEstimate, printMemoryUsage, printThroughputTimer } from '../../lab/printers/deepspeed'
import { printTrainerLog, printTrainerSummary } from '../../lab/printers/trainer'
import { memoryEstimate } from '../../../remote-scripts/zero/formats/memory-estimate'
import { trainingLog } from '../../../remote-scripts/zero/formats/training-log'

const numRuns = 200
/** A number that has exactly so many decimals when printed. */
const decimal = (places: number, most = 1e6): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most }).map((value) => Number((value / 10 ** places).toFixed(places)))

const one = (text: string): ParseResult => {
  const results = trainingLog.parse(text)
  expect(results).toHaveLength(1)
  expect(results[0]?.rows.skipped).toBe(0)
  return results[0] as ParseResult
}

const valuesOf = (result: ParseResult, metric: string, field?: string): number[] =>
  result.measurements
    .filter((entry) => entry.metric === metric && (field === undefined || entry.dimensions['field'] === field))
    .map(({ value }) => value)

const expectNear = (found: number[], wanted: number[]): void => {
  expect(found).toHaveLength(wanted.length)
  found.forEach((value, index) => expect(Math.abs(value - (wanted[index] ?? NaN))).toBeLessThanOrEqual(Math.abs(value) * 1e-12))
}

describe('training logs say what was printed into them', () => {
  it('Megatron-LM iterations, phases and memory', () => {
    const step = fc.record({
      stepMs: decimal(1),
      teraFlops: decimal(1, 9999),
      loss: fc.option(decimal(6, 2e7), { nil: null }),
      gradNorm: decimal(3),
      forward: decimal(2),
      memory: decimal(1, 8e5),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const lines = steps.flatMap(({ stepMs, teraFlops, loss, gradNorm, forward, memory }, index) => [
          printMegatronIteration({
            iteration: index + 1,
            total: 100,
            consumedSamples: 64 * (index + 1),
            globalBatchSize: 64,
            stepMs,
            teraFlops,
            loss: loss === null ? null : Number(loss.toExponential(6)),
            gradNorm,
          }),
          printMegatronMemory(0, index + 1, memory / 2, memory),
          printMegatronTimes([['forward-compute', forward]]),
        ])
        const result = one(`${lines.join('\n')}\n`)
        expectNear(
          valuesOf(result, 'zero.step_time'),
          steps.map(({ stepMs }) => stepMs * 1e3),
        )
        expectNear(
          valuesOf(result, 'zero.flop_rate'),
          steps.map(({ teraFlops }) => teraFlops * 1e12),
        )
        expectNear(
          valuesOf(result, 'zero.loss'),
          steps.flatMap(({ loss }) => (loss === null ? [] : [Number(loss.toExponential(6))])),
        )
        expectNear(
          valuesOf(result, 'zero.phase_time'),
          steps.map(({ forward }) => forward * 1e3),
        )
        expectNear(
          valuesOf(result, 'zero.mem_peak'),
          steps.map(({ memory }) => memory * 2 ** 20),
        )
        const skipped = steps.filter(({ loss }) => loss === null).length
        expect(result.facts['skipped_iterations']).toBe(skipped === 0 ? undefined : skipped)
      }),
      { numRuns },
    )
  })

  it('the throughput timer and see_memory_usage of DeepSpeed', () => {
    const row = fc.tuple(decimal(4), decimal(4), decimal(2, 9000))
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, maxLength: 6, selector: ([, , memory]) => memory }),
        decimal(2, 9000),
        (rows, used) => {
          const lines = [
            printMemoryUsage({ label: 'After step', ma: used, maxMa: used * 2, ca: used * 2, maxCa: Math.round(used * 2), hostUsed: used }),
            ...rows.map(([average, current, memory], index) => printThroughputTimer(10 * (index + 1), 4, average, current, used, memory)),
          ]
          const result = one(`${lines.join('\n')}\n`)
          expectNear(
            valuesOf(result, 'zero.samples_per_s', 'RunningAvgSamplesPerSec'),
            rows.map(([average]) => average),
          )
          expectNear(
            valuesOf(result, 'zero.samples_per_s', 'CurrSamplesPerSec'),
            rows.map(([, current]) => current),
          )
          expectNear(
            valuesOf(result, 'zero.mem_peak', 'MaxMemAllocated'),
            rows.map(([, , memory]) => memory * 2 ** 30),
          )
          expectNear(valuesOf(result, 'zero.mem_allocated', 'MA'), [used * 2 ** 30])
          expectNear(valuesOf(result, 'zero.host_mem_used'), [used * 2 ** 30])
        },
      ),
      { numRuns },
    )
  })

  it("DeepSpeed's communication summary", () => {
    const row = fc.record({
      size: fc.constantFrom('0B', '2.0 KB', '98.25 MB', '1.5 GB'),
      count: fc.integer({ min: 1, max: 1e6 }),
      totalMs: decimal(2),
      averageMs: decimal(2),
      tputGbps: decimal(2),
      busGbps: decimal(2),
    })
    const operations = fc.array(
      fc.tuple(fc.constantFrom('broadcast', 'all_reduce', 'reduce_scatter_tensor'), fc.array(row, { minLength: 1, maxLength: 4 })),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    fc.assert(
      fc.property(operations, (printed) => {
        const rows = printed.flatMap(([, all]) => all)
        const result = one(`${printCommunicationSummary(printed)}\n`)
        const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b)
        expectNear(sorted(valuesOf(result, 'zero.comm_count')), sorted(rows.map(({ count }) => count)))
        expectNear(sorted(valuesOf(result, 'zero.comm_time_total')), sorted(rows.map(({ totalMs }) => totalMs * 1e3)))
        expectNear(sorted(valuesOf(result, 'zero.comm_tput')), sorted(rows.map(({ tputGbps }) => tputGbps / 8)))
        expectNear(sorted(valuesOf(result, 'zero.comm_busbw')), sorted(rows.map(({ busGbps }) => busGbps / 8)))
        const doubled = printed.some(([name]) => name === 'all_reduce')
        expect(result.warnings.some(({ code }) => code === 'comm_tput_doubled')).toBe(doubled)
      }),
      { numRuns },
    )
  })

  it('the Trainer of Hugging Face', () => {
    const step = fc.tuple(decimal(4), decimal(4), decimal(2, 1000))
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { maxLength: 6, selector: ([, , epoch]) => epoch }),
        decimal(4),
        decimal(3),
        (steps, runtime, rate) => {
          const lines = [
            ...steps.map(([loss, norm, epoch]) => printTrainerLog(loss, norm, epoch)),
            printTrainerSummary(runtime, rate, rate / 8, 1.5, 3),
            printTrainerSummary(runtime, rate, rate / 8, 1.5, 3),
          ]
          const result = one(`${lines.join('\n')}\n`)
          expectNear(
            valuesOf(result, 'zero.loss', 'loss'),
            steps.map(([loss]) => loss),
          )
          expectNear(
            valuesOf(result, 'zero.grad_norm'),
            steps.map(([, norm]) => norm),
          )
          expectNear(valuesOf(result, 'zero.train_runtime'), [runtime * 1e6])
          expectNear(valuesOf(result, 'zero.samples_per_s'), [rate])
          expect(result.warnings.map(({ code }) => code)).toContain('per_rank_duplicates')
        },
      ),
      { numRuns },
    )
  })

  it('the memory estimator', () => {
    const row = fc.record({
      cpuGb: decimal(2),
      gpuGb: decimal(2),
      options: fc.constantFrom('offload_optimizer=cpu', 'offload_optimizer=none'),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 9000 }), (rows, millionParams) => {
        const [result] = memoryEstimate.parse(
          `${printMemoryEstimate({ nodes: 2, gpusPerNode: 8, millionParams, millionLargestLayer: null }, rows)}\n`,
        )
        if (!result) throw new Error('no result')
        expectNear(
          valuesOf(result, 'zero.mem_per_gpu'),
          rows.map(({ gpuGb }) => gpuGb * 2 ** 30),
        )
        expectNear(
          valuesOf(result, 'zero.mem_per_cpu'),
          rows.map(({ cpuGb }) => cpuGb * 2 ** 30),
        )
        expect(result.facts).toMatchObject({ nodes: 2, gpus_per_node: 8, params: millionParams * 1e6, zero_stage: 2 })
      }),
      { numRuns },
    )
  })
})
