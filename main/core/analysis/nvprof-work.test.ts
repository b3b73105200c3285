import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../../preload/contract'
import { analyseKernels } from './kernel-analysis'

const nvprof = { cc: '7.0', gpu: 'Tesla V100', tool: 'nvprof' }

const duration = (kernel: string, launch: number, value: number): Measurement => ({
  metric: 'kernel.duration',
  unit: 'us',
  value,
  dimensions: { kernel, launch },
})

const figures = (metric: string, kernel: string, [min, avg, max]: readonly [number, number, number]): Measurement[] =>
  Object.entries({ min, avg, max }).map(([stat, value]) => ({ metric, unit: 'bytes', value, dimensions: { kernel, stat } }))

describe('what nvprof counted of device memory', () => {
  const launches = [duration('k', 0, 90), duration('k', 1, 110), duration('k', 2, 100)]
  const read = figures('kernel.dram_read_bytes', 'k', [1e6, 4e6, 9e6])
  const written = figures('kernel.dram_write_bytes', 'k', [1e5, 2e6, 3e6])

  it('is the mean of what was read and written, times the launches that the trace has', () => {
    const [row] = analyseKernels([...launches, ...read, ...written], nvprof, 790).kernels
    // 3 x (4 MB + 2 MB) in 90 + 110 + 100 us.
    expect(row).toMatchObject({ launches: 3, timeUs: 300, dramBytes: 18e6 })
    expect(row?.missing).toEqual(['flop_count_hp', 'flop_count_sp', 'flop_count_dp', 'tensor_precision_fu_utilization'])
  })

  it('lacks counters by the names that nvprof gives them', () => {
    const missing = (measurements: Measurement[], facts: Record<string, string> = nvprof): readonly string[] | undefined =>
      analyseKernels(measurements, facts, 790).kernels[0]?.missing.filter((name) => /dram|uration/.test(name))
    expect(missing(launches)).toEqual(['dram_read_bytes', 'dram_write_bytes'])
    expect(missing([...launches, ...read])).toEqual(['dram_write_bytes'])
    expect(missing([...read, ...written])).toEqual(['Duration (--print-gpu-trace)'])
    expect(missing(launches, { cc: '7.0' })).toEqual(['dram__bytes.sum'])
  })
})
