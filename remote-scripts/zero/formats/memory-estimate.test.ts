import { expect, it } from 'vitest'
import { memoryEstimate } from './memory-estimate'

it('a table with two headers that put the columns differently gives no value below the second', () => {
  const text = [
    'Estimated memory needed for params, optim states and gradients for a:',
    '  per CPU  |  per GPU |   Options',
    '   31.43GB |   0.24GB | offload_optimizer=cpu',
    '  per GPU  |  per CPU |   Options',
    '   11.00GB |   7.00GB | offload_optimizer=none',
    '',
  ].join('\n')
  const [result] = memoryEstimate.parse(text)
  expect(result?.rows).toMatchObject({ understood: 1, skipped: 1 })
  expect(result?.measurements.map(({ metric, value }) => [metric, value])).toEqual([
    ['zero.mem_per_cpu', 31.43 * 2 ** 30],
    ['zero.mem_per_gpu', 0.24 * 2 ** 30],
  ])
})
