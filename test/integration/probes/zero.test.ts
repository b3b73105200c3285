import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { modelStateBytes, stateBytesOf, trafficBytes, type StateBytes, type ZeroStage } from '../../../preload/contract/zero'
import type { LaunchContext, RunReading } from '../../../remote-scripts/_kit/probe'
import { zeroParams, type ZeroParams } from '../../../remote-scripts/zero/params'
import zero from '../../../remote-scripts/zero/probe'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const hasTorch = spawnSync(python, ['-c', 'import torch.distributed']).status === 0

/** Small enough that starting takes longer than computing, with sizes that no number of ranks divides. */
const model = { backend: 'gloo', layers: 2, hidden: 60, heads: 4, seq: 32, vocab: 211, steps: 3, warmup: 1 }

const context = (params: Record<string, unknown>, hosts: string[]): LaunchContext<ZeroParams> => ({
  params: zeroParams.parse({ ...model, ...params }),
  arm: { fabric: 'loop' },
  fabric: { name: 'loop', spec: { kind: 'ethernet', interfaces: Object.fromEntries(hosts.map((host) => [host, 'lo'])) } },
  hosts: hosts.map((name) => ({ name, python, inventory: null })),
})

const run = async (params: Record<string, unknown>, hosts: string[]): Promise<RunReading> => {
  const reading = zero.read(await runRoles(zero, context(params, hosts)))
  expect(reading.problem).toBeNull()
  return reading
}

const valueOf = (reading: RunReading, metric: string, kind?: string): number => {
  const found = reading.measurements.filter((one) => one.metric === metric && (kind === undefined || one.dimensions['kind'] === kind))
  expect(found, metric).toHaveLength(1)
  return found[0]?.value ?? NaN
}

const seriesOf = (reading: RunReading, metric: string): number[][] =>
  reading.series.filter((one) => one.metric === metric).map(({ values }) => [...values])

const share = (measured: number, expected: number): number => Math.abs(measured / expected - 1)

const checkAgainstFormulas = (reading: RunReading, stage: ZeroStage, ranks: number, gradAccum: number, dtype: string): void => {
  const bytes = stateBytesOf(dtype) as StateBytes
  const parameters = valueOf(reading, 'zero.parameters')
  expect(reading.facts).toMatchObject({ zero_stage: stage, ranks, dtype, parameters, bytes_per_parameter: bytes })
  expect(share(valueOf(reading, 'zero.bytes_per_step'), trafficBytes(stage, parameters, ranks, gradAccum, bytes))).toBeLessThan(0.05)
  const states = valueOf(reading, 'zero.model_states')
  expect(share(states, modelStateBytes(stage, parameters, ranks, bytes))).toBeLessThan(0.05)
  expect(valueOf(reading, 'zero.mem_peak')).toBeGreaterThan(states)
  expect(valueOf(reading, 'zero.process_mem_peak')).toBeGreaterThan(valueOf(reading, 'zero.mem_peak'))
  for (const kind of ['activations', 'rest']) expect(valueOf(reading, 'zero.mem_by_kind', kind)).toBeGreaterThan(0)
}

describe.skipIf(!hasTorch)('zero probe over gloo with real torch', { timeout: 180_000 }, () => {
  it('trains the same in every stage as one process on the same batch, sends and holds what the paper says', async () => {
    const alone = await run({ micro_batch: 8, zero_stage: 0 }, ['a'])
    expect(alone.warnings.map(({ code }) => code)).toContain('single_rank')
    const [expected = []] = seriesOf(alone, 'zero.loss')
    expect(expected).toHaveLength(3)
    for (const stage of [0, 1, 2, 3] as const) {
      const reading = await run({ micro_batch: 2, grad_accum: 2, zero_stage: stage }, ['a', 'b'])
      const [losses = []] = seriesOf(reading, 'zero.loss')
      losses.forEach((loss, step) => expect(share(loss, expected[step] ?? NaN), `stage ${stage} step ${step}`).toBeLessThan(1e-5))
      checkAgainstFormulas(reading, stage, 2, 2, 'float32')
      // Two hosts with one rank each: what the host must have moved is what its rank sends.
      expect(share(reading.expectedBytes ?? 0, 3 * valueOf(reading, 'zero.bytes_per_step'))).toBeLessThan(0.05)
    }
  })

  it('does so with three ranks in bfloat16, which gloo itself may not know', async () => {
    const params = { micro_batch: 2, ranks_per_host: 3, dtype: 'bfloat16', hidden: 64 }
    const [all = []] = seriesOf(await run({ micro_batch: 6, dtype: 'bfloat16', hidden: 64 }, ['a']), 'zero.loss')
    for (const stage of [0, 3] as const) {
      const reading = await run({ ...params, zero_stage: stage }, ['a'])
      const [losses = []] = seriesOf(reading, 'zero.loss')
      losses.forEach((loss, step) => expect(share(loss, all[step] ?? NaN)).toBeLessThan(2e-3))
      checkAgainstFormulas(reading, stage, 3, 1, 'bfloat16')
      // One host: nothing has to cross a fabric.
      expect(reading.expectedBytes).toBeNull()
    }
  })

  it('splits each step into what its parts took, of every rank', async () => {
    const reading = await run({ micro_batch: 4, zero_stage: 3, seq: 64, hidden: 128 }, ['a', 'b'])
    const [steps, parts] = [
      seriesOf(reading, 'zero.step_time'),
      ['data', 'compute', 'exposed'].map((name) => seriesOf(reading, `zero.${name}_time`)),
    ]
    expect(steps.map((values) => values.length)).toEqual([3, 3])
    steps.forEach((values, rank) =>
      values.forEach((time, step) => {
        const sum = parts.reduce((total, series) => total + (series[rank]?.[step] ?? NaN), 0)
        // What is missing is the hand-over between the computing and the communicating thread.
        expect(sum).toBeLessThanOrEqual(time * 1.001)
        expect(sum).toBeGreaterThan(time * 0.8)
      }),
    )
    const [communication, exposed, transfer] = ['communication', 'exposed', 'transfer'].map((name) =>
      valueOf(reading, `zero.${name}_time`),
    ) as [number, number, number]
    expect(exposed).toBeGreaterThan(0)
    expect(exposed).toBeLessThanOrEqual(communication)
    expect(transfer).toBeLessThanOrEqual(communication * 1.001)
    expect(valueOf(reading, 'zero.overlap')).toBeCloseTo(1 - exposed / communication, 6)
    expect(valueOf(reading, 'zero.tokens_per_s')).toBeCloseTo((2 * 4 * 64 * 1e6) / valueOf(reading, 'zero.step_time'), 3)
    const byCollective = reading.measurements.filter(({ metric }) => metric === 'zero.collective_bytes')
    expect(byCollective.map(({ dimensions }) => dimensions['op']).sort()).toEqual(['all_gather', 'reduce_scatter'])
    expect(byCollective.reduce((sum, { value }) => sum + value, 0)).toBe(valueOf(reading, 'zero.bytes_per_step'))
  })

  it('says that deepspeed is not there', async () => {
    const params = zeroParams.parse({ ...model, backend: 'nccl', engine: 'deepspeed' })
    const reading = zero.read(await runRoles(zero, { ...context({}, ['a']), params }))
    expect(reading.problem).toMatchObject({ code: 'remote.python_missing', evidence: expect.stringContaining('deepspeed') })
  })
})
