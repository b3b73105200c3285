import { describe, expect, it } from 'vitest'
import { cellOf, times, type Story } from './indicators.fixture'

const facts = {
  ranks: 2,
  nodes: 2,
  dtype: 'bfloat16',
  device: 'cuda',
  gpu: 'NVIDIA A100-SXM4-80GB',
  parameters: 1e9,
  layers: 10,
  hidden: 1000,
  seq: 2000,
}

/** A step of 100 ms: 2 of them waiting, 60 computing, 40 communicating of which 30 exposed. */
const step: Story['launches'][number] = [
  ['zero.step_time', 100_000],
  ['zero.data_time', 2000],
  ['zero.compute_time', 60_000],
  ['zero.communication_time', 40_000],
  ['zero.exposed_time', 30_000],
  ['zero.overlap', 0.25],
  ['zero.bytes_per_step', 1e9],
  ['zero.tokens_per_s', 20_000],
  ['zero.mem_peak', 18e9],
  ['zero.model_states', 15e9],
  ['zero.mem_reserved_peak', 20e9],
]
const zero: Story = { probe: 'zero', launches: times(5, step), facts }

describe('data-wait share', () => {
  it('of the training benchmark says that its batches are synthetic', () => {
    const cell = cellOf([zero], 'data_wait_share')
    expect(cell).toMatchObject({ value: 0.02, status: 'met' })
    expect(cell.note).toContain('synthetic')
  })

  it('of the program itself comes first, then that of the loader at its best setting', () => {
    const loader: Story = {
      probe: 'dataloader',
      launches: times(
        5,
        [0, 4].flatMap((workers) => [
          ['dataloader.samples_per_s', 100 + workers, { workers, prefetch: 2, batch: 8, pinned: false }] as const,
          ['dataloader.wait_share', 0.3 - workers / 20, { workers, prefetch: 2, batch: 8, pinned: false }] as const,
        ]),
      ),
    }
    const bounds = ({ metric, dimensions }: { metric: string; dimensions: Record<string, unknown> }) =>
      metric === 'dataloader.wait_share' && dimensions['workers'] === 4 ? { value: 0.05, source: 'queue' } : null
    const cell = cellOf([zero, loader], 'data_wait_share', { bounds })
    expect(cell.value).toBeCloseTo(0.1, 12)
    expect(cell.bound?.ratio).toBeCloseTo(2, 12)
    expect(cell).toMatchObject({ status: 'missed', note: 'dataloader at its best setting: workers 4, prefetch 2, batch 8, pinned false' })
    const traced: Story = { probe: 'timeline', launches: times(5, [['timeline.data_wait_share', 0.01] as const]) }
    expect(cellOf([zero, loader, traced], 'data_wait_share')).toMatchObject({ value: 0.01, note: 'probe timeline' })
  })
})

describe('exposed communication and overlap', () => {
  it('over the step, and the least that the fabric allows', () => {
    const cell = cellOf([zero], 'exposed_communication', {
      bounds: ({ metric }) => (metric === 'nccl.busbw' ? { value: 10, source: 'line' } : null),
    })
    // 1e9 bytes at 10 GB/s: 100 ms, of which computing covers 60; the step would be 2 + 100 ms.
    expect(cell).toMatchObject({ value: 0.3, status: 'shown', bound: { value: 40 / 102 } })
    expect(cellOf([zero], 'overlap')).toMatchObject({ value: 0.25, status: 'shown' })
  })

  it('a target may be set for what has none', () => {
    expect(cellOf([zero], 'exposed_communication', { targets: [['exposed_communication', 0.2]] }).status).toBe('missed')
    expect(cellOf([zero], 'overlap', { targets: [['overlap', 0.2]] }).status).toBe('met')
  })

  it('abstain for one rank, and for a trace without steps', () => {
    const alone: Story = { ...zero, facts: { ...facts, ranks: 1 } }
    expect(cellOf([alone], 'exposed_communication').reasonCode).toBe('no_communication')
    const single = {
      ...alone,
      launches: times(
        5,
        step.filter(([metric]) => metric !== 'zero.overlap'),
      ),
    }
    expect(cellOf([single], 'overlap').reasonCode).toBe('no_communication')
    // The user's own program on several ranks is another thing.
    const traced: Story = { probe: 'timeline', launches: times(5, [['timeline.exposed_communication_share', 0.2] as const]) }
    expect(cellOf([alone, traced], 'exposed_communication')).toMatchObject({ value: 0.2, note: 'probe timeline' })
    const nsys: Story = { probe: 'timeline', launches: times(5, [['timeline.exposed_communication', 5000, { device: 0 }] as const]) }
    expect(cellOf([nsys], 'exposed_communication').reasonCode).toBe('no_steps')
  })
})

describe('memory per GPU', () => {
  it('is the most of all ranks, what was reserved beside it; only the model states are a share of their formula', () => {
    const cell = cellOf([zero], 'memory_per_gpu', {
      bounds: ({ metric }) => {
        if (metric === 'zero.model_states') return { value: 12e9, source: 'ZeRO' }
        return metric === 'zero.mem_peak' ? { value: 12e9, source: 'ZeRO', covers: 'model states alone' } : null
      },
    })
    expect(cell).toMatchObject({
      value: 18e9,
      status: 'shown',
      bound: { value: 12e9, ratio: null, covers: 'model states alone', source: 'ZeRO' },
    })
    expect(cell.parts.map(({ label, value }) => [label, value])).toEqual([
      ['reserved by the allocator', 20e9],
      ['model states', 15e9],
      ['model states, of the formula', 1.25],
    ])
    const log: Story = {
      probe: 'zero',
      launches: times(5, [
        ['zero.mem_peak', 1e9, { rank: 0 }],
        ['zero.mem_peak', 3e9, { rank: 1 }],
      ] as const),
    }
    expect(cellOf([log], 'memory_per_gpu').value).toBe(3e9)
  })
})

describe('tokens a second of each GPU, and MFU', () => {
  it('by the model’s arithmetic and the published peak', () => {
    // 6 x 1e9 + 12 x 10 x 1000 x 2000 = 6.24e9 FLOPs a token; 10,000 tokens/s of 312 TFLOP/s.
    const tokens = cellOf([zero], 'tokens_per_gpu')
    expect(tokens).toMatchObject({ value: 10_000, status: 'shown', bound: { value: 312e12 / 6.24e9 } })
    const cell = cellOf([zero], 'mfu')
    expect(cell).toMatchObject({ value: 6.24e13 / 312e12, bound: { value: 1 } })
    expect(cell.parts[0]).toEqual({ label: 'achieved', unit: 'FLOP/s', value: 6.24e13 })
  })

  it('a field that speaks of one GPU is not divided again, and a program’s own FLOP/s count without tokens', () => {
    const perGpu: Story = { ...zero, launches: times(5, [['zero.tokens_per_s', 7000, { field: 'tokens/sec/gpu' }] as const]) }
    expect(cellOf([perGpu], 'tokens_per_gpu').value).toBe(7000)
    const rate: Story = { ...zero, launches: times(5, [['zero.flop_rate', 156e12, { field: 'TFLOPs' }] as const]) }
    expect(cellOf([rate], 'mfu')).toMatchObject({ value: 0.5, metrics: ['zero.flop_rate'] })
  })

  it.each([
    ['a processor', { device: 'cpu' }, 'no_gpu'],
    ['a GPU without a published peak', { gpu: 'NVIDIA GeForce 9999' }, 'unknown_peak'],
    ['32-bit arithmetic', { dtype: 'float32' }, 'unknown_peak'],
    ['a GPU that nobody named', { gpu: null }, 'unknown_facts'],
    ['unknown parameters', { parameters: null }, 'unknown_facts'],
  ] as const)('abstain for %s', (_, changed, code) => {
    expect(cellOf([{ ...zero, facts: { ...facts, ...changed } }], 'mfu')).toMatchObject({
      status: 'cannot_answer',
      reasonCode: code,
      value: null,
    })
  })

  it('tokens of all ranks need their number', () => {
    expect(cellOf([{ ...zero, facts: {} }], 'tokens_per_gpu')).toMatchObject({ status: 'cannot_answer', reasonCode: 'unknown_facts' })
  })
})
