import { describe, expect, it } from 'vitest'
import type { KernelAnalysis, KernelRow } from '../../../preload/contract'
import { cellOf, times, type Story } from './indicators.fixture'

const row = (kernel: string, timeUs: number, more: Partial<KernelRow> = {}): KernelRow => ({
  kernel,
  launches: 1,
  timeUs,
  flop: 1e9,
  dramBytes: 1e8,
  intensity: 10,
  flopPerSecond: null,
  bound: 'compute',
  attainableFlopPerSecond: 1e14,
  peakFlopPerSecond: 1e14,
  share: null,
  missing: [],
  occupancy: {
    achieved: 0.5,
    theoretical: 0.75,
    limits: { blocks: 32, warps: 8, registers: 4, shared_memory: 9 },
    limiters: ['registers'],
    missing: [],
  },
  patterns: [],
  ...more,
})

const profile = (kernels: KernelRow[], more: Partial<KernelAnalysis> = {}): KernelAnalysis => ({
  gpu: 'A100',
  computeCapability: '8.0',
  ceilings: [{ kind: 'dram', value: 2000, unit: 'GB/s', source: 'measured' }],
  kernels,
  ...more,
})

const kernel: Story = { probe: 'kernel', launches: times(5, [['kernel.duration', 1] as const]) }
const of = (analysis: KernelAnalysis) => ({ kernels: () => analysis })

/** 100 us at full speed would take 80; a copy of 100 us moves 100 MB, half of what it could; a short kernel that does not matter. */
const mixed = profile([
  row('gemm', 100, { flop: 8e9 }),
  row('copy', 100, {
    flop: 0,
    bound: null,
    attainableFlopPerSecond: null,
    peakFlopPerSecond: null,
    occupancy: { ...row('', 1).occupancy, achieved: 0.9 },
  }),
  row('tiny', 20, { flop: null, dramBytes: null, missing: ['dram__bytes.sum'] }),
])

describe('the kernels that matter', () => {
  it('saturate the peak by their operations over all of their time', () => {
    const cell = cellOf([kernel], 'compute_saturation', of(mixed))
    // 80 us of work at the peak in 200 us; at best the copy takes 50 us: 80 of 130.
    expect(cell).toMatchObject({ status: 'missed', note: '2 of 3 kernels. The longest lies under the compute roof.' })
    expect(cell.value).toBeCloseTo(0.4, 12)
    expect(cell.bound?.value).toBeCloseTo(80 / 130, 12)
    expect(cell.parts[0]).toMatchObject({ label: 'achieved', unit: 'FLOP/s' })
    expect(cell.parts[0]?.value).toBeCloseTo(8e9 / 200e-6, 0)
  })

  it('share the memory’s ceiling, with intensity and wall, and say whose ceiling it is', () => {
    const cell = cellOf([kernel], 'memory_bandwidth_share', of(mixed))
    // 2 x 100 MB at 2000 GB/s: 100 us of 200.
    expect(cell.value).toBeCloseTo(0.5, 12)
    expect(cell.note).toContain('Ceiling: 2000 GB/s, measured by memory-bandwidth.')
    expect(cell.parts.map(({ label, value }) => [label, Number(value.toPrecision(6))])).toEqual([
      ['device memory', 1000],
      ['arithmetic intensity', 40],
    ])
    const counted = profile(mixed.kernels, { ceilings: [{ kind: 'dram', value: 2000, unit: 'GB/s', source: 'counters' }] })
    expect(cellOf([kernel], 'memory_bandwidth_share', of(counted)).note).toContain('the GPU’s own peak')
  })

  it('are occupied by their time, and the limiter is named', () => {
    const cell = cellOf([kernel], 'occupancy', of(mixed))
    expect(cell).toMatchObject({ status: 'shown', note: '2 of 3 kernels. The longest is limited by registers.', bound: { value: 0.75 } })
    expect(cell.value).toBeCloseTo(0.7, 12)
  })

  it.each([
    ['compute_saturation', { flop: null, missing: ['sm__ops_path_tensor_src_…'] }, 'sm__ops_path_tensor_src_…'],
    ['memory_bandwidth_share', { dramBytes: null, missing: ['flop_count_sp', 'dram__bytes.sum'] }, 'lacks counters: dram__bytes.sum.'],
    ['memory_bandwidth_share', { dramBytes: null, missing: ['flop_count_sp', 'dram_read_bytes'] }, 'lacks counters: dram_read_bytes.'],
    ['occupancy', { occupancy: { ...row('', 1).occupancy, achieved: null } }, 'sm__warps_active'],
    ['compute_saturation', { timeUs: null, missing: ['gpu__time_duration.sum'] }, 'gpu__time_duration.sum'],
  ] as const)('%s abstains and names the counter', (id, lack, counter) => {
    const cell = cellOf([kernel], id, of(profile([row('gemm', 100, lack as Partial<KernelRow>)])))
    expect(cell).toMatchObject({ status: 'cannot_answer', reasonCode: 'missing_counters', value: null })
    expect(cell.reason).toContain(counter)
  })

  it('whose operations are not known have a share of the memory, and no bound by an intensity that nobody counted', () => {
    const cell = cellOf([kernel], 'memory_bandwidth_share', of(profile([row('gemm', 100, { flop: null, missing: ['flop_count_sp'] })])))
    // 100 MB at 2000 GB/s: 50 us of 100.
    expect(cell).toMatchObject({ value: 0.5, bound: null })
    expect(cell.parts.map(({ unit }) => unit)).toEqual(['GB/s'])
  })

  it('without a ceiling of memory have no share of it', () => {
    const cell = cellOf([kernel], 'memory_bandwidth_share', of(profile([row('gemm', 100)], { ceilings: [] })))
    expect(cell).toMatchObject({ status: 'cannot_answer', reasonCode: 'no_memory_ceiling', value: null })
    expect(cell.reason).toContain('the profile lacks dram__bytes.sum.peak_sustained')
    expect(cell.reason).toContain('Run memory-bandwidth on the same host')
  })
})

describe('GPU utilisation', () => {
  const watched = (probe: string, smActive: number): Story => ({
    probe,
    launches: times(5, [
      ['gpu.sm_active', smActive - 0.05, { host: 'a', gpu: 0, stat: 'mean', probe }],
      ['gpu.sm_active', smActive + 0.05, { host: 'b', gpu: 0, stat: 'mean', probe }],
      ['gpu.util', 1, { host: 'a', gpu: 0, stat: 'mean', probe }],
    ] as const),
  })

  it('is SM activity over all GPUs while training ran, not while its kernels were replayed', () => {
    const cell = cellOf([watched('kernel', 0.1), watched('nccl', 0.2), watched('zero', 0.9)], 'gpu_utilisation')
    expect(cell).toMatchObject({ status: 'met', note: 'while zero ran; 2 of 2 GPUs had work', metrics: ['gpu.sm_active'] })
    expect(cell.value).toBeCloseTo(0.9, 12)
    expect(cellOf([watched('kernel', 0.9)], 'gpu_utilisation').status).toBe('not_measured')
  })

  it('is not thinned out by GPUs that had no part in the launch, and says how many had', () => {
    const at = (host: string, gpu: number, active: number): [string, number, Record<string, string | number>][] => [
      ['gpu.sm_active', active, { host, gpu, stat: 'mean', probe: 'zero' }],
      ['gpu.util', active > 0 ? 0.9 : 0, { host, gpu, stat: 'mean', probe: 'zero' }],
    ]
    const gpus = [...at('a', 0, 0.8), ...at('b', 0, 0.6), ...[1, 2, 3].flatMap((gpu) => [...at('a', gpu, 0), ...at('b', gpu, 0)])]
    const cell = cellOf([{ probe: 'zero', launches: times(5, gpus) }], 'gpu_utilisation')
    expect(cell.value).toBeCloseTo(0.7, 12)
    expect(cell.note).toContain('2 of 8 GPUs had work')
    const asleep = cellOf(
      [
        {
          probe: 'zero',
          launches: times(
            5,
            [1, 2].flatMap((gpu) => at('a', gpu, 0)),
          ),
        },
      ],
      'gpu_utilisation',
    )
    expect(asleep).toMatchObject({ value: 0, status: 'missed' })
  })

  it('takes the samples of a log', () => {
    const log: Story = {
      probe: 'telemetry',
      launches: times(
        5,
        [0.2, 0.6].map((value, sample) => ['gpu.sm_active', value, { gpu: 0, sample }] as const),
      ),
    }
    expect(cellOf([log], 'gpu_utilisation').value).toBeCloseTo(0.4, 12)
  })

  it('nvidia-smi’s "utilization" never stands in for it', () => {
    const only: Story = {
      probe: 'zero',
      launches: times(5, [['gpu.util', 0.97, { host: 'a', gpu: 0, stat: 'mean', probe: 'zero' }] as const]),
    }
    const cell = cellOf([only], 'gpu_utilisation')
    expect(cell).toMatchObject({ status: 'not_measured', reasonCode: 'only_nvidia_smi', value: null, values: [] })
    expect(cell.reason).toContain('97 %')
    expect(cell.reason).toContain('DCGM')
  })
})

describe('bus-bandwidth share', () => {
  const at = (size: number, busbw: number, more: Record<string, string | boolean> = {}) =>
    ['nccl.busbw', busbw, { collective: 'all_reduce', size_bytes: size, in_place: false, ...more }] as const
  const nccl: Story = {
    probe: 'nccl',
    launches: times(5, [at(1024, 1), at(2 ** 30, 22), at(2 ** 30, 30, { in_place: true }), at(2 ** 31, 99, { collective: 'all_gather' })]),
  }
  const line = { bounds: () => ({ value: 25, source: 'mlx5_0:1 on b: 200 Gb/s line rate (driver)' }) }

  it('is that of the largest all-reduce over the line rate of the slowest link', () => {
    const cell = cellOf([nccl], 'bus_bandwidth_share', line)
    expect(cell).toMatchObject({ value: 0.88, status: 'met', note: 'all_reduce, 1 GiB', bound: { value: 1, ratio: 0.88 } })
    expect(cell.bound?.source).toContain('200 Gb/s')
    expect(cell.parts).toEqual([{ label: 'bus bandwidth', unit: 'GB/s', value: 22 }])
  })

  it('is of the fastest type where several were measured, and says which', () => {
    const both = times(5, [at(2 ** 30, 22, { dtype: 'float' }), at(2 ** 30, 11, { dtype: 'half' })])
    expect(cellOf([{ probe: 'nccl', launches: both }], 'bus_bandwidth_share', line)).toMatchObject({
      value: 0.88,
      note: 'all_reduce, float, 1 GiB',
    })
  })

  it('abstains without a line rate, and on one host', () => {
    expect(cellOf([nccl], 'bus_bandwidth_share').reasonCode).toBe('no_line_rate')
    expect(cellOf([{ ...nccl, more: { hosts: ['a'] } }], 'bus_bandwidth_share', line).reasonCode).toBe('one_host')
  })
})
