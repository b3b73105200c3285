import { expect, it } from 'vitest'
import { activityOf, activityOfGpu, trainingMemoryMiB } from './gpu-activity'
import { gpuFigures } from './gpu-figures'
import { nvprofCounters } from './nvprof-counters'
import { presets } from './presets'
import { kernelUs, stepOf, trainingKernelsOf } from './training-kernels'

const figures = gpuFigures['a100-hdr']
const clock = presets['a100-hdr'].gpu.smClockMHz
const [gemm] = trainingKernelsOf('a100-hdr').forward.filter(({ name }) => name.includes('gemm'))
if (!gemm) throw new Error('the step has no matrix product')

it('a GPU that works half of the time is half active, and its tensor cores by what they compute', () => {
  const us = kernelUs(figures, clock, gemm)
  const activity = activityOf(figures, [{ kernel: gemm, us }], 2 * us, clock, 1000)
  expect(activity).toMatchObject({ util: 0.5, memoryMiB: 1000, smClockMHz: 1410 })
  expect(activity.smActive).toBeCloseTo(0.49, 12)
  // 2 x 8192 x 2048 x 6144 operations at 108 SMs x 2048 a cycle.
  expect(activity.tensorActive).toBeCloseTo((2 * 8192 * 2048 * 6144) / (108 * 2048 * 1410 * 2 * us), 9)
  expect(activity.power).toBeCloseTo(0.25 * 0.49 + 0.8 * activity.tensorActive + 0.3 * activity.dramActive, 9)
})

it('only the GPUs that a tool uses are at work', () => {
  const activity = { ...activityOf(figures, [{ kernel: gemm, us: 1 }], 1, clock, 1), gpus: 2 }
  expect([0, 1, 2].map((gpu) => activityOfGpu(activity, gpu) !== null)).toEqual([true, true, false])
})

it.each(['a100-hdr', 'h100-ndr-roce', 'v100-edr'] as const)('the training fits into the memory of %s', (preset) => {
  expect(trainingMemoryMiB(gpuFigures[preset])).toBeLessThan(presets[preset].gpu.memoryMiB)
})

it('nvprof counts for each kernel over all its launches what the model says', () => {
  const step = stepOf(trainingKernelsOf('v100-edr'))
  const launches = step.map((kernel) => ({ kernel, us: kernelUs(gpuFigures['v100-edr'], 1530, kernel) }))
  const counters = nvprofCounters(gpuFigures['v100-edr'], launches, ['flop_count_sp', 'gld_efficiency'])
  const transpose = counters.filter(({ kernel }) => kernel.includes('transpose'))
  // Forward and backward, in each of 24 layers; one wanted float in each sector of 32 bytes.
  expect(transpose.map(({ name, invocations, mean }) => [name, invocations, mean])).toEqual([
    ['flop_count_sp', 48, 0],
    ['gld_efficiency', 48, 0.125],
  ])
})
