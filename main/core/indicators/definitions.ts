import type { IndicatorId, TargetSide, Unit } from '../../../preload/contract'

/** One row of the scoreboard. Titles, definitions and formulas with their sources are in messages.indicators. */
export interface IndicatorDefinition {
  id: IndicatorId
  unit: Unit
  side: TargetSide
  /** In `unit`; null: shown without a target. */
  defaultTarget: number | null
  warnsOnly: boolean
  /** The probe that measures it, the first choice of several. */
  probe: string
}

const indicator = (
  id: IndicatorId,
  unit: Unit,
  side: TargetSide,
  defaultTarget: number | null,
  probe: string,
  warnsOnly = false,
): IndicatorDefinition => ({ id, unit, side, defaultTarget, probe, warnsOnly })

/** The scoreboard in its order; the targets are those of the founding document. */
export const indicators: readonly IndicatorDefinition[] = [
  indicator('latency_mean', 'us', '<', 800_000, 'serving'),
  indicator('peak_qps', '1/s', '>', 50, 'serving'),
  indicator('accuracy_at_5', '1', '>', 0.92, 'serving'),
  indicator('gpu_utilisation', '1', '>', 0.8, 'zero'),
  indicator('compute_saturation', '1', '>=', 0.9, 'kernel'),
  indicator('memory_bandwidth_share', '1', '>=', null, 'kernel'),
  indicator('occupancy', '1', '>=', null, 'kernel'),
  indicator('data_wait_share', '1', '<', 0.05, 'dataloader'),
  indicator('exposed_communication', '1', '<', null, 'zero'),
  indicator('overlap', '1', '>=', null, 'zero'),
  indicator('bus_bandwidth_share', '1', '>', 0.8, 'nccl'),
  indicator('memory_per_gpu', 'bytes', '<=', null, 'zero'),
  indicator('tokens_per_gpu', '1/s', '>', null, 'zero'),
  indicator('mfu', '1', '>', null, 'zero'),
  indicator('alert_p95', 'us', '<=', 200_000, 'serving', true),
]
