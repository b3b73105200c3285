import type { MetricSpec } from '../../preload/contract'

const each = ['function', 'profile']

export const flameMetrics: MetricSpec[] = [
  { id: 'flame.samples', unit: '1', better: 'none', dimensions: ['profile'], meaning: 'Samples of the whole profile' },
  {
    id: 'flame.self_samples',
    unit: '1',
    better: 'none',
    dimensions: each,
    meaning: 'Samples that were in the function itself; the 50 functions with most of them, and the 50 with most in all',
  },
  {
    id: 'flame.self_share',
    unit: '1',
    better: 'none',
    dimensions: each,
    meaning: 'Share of all samples that were in the function itself',
  },
  { id: 'flame.total_samples', unit: '1', better: 'none', dimensions: each, meaning: 'Samples with the function anywhere in the stack' },
  { id: 'flame.total_share', unit: '1', better: 'none', dimensions: each, meaning: 'Share of all samples with the function in the stack' },
]
