import type { MetricSpec } from '../../preload/contract'

const setting = ['workers', 'prefetch', 'batch', 'pinned']
const metric = (id: string, unit: MetricSpec['unit'], better: MetricSpec['better'], meaning: string): MetricSpec => ({
  id: `dataloader.${id}`,
  unit,
  better,
  dimensions: setting,
  meaning,
})

export const dataloaderMetrics: MetricSpec[] = [
  { ...metric('samples_per_s', '1/s', 'higher', 'Samples that passed through the step'), headline: true },
  metric('wait_share', '1', 'lower', 'Share of the time in which the step waited for data'),
  metric('wait_mean', 'us', 'lower', 'Wait of one step, mean'),
  metric('wait_p50', 'us', 'lower', 'Median of the same'),
  metric('wait_p99', 'us', 'lower', '99th percentile of the same'),
  metric('load_time', 'us', 'lower', 'Making one batch in its worker: first sample asked for to collated, mean'),
  metric('step_time', 'us', 'none', 'The stand-in for the training step, mean; stated, not measured of a model'),
  metric('arrival_rate', '1/s', 'higher', 'Batches the loader could deliver unhindered: workers over load_time'),
  metric('service_rate', '1/s', 'none', 'Batches the step could take unhindered: 1 over step_time'),
  metric('load_cv2', '1', 'none', 'Squared coefficient of variation of load_time; 1 is exponential'),
  metric('step_cv2', '1', 'none', 'Squared coefficient of variation of step_time'),
  metric('queue_ready', '1', 'none', 'Batches that were ready when a step asked, mean; a full queue is healthy, an empty one costs'),
  metric('cpu_use', '1', 'lower', 'Processors used by workers and training process together'),
  metric('wait', 'us', 'lower', 'Every wait in order, as a series'),
  metric('ready', 'us', 'none', 'When every batch was ready, from the first measured request, as a series; negative: before it'),
]
