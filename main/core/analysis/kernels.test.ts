import { describe, expect, it } from 'vitest'
import type { Measurement, Unit } from '../../../preload/contract'
import { analyseKernels } from './kernel-analysis'
import type { ProfiledLaunch } from './kernel-launches'
import { blockLimits, occupancyOf, resourcesOf, theoreticalOccupancy } from './occupancy'
import { patternsOf, tailLoss } from './patterns'
import { ceilingsOf, rooflineOf, workOf } from './roofline'

const executed = (op: string): string => `smsp__sass_thread_inst_executed_op_${op}_pred_on.sum`
const noOps = Object.fromEntries(['fadd', 'fmul', 'ffma', 'dadd', 'dmul', 'dfma', 'hadd', 'hmul', 'hfma'].map((op) => [executed(op), 0]))

const launch = (counters: Record<string, number>): ProfiledLaunch => ({
  kernel: 'k',
  launches: 1,
  counters: new Map(Object.entries(counters).map(([name, value]) => [name, { value, unit: '1' as Unit }])),
})
const without = (counters: Record<string, number>, ...names: string[]): Record<string, number> =>
  Object.fromEntries(Object.entries(counters).filter(([name]) => !names.includes(name)))

/** SAXPY over 2^20 elements: one fused multiply-add each, two loads and a store of 4 bytes. */
const saxpy = {
  ...noOps,
  [executed('ffma')]: 1_048_576,
  'sm__ops_path_tensor_src_bf16_dst_fp32.sum': 0,
  'kernel.dram_bytes': 12_582_912,
  'kernel.duration': 10,
}
/** An A100 at 1410 MHz: 108 SMs x 64 FP32 and 32 FP64 fused multiply-adds; 1280 bytes per cycle of 1593 MHz. */
const a100 = {
  'sm__sass_thread_inst_executed_op_ffma_pred_on.sum.peak_sustained': 6912,
  'sm__sass_thread_inst_executed_op_dfma_pred_on.sum.peak_sustained': 3456,
  'dram__bytes.sum.peak_sustained': 1280,
  'kernel.sm_frequency': 1410,
  'kernel.dram_frequency': 1593,
}

describe('roofline', () => {
  it('SAXPY: 2 FLOP in 12 bytes, 1/6 FLOP/byte, under the memory wall', () => {
    const one = launch({ ...saxpy, ...a100 })
    const work = workOf(one, 8)
    expect(work).toMatchObject({ flop: { fp32: 2_097_152, fp64: 0, fp16: 0, tensor: 0 }, missing: [] })
    const point = rooflineOf(work, ceilingsOf(one, '8.0', null))
    expect(point.intensity).toBeCloseTo(1 / 6, 12)
    expect(point.flopPerSecond).toBeCloseTo(2_097_152 / 10e-6, 0)
    expect(point.bound).toBe('memory')
    // 1280 x 1593 MHz = 2039.04 GB/s; a sixth of it.
    expect(point.attainableFlopPerSecond).toBeCloseTo(2039.04e9 / 6, 0)
    expect(point.share).toBeCloseTo(0.2097152e12 / (2039.04e9 / 6), 10)
  })

  it("the data sheet's peaks come out of the counters", () => {
    const ceilings = ceilingsOf(launch(a100), '8.0', null)
    expect(ceilings.map(({ kind, source }) => `${kind} ${source}`)).toEqual([
      'dram counters',
      'fp32 counters',
      'fp64 counters',
      'tensor device',
    ])
    const [dram, fp32, fp64, tensor] = ceilings.map(({ value }) => value)
    expect(dram).toBeCloseTo(2039.04, 6)
    expect(fp32).toBeCloseTo(19.492e12, -9)
    expect(fp64).toBeCloseTo(9.746e12, -9)
    expect(tensor).toBeCloseTo(311.9e12, -11)
    const h100 = { ...a100, 'sm__sass_thread_inst_executed_op_ffma_pred_on.sum.peak_sustained': 132 * 128, 'kernel.sm_frequency': 1830 }
    expect(ceilingsOf(launch(h100), '9.0', null).find(({ kind }) => kind === 'tensor')?.value).toBeCloseTo(989.4e12, -11)
  })

  it('a measured bandwidth is the ceiling where there is one, and an unknown chip has no tensor peak', () => {
    expect(ceilingsOf(launch(a100), '12.1', 1750)).toMatchObject([
      { kind: 'dram', value: 1750, source: 'measured' },
      { kind: 'fp32' },
      { kind: 'fp64' },
    ])
  })

  it('tensor operations count as they are, parents only, and meet the tensor roof', () => {
    const gemm = launch({
      ...noOps,
      ...a100,
      'sm__ops_path_tensor_src_bf16_dst_fp32.sum': 5e10,
      'sm__ops_path_tensor_src_bf16_dst_fp32_sparsity_off.sum': 5e10,
      'kernel.dram_bytes': 1e8,
      'kernel.duration': 200,
    })
    const work = workOf(gemm, 8)
    expect(work.flop?.tensor).toBe(5e10)
    expect(rooflineOf(work, ceilingsOf(gemm, '8.0', null))).toMatchObject({ flop: 5e10, intensity: 500, bound: 'compute' })
  })

  it("nvprof's flop counts are whole numbers of operations already", () => {
    const counters = {
      flop_count_sp: 3e9,
      flop_count_dp: 0,
      flop_count_hp: 0,
      'kernel.dram_read_bytes': 4e8,
      'kernel.dram_write_bytes': 2e8,
      'kernel.duration': 1500,
    }
    expect(workOf(launch(counters), 6.1)).toEqual({
      flop: { fp16: 0, fp32: 3e9, fp64: 0, tensor: 0 },
      dramBytes: 6e8,
      timeUs: 1500,
      missing: [],
    })
  })

  it('does not guess: each missing counter is named, and no point is given', () => {
    for (const name of [executed('ffma'), executed('hmul')]) {
      const work = workOf(launch(without({ ...saxpy, ...a100 }, name)), 8)
      expect(work).toMatchObject({ flop: null, missing: [name] })
      expect(rooflineOf(work, ceilingsOf(launch(a100), '8.0', null))).toMatchObject({ flopPerSecond: null, share: null, missing: [name] })
    }
    expect(workOf(launch(without(saxpy, 'kernel.dram_bytes')), 8).missing).toEqual(['dram__bytes.sum'])
    // The tensor cores were busy and nothing counts what they did.
    const pipe = { ...without(saxpy, 'sm__ops_path_tensor_src_bf16_dst_fp32.sum') }
    const active = 'sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_active'
    expect(workOf(launch({ ...pipe, [active]: 0.4 }), 7.5).missing).toEqual(['sm__ops_path_tensor_src_…'])
    expect(workOf(launch({ ...pipe, [active]: 0 }), 7.5).missing).toEqual([])
    expect(workOf(launch(pipe), 7.5).missing).toEqual(['sm__ops_path_tensor_src_…'])
    expect(workOf(launch(pipe), 6.1).missing).toEqual([])
  })
})

const limitsOf = (capability: string, threads: number, registersPerThread: number, sharedBytes: number) => {
  const of = resourcesOf(capability)
  if (!of) throw new Error(capability)
  const { share, limiters } = theoreticalOccupancy(blockLimits(of, { threads, registersPerThread, sharedBytes }), threads, of.maxWarps)
  return { share, limiters }
}

describe('occupancy, by the published calculator', () => {
  it.each([
    ['8.0', 256, 32, 0, 1, ['warps', 'registers']],
    ['8.0', 256, 64, 0, 0.5, ['registers']],
    ['8.0', 256, 128, 0, 0.25, ['registers']],
    ['8.0', 256, 255, 0, 0.125, ['registers']],
    // 1280 registers a warp: 12 warps in each quarter of the SM, not 51 in all.
    ['8.0', 256, 40, 0, 0.75, ['registers']],
    ['8.0', 256, 32, 49_152, 0.375, ['shared_memory']],
    ['9.0', 256, 32, 49_152, 0.5, ['shared_memory']],
    ['8.6', 256, 32, 0, 1, ['warps']],
    ['8.6', 128, 32, 0, 1, ['warps']],
    ['8.6', 1024, 32, 0, 32 / 48, ['warps']],
    ['8.6', 64, 32, 0, 32 / 48, ['blocks']],
    ['7.5', 256, 64, 0, 1, ['warps', 'registers']],
    ['7.5', 1024, 32, 0, 1, ['warps']],
    ['7.5', 32, 32, 0, 0.5, ['blocks']],
    ['7.0', 128, 32, 32_768, 0.1875, ['shared_memory']],
  ] as const)('%s: %i threads, %i registers, %i bytes give %d, held by %j', (capability, threads, registers, shared, share, limiters) => {
    const found = limitsOf(capability, threads, registers, shared)
    expect(found.share).toBeCloseTo(share, 12)
    expect(found.limiters).toEqual(limiters)
  })

  const shape = {
    'kernel.block_size': 256,
    'kernel.registers_per_thread': 64,
    'kernel.shared_mem_static': 0,
    'kernel.shared_mem_dynamic': 0,
  }

  it("ncu's own limits win, and what is missing is named", () => {
    expect(occupancyOf(launch({ ...shape, 'kernel.occupancy_achieved': 0.44 }), '8.0')).toMatchObject({
      achieved: 0.44,
      theoretical: 0.5,
      limiters: ['registers'],
      missing: [],
    })
    const own = {
      launch__occupancy_limit_blocks: 32,
      launch__occupancy_limit_warps: 8,
      launch__occupancy_limit_registers: 9,
      launch__occupancy_limit_shared_mem: 2,
    }
    expect(occupancyOf(launch({ ...shape, ...own }), '8.0')).toMatchObject({ theoretical: 0.25, limiters: ['shared_memory'] })
    expect(occupancyOf(launch(without(shape, 'kernel.registers_per_thread')), '8.0')).toMatchObject({
      theoretical: null,
      limiters: [],
      missing: ['launch__registers_per_thread'],
    })
    expect(occupancyOf(launch(shape), '5.2')).toMatchObject({ theoretical: null, missing: ['compute capability 5.2'] })
  })
})

describe('named patterns', () => {
  const full = {
    'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio': 4,
    'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct': 1,
    'kernel.sm_throughput': 0.3,
    'kernel.dram_throughput': 0.3,
    'kernel.waves_per_sm': 8,
    'kernel.block_size': 256,
    'kernel.registers_per_thread': 32,
    'kernel.shared_mem_static': 0,
    'kernel.shared_mem_dynamic': 0,
  }
  const named = (counters: Record<string, number>): string[] => {
    const one = launch(counters)
    return patternsOf(one, occupancyOf(one, '8.0')).flatMap(({ pattern, verdict }) => (verdict === 'yes' ? [pattern] : []))
  }
  const sectors = 'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio'
  const used = 'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct'

  it.each([
    ['scattered 4-byte loads', { [sectors]: 32, [used]: 0.125 }, ['uncoalesced', 'latency_bound']],
    ['whole vectors of 16 bytes', { [sectors]: 16, [used]: 1 }, ['latency_bound']],
    ['a busy memory', { 'kernel.dram_throughput': 0.85 }, ['memory_bound']],
    ['busy arithmetic', { 'kernel.sm_throughput': 0.9, 'kernel.dram_throughput': 0.7 }, []],
    ['one block too many', { 'kernel.waves_per_sm': 1.05 }, ['tail_effect', 'latency_bound']],
    ['a nearly full last wave', { 'kernel.waves_per_sm': 1.9 }, ['latency_bound']],
    ['many waves', { 'kernel.waves_per_sm': 20.1 }, ['latency_bound']],
    ['many registers', { 'kernel.registers_per_thread': 128 }, ['registers_limit', 'latency_bound']],
    ['much shared memory', { 'kernel.shared_mem_dynamic': 81_920 }, ['shared_memory_limit', 'latency_bound']],
  ])('%s: %j', (_, change, expected) => {
    expect(named({ ...full, ...change })).toEqual(expected)
  })

  it('come with the values, or say which counter is missing', () => {
    const one = launch(without({ ...full, [sectors]: 32 }, used, 'kernel.waves_per_sm'))
    const patterns = patternsOf(one, occupancyOf(one, '8.0'))
    expect(patterns.find(({ pattern }) => pattern === 'uncoalesced')).toEqual({
      pattern: 'uncoalesced',
      verdict: 'cannot_answer',
      evidence: [{ counter: sectors, value: 32, unit: '1' }],
      missing: [used],
    })
    expect(patterns.find(({ pattern }) => pattern === 'tail_effect')).toMatchObject({
      verdict: 'cannot_answer',
      missing: ['launch__waves_per_multiprocessor'],
    })
  })

  it('the tail of 2.25 waves is a quarter of three', () => {
    expect(tailLoss(2.25)).toBeCloseTo(0.25, 12)
    expect(tailLoss(3)).toBe(0)
  })
})

describe('a launch of the kernel probe as a whole', () => {
  const of = (kernel: string, number: number, counters: Record<string, number>): Measurement[] =>
    Object.entries(counters).map(([name, value]) => ({
      metric: name.startsWith('kernel.') ? name : 'kernel.counter',
      unit: '1',
      value,
      dimensions: { kernel, launch: number, ...(name.startsWith('kernel.') ? {} : { counter: name }) },
    }))

  it('adds launches of one kernel up, and orders kernels by their time', () => {
    const measurements = [
      ...of('small', 0, { ...saxpy, ...a100, 'kernel.duration': 1 }),
      ...of('saxpy', 1, { ...saxpy, ...a100 }),
      ...of('saxpy', 2, { ...saxpy, ...a100, 'kernel.duration': 30 }),
    ]
    const { kernels, ceilings, computeCapability } = analyseKernels(measurements, { cc: '8.0' }, null)
    expect(computeCapability).toBe('8.0')
    expect(ceilings).toHaveLength(4)
    expect(kernels.map(({ kernel, launches, timeUs }) => [kernel, launches, timeUs])).toEqual([
      ['saxpy', 2, 40],
      ['small', 1, 1],
    ])
    expect(kernels[0]).toMatchObject({ flop: 4_194_304, dramBytes: 25_165_824, bound: 'memory' })
    expect(kernels[0]?.flopPerSecond).toBeCloseTo(4_194_304 / 40e-6, 0)
  })

  it("takes nvprof's means by kernel, with the durations of its launches", () => {
    const mean = (name: string, value: number): Measurement => ({
      metric: 'kernel.counter',
      unit: '1',
      value,
      dimensions: { kernel: 'k', stat: 'avg', counter: name },
    })
    const most = (name: string, value: number): Measurement => ({
      ...mean(name, value),
      dimensions: { kernel: 'k', stat: 'max', counter: name },
    })
    const duration = (number: number, value: number): Measurement => ({
      metric: 'kernel.duration',
      unit: 'us',
      value,
      dimensions: { kernel: 'k', launch: number },
    })
    const measurements = [
      duration(0, 90),
      duration(1, 110),
      mean('flop_count_sp', 1e6),
      most('flop_count_sp', 9e9),
      mean('flop_count_dp', 0),
      mean('flop_count_hp', 0),
      { ...mean('x', 2e6), metric: 'kernel.dram_read_bytes' },
      { ...mean('x', 1e6), metric: 'kernel.dram_write_bytes' },
    ]
    const [row] = analyseKernels(measurements, { cc: '6.1' }, null).kernels
    expect(row).toMatchObject({ launches: 2, timeUs: 200, flop: 2e6, dramBytes: 6e6, share: null })
    expect(row?.missing).toContain('dram__bytes.sum.peak_sustained')
  })

  it('of nothing is nothing', () => {
    expect(analyseKernels([], {}, null)).toEqual({ gpu: null, computeCapability: null, ceilings: [], kernels: [] })
  })
})
