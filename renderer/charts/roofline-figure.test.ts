import { describe, expect, it } from 'vitest'
import type { KernelAnalysis, KernelRow } from '../../preload/contract/kernels'
import { kernels as words } from '../messages/kernels-en'
import { kernels as chinese } from '../messages/kernels-zh-CN'
import { rooflineFigure, shortKernel } from './roofline-figure'
import { themes } from './theme'

const row = (kernel: string, more: Partial<KernelRow> = {}): KernelRow => ({
  kernel,
  launches: 1,
  timeUs: 100,
  flop: 1e9,
  dramBytes: 1e8,
  intensity: 10,
  flopPerSecond: 1e13,
  bound: 'memory',
  attainableFlopPerSecond: 2e13,
  peakFlopPerSecond: 3e14,
  share: 0.5,
  missing: [],
  occupancy: {
    achieved: 0.4,
    theoretical: 0.5,
    limits: { blocks: 32, warps: 8, registers: 4, shared_memory: 9 },
    limiters: ['registers'],
    missing: [],
  },
  patterns: [],
  ...more,
})
const analysis = (kernels: KernelRow[]): KernelAnalysis => ({
  gpu: 'NVIDIA <b>A100</b>',
  computeCapability: '8.0',
  ceilings: [
    { kind: 'dram', value: 2000, unit: 'GB/s', source: 'counters' },
    { kind: 'fp32', value: 2e13, unit: 'FLOP/s', source: 'counters' },
    { kind: 'tensor', value: 3e14, unit: 'FLOP/s', source: 'device' },
  ],
  kernels,
})

interface Trace {
  mode: string
  x: number[]
  y: number[]
  text: string | string[]
  marker?: { size: number[] }
}
const tracesOf = (of: KernelAnalysis): Trace[] => (rooflineFigure(of, 0, words, themes.light)?.traces ?? []) as Trace[]

describe('the roofline', () => {
  it('is the slope of the memory up to each roof, with the kernels as points under it', () => {
    const [slope, fp32, tensor, points] = tracesOf(analysis([row('a', { timeUs: 400 }), row('b', { intensity: 200, flopPerSecond: 1e14 })]))
    // 2000 GB/s meets 300 TFLOP/s at 150 FLOP/byte, 20 TFLOP/s at 10.
    expect([slope?.x[1], slope?.y[1]]).toEqual([150, 3e14])
    expect((slope?.y[0] ?? 0) / (slope?.x[0] ?? 1)).toBeCloseTo(2e12, -3)
    expect([fp32?.x[0], fp32?.y]).toEqual([10, [2e13, 2e13]])
    expect([tensor?.x[0], tensor?.y]).toEqual([150, [3e14, 3e14]])
    expect([points?.x, points?.y]).toEqual([
      [10, 200],
      [1e13, 1e14],
    ])
    const [large = 0, small = 0] = points?.marker?.size ?? []
    expect(large).toBeGreaterThan(small)
    expect(slope?.text).toBe('device memory: 2 TB/s (from counters)')
    expect(tensor?.text).toBe('tensor cores, dense 16 bit: 300 TFLOP/s (published rate)')
  })

  it('says what the longest kernel reaches, in both languages, and shows no markup of a file', () => {
    const of = analysis([row('void at::gemm<float>(float*)'), row('b')])
    const figure = rooflineFigure(of, 0, words, themes.light)
    expect(figure?.title).toBe('gemm reaches 50\u202f% of what memory allows')
    expect(figure?.subtitle).toContain('NVIDIA &lt;b&gt;A100&lt;/b&gt;')
    expect(rooflineFigure(of, 0, chinese, themes.dark)?.title).toBe('gemm 达到显存带宽所允许速度的 50\u202f%')
    expect(figure?.table.rows[0]?.cells).toEqual(['gemm', '10', '10 TFLOP/s', '50\u202f%'])
  })

  it('leaves out kernels without a place, and is not drawn without any', () => {
    const unknown = row('x', { intensity: null, flopPerSecond: null, share: null, bound: null, missing: ['dram__bytes.sum'] })
    expect(rooflineFigure(analysis([unknown]), 0, words, themes.light)).toBeNull()
    expect(tracesOf(analysis([unknown, row('a')])).at(-1)?.x).toEqual([10])
  })

  it('without ceilings shows points alone and claims no share', () => {
    const bare = { ...analysis([row('a', { share: null, bound: null })]), ceilings: [] }
    expect(tracesOf(bare)).toHaveLength(1)
    expect(rooflineFigure(bare, 0, words, themes.print)?.title).toBe('Where the kernels lie under the roofline')
  })

  it.each([
    ['void at::native::vectorized_elementwise_kernel<4, Gelu>(int, Gelu)', 'vectorized_elementwise_kernel'],
    ['ncclDevKernel_AllReduce_Sum_f32_RING_LL(args)', 'ncclDevKernel_AllReduce_Sum_f32_RING_LL'],
    ['<unnamed>', '<unnamed>'],
  ])('%s is called %s', (name, short) => {
    expect(shortKernel(name)).toBe(short)
  })
})
