import type { IndicatorId, IndicatorReason } from '../indicators'
import type { occupancyResources } from '../kernels'

/** Sentences of the scoreboard. */
export interface IndicatorMessages {
  titles: Record<IndicatorId, string>
  definitions: Record<IndicatorId, string>
  /** How it is computed, with the formula's source. */
  formulas: Record<IndicatorId, string>
  reasons: Record<IndicatorReason, string>
  /** What has to be there, or filled in, before the suggested entry of a plan can run. */
  needs: Record<'endpoint' | 'labels' | 'command' | 'dcgm' | 'gpus', string>
  /** How an interval is made. */
  methods: Record<'exact' | 'large' | 'wilson', string>
  limiters: Record<(typeof occupancyResources)[number], string>
  notes: Record<
    | 'whole_test'
    | 'at_rate'
    | 'lowest_rate'
    | 'carried_rate'
    | 'p95_at_rate'
    | 'knee'
    | 'some_knees'
    | 'labelled'
    | 'accuracy_at'
    | 'beside'
    | 'gpus_used'
    | 'tensor_active'
    | 'dram_active'
    | 'smi_utilization'
    | 'kernels'
    | 'wall_memory'
    | 'wall_compute'
    | 'ceiling_measured'
    | 'ceiling_counters'
    | 'limited_by'
    | 'bound_roofline'
    | 'bound_occupancy'
    | 'achieved_flops'
    | 'dram_rate'
    | 'intensity'
    | 'of_probe'
    | 'best_setting'
    | 'synthetic_batches'
    | 'exposed_time'
    | 'bound_exposed'
    | 'step_time'
    | 'bound_peak'
    | 'per_rank_cpu'
    | 'reserved'
    | 'device_used'
    | 'process_used'
    | 'model_states'
    | 'states_of_formula'
    | 'activations'
    | 'buffers'
    | 'collective'
    | 'busbw',
    string
  >
}
