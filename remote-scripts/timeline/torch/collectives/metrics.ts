import type { MetricSpec } from '../../../../preload/contract'

const spec = (id: string, unit: MetricSpec['unit'], better: MetricSpec['better'], dimensions: string[], meaning: string): MetricSpec => ({
  id: `timeline.${id}`,
  unit,
  better,
  dimensions,
  meaning,
})

/** What only the traces of several ranks of one job say together. */
export const rankMetrics: MetricSpec[] = [
  spec('collective_count', '1', 'none', ['collective'], 'Collectives of the kind that were found in the traces of several ranks'),
  spec(
    'collective_transfer_time',
    'us',
    'lower',
    ['collective'],
    'Time that the data took: of each collective the shortest duration among its ranks, added up',
  ),
  spec(
    'collective_wait_time',
    'us',
    'lower',
    ['rank'],
    'Time that the rank spent in collectives waiting for others: its durations less the shortest ones, added up',
  ),
  spec('collective_skew_mean', 'us', 'lower', ['collective'], 'Mean over the collectives of the latest start less the earliest'),
  spec('collective_skew_max', 'us', 'lower', ['collective'], 'Largest difference between the latest start and the earliest'),
  spec('rank_lateness', 'us', 'lower', ['rank'], 'How much later than the earliest rank this one starts its collectives, on average'),
]
