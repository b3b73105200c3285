import type { Unit } from '../../preload/contract'

/** What a field of `--query-gpu` or `--query-compute-apps` measures. */
export interface QueryField {
  metric: string
  unit: Unit
  /** Dimension that tells two fields of one metric apart. */
  kind?: string
  /** Unit that the field itself has: nvidia-smi prints none beside it, in no format. */
  fixed?: string
}

const field = (metric: string, unit: Unit, more: Pick<QueryField, 'kind' | 'fixed'> = {}): QueryField => ({
  metric: `gpu.${metric}`,
  unit,
  ...more,
})

const celsius = { fixed: 'C' }

/** Fields that are measured; names as the header prints them, and the aliases that a hand-written header has. */
export const queryFields: ReadonlyMap<string, QueryField> = new Map([
  ['power.draw', field('power', 'W')],
  ['power.draw.average', field('power', 'W', { kind: 'average' })],
  ['power.draw.instant', field('power', 'W', { kind: 'instant' })],
  ['temperature.gpu', field('temperature', 'degC', celsius)],
  ['temperature.memory', field('mem_temperature', 'degC', celsius)],
  ['utilization.gpu', field('util', '1')],
  ['utilization.memory', field('mem_util', '1')],
  ['utilization.encoder', field('enc_util', '1')],
  ['utilization.decoder', field('dec_util', '1')],
  ['utilization.jpeg', field('jpeg_util', '1')],
  ['utilization.ofa', field('ofa_util', '1')],
  ['memory.total', field('mem_total', 'bytes')],
  ['memory.used', field('mem_used', 'bytes')],
  ['memory.free', field('mem_free', 'bytes')],
  ['memory.reserved', field('mem_reserved', 'bytes')],
  ['protected_memory.used', field('protected_mem_used', 'bytes')],
  ['clocks.current.sm', field('sm_clock', 'MHz')],
  ['clocks.sm', field('sm_clock', 'MHz')],
  ['clocks.current.memory', field('mem_clock', 'MHz')],
  ['clocks.mem', field('mem_clock', 'MHz')],
  ['clocks.current.graphics', field('graphics_clock', 'MHz')],
  ['clocks.gr', field('graphics_clock', 'MHz')],
  ['clocks.current.video', field('video_clock', 'MHz')],
  ['clocks.video', field('video_clock', 'MHz')],
  ['fan.speed', field('fan_speed', '1')],
  ['used_gpu_memory', field('process_mem_used', 'bytes')],
  ['used_memory', field('process_mem_used', 'bytes')],
  ['gpu_utilization', field('process_util', '1')],
  ['gpu_util', field('process_util', '1')],
  ['mem_utilization', field('process_mem_util', '1')],
  ['mem_util', field('process_mem_util', '1')],
])

const groups =
  /^(?:timestamp|index|name|uuid|serial|pid|process_name|count|driver_version|kmd_version|pstate|compute_cap|gpu_(?:name|uuid|serial|bus_id)|(?:utilization|memory|temperature|power|clocks|clocks_throttle_reasons|clocks_event_reasons|pcie?|fan|ecc|mig|enforced|encoder|vbios|inforom|gom|accounting|driver_model|retired_pages|remapped_rows|protected_memory|fabric|platform|module)[._][\w.]{1,80})$/i

/** True for a name that nvidia-smi has for a field, measured here or not. */
export const isQueryField = (name: string): boolean => name.length < 120 && (queryFields.has(name) || groups.test(name))

/** Names of the field that tells which GPU a row is of, best first. */
export const gpuNames = ['index', 'uuid', 'gpu_uuid', 'pci.bus_id', 'gpu_bus_id', 'serial', 'gpu_serial'] as const
