import { describe, expect, it } from 'vitest'
import type { ComparisonRow } from './comparison'
import { withoutZeros } from './zeros'

const row = (metric: string, values: [number[], number[]?], more: Partial<ComparisonRow> = {}): ComparisonRow => ({
  metric,
  unit: '1',
  better: 'lower',
  headline: false,
  dimensions: {},
  arms: values.flatMap((own, index) =>
    own === undefined
      ? []
      : [{ level: index, n: own.length, values: own, runIds: own.map((_, launch) => `${index}-${launch}`), median: 0, cv: null }],
  ),
  level: 1,
  ratio: null,
  bound: {},
  verdict: 'cannot_answer',
  reason: '',
  reasonCode: 'zero_values',
  reasonParams: {},
  ...more,
})

describe('metrics that were 0 throughout', () => {
  it('are named once with their launches, and every other row stays', () => {
    const rows = [
      row(
        'nccl.wrong',
        [
          [0, 0],
          [0, 0, 0],
        ],
        { dimensions: { size_bytes: 1024 } },
      ),
      row(
        'nccl.wrong',
        [
          [0, 0],
          [0, 0, 0],
        ],
        { dimensions: { size_bytes: 2048 } },
      ),
      row(
        'tcp.retransmits',
        [
          [0, 0],
          [0, 1, 0],
        ],
        { dimensions: { host: 'a' } },
      ),
      row(
        'tcp.retransmits',
        [
          [0, 0],
          [0, 0, 0],
        ],
        { dimensions: { host: 'b' } },
      ),
    ]
    const found = withoutZeros(rows)
    expect(found.rows).toEqual([rows[2]])
    expect(found.zeros).toEqual([
      {
        launches: 5,
        metrics: [
          { metric: 'nccl.wrong', settings: 2, all: 2 },
          { metric: 'tcp.retransmits', settings: 1, all: 2 },
        ],
      },
    ])
  })

  it('are no headline, no arm that nobody measured, and no median of 0 over launches that differ', () => {
    const rows = [
      row('serving.error_rate', [[0], [0]], { headline: true }),
      row('tcp.drops', [[0, 0]]),
      row(
        'tcp.drops',
        [
          [0, 0, 1],
          [0, 0, 0],
        ],
        { dimensions: { host: 'b' } },
      ),
    ]
    expect(withoutZeros(rows)).toEqual({ rows, zeros: [] })
  })

  it('are 0 in every pair of levels of their setting', () => {
    const rows = [row('a', [[0], [0]]), row('a', [[0], [3]], { level: 2 })]
    expect(withoutZeros(rows).rows).toEqual(rows)
  })
})
