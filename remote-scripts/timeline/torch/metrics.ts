import type { MetricSpec } from '../../../preload/contract'
import { rankMetrics } from './collectives/metrics'
import { tableMetrics } from './table/columns'

const spec = (id: string, unit: MetricSpec['unit'], better: MetricSpec['better'], dimensions: string[], meaning: string): MetricSpec => ({
  id: `timeline.${id}`,
  unit,
  better,
  dimensions,
  meaning,
})

const traceMetrics: MetricSpec[] = [
  spec('event_count', '1', 'none', ['category'], 'Events of the category in the trace, whatever their phase'),
  spec(
    'copy_busy_time',
    'us',
    'none',
    ['device'],
    'Time in which at least one copy or fill runs on the device: the union of their intervals',
  ),
  spec('step_time', 'us', 'lower', ['step'], "One training step: the profiler's ProfilerStep mark on the host"),
  spec('data_wait_time', 'us', 'lower', [], "Time in which the DataLoader's next batch was waited for"),
  spec('data_wait_share', '1', 'lower', [], 'Share of the time of all steps in which the next batch was waited for'),
  spec(
    'exposed_communication_share',
    '1',
    'lower',
    ['device'],
    'Communication time in which no other kernel runs on the device, over the time of all steps',
  ),
]

/** What only the PyTorch profiler's files give. */
export const torchMetrics: MetricSpec[] = [...traceMetrics, ...rankMetrics, ...tableMetrics]
