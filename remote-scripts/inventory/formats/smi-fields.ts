import type { Unit } from '../../../preload/contract'

export interface SnapshotField {
  metric: string
  unit: Unit
  kind?: string
  /** Where it stands below a GPU: first as XML names it, then as the text of `nvidia-smi -q` does (words in lower case, joined by `_`). */
  paths: string[]
}

const field = (metric: string, unit: Unit, paths: string[], kind?: string): SnapshotField => ({
  metric: `gpu.${metric}`,
  unit,
  paths,
  ...(kind === undefined ? {} : { kind }),
})

/**
 * Schemas v10 to v13 and the text of the same drivers. The groups count, not the names of the values: `Total`, `Used`, `Memory` and `GPU`
 * stand under several headings (frame buffer, BAR1, protected memory; clocks now, at most, for applications; power of GPU, memory, module).
 */
export const snapshotFields: readonly SnapshotField[] = [
  field('power', 'W', ['gpu_power_readings/average_power_draw'], 'average'),
  field('power', 'W', ['gpu_power_readings/instant_power_draw', 'gpu_power_readings/instantaneous_power_draw'], 'instant'),
  field('power', 'W', ['gpu_power_readings/power_draw', 'power_readings/power_draw']),
  field('temperature', 'degC', ['temperature/gpu_temp', 'temperature/gpu_current_temp', 'temperature/gpu']),
  field('mem_temperature', 'degC', ['temperature/memory_temp', 'temperature/memory_current_temp']),
  field('util', '1', ['utilization/gpu_util', 'utilization/gpu']),
  field('mem_util', '1', ['utilization/memory_util', 'utilization/memory']),
  field('enc_util', '1', ['utilization/encoder_util', 'utilization/encoder']),
  field('dec_util', '1', ['utilization/decoder_util', 'utilization/decoder']),
  field('jpeg_util', '1', ['utilization/jpeg_util', 'utilization/jpeg']),
  field('ofa_util', '1', ['utilization/ofa_util', 'utilization/ofa']),
  field('mem_total', 'bytes', ['fb_memory_usage/total', 'memory_usage/total']),
  field('mem_reserved', 'bytes', ['fb_memory_usage/reserved']),
  field('mem_used', 'bytes', ['fb_memory_usage/used', 'memory_usage/used']),
  field('mem_free', 'bytes', ['fb_memory_usage/free', 'memory_usage/free']),
  field('bar1_used', 'bytes', ['bar1_memory_usage/used']),
  field('graphics_clock', 'MHz', ['clocks/graphics_clock', 'clocks/graphics']),
  field('sm_clock', 'MHz', ['clocks/sm_clock', 'clocks/sm']),
  field('mem_clock', 'MHz', ['clocks/mem_clock', 'clocks/memory']),
  field('video_clock', 'MHz', ['clocks/video_clock', 'clocks/video']),
  field('pcie_tx', 'GB/s', ['pci/tx_util', 'pci/tx_throughput']),
  field('pcie_rx', 'GB/s', ['pci/rx_util', 'pci/rx_throughput']),
  field('fan_speed', '1', ['fan_speed']),
]

const link = 'pci/pci_gpu_link_info'
const textLink = 'pci/gpu_link_info'

/** Facts of one GPU; values as printed. */
export const factPaths = {
  name: ['product_name'],
  uuid: ['uuid', 'gpu_uuid'],
  bus: ['pci/pci_bus_id', 'pci/bus_id'],
  mig: ['mig_mode/current_mig', 'mig_mode/current'],
  genNow: [`${link}/pcie_gen/current_link_gen`, `${textLink}/pcie_generation/current`],
  genMax: [`${link}/pcie_gen/max_link_gen`, `${textLink}/pcie_generation/max`],
  widthNow: [`${link}/link_widths/current_link_width`, `${textLink}/link_width/current`],
  widthMax: [`${link}/link_widths/max_link_width`, `${textLink}/link_width/max`],
  powerLimit: [
    'gpu_power_readings/current_power_limit',
    'gpu_power_readings/gpu_ceiling_power_limit/current_power_limit',
    'power_readings/enforced_power_limit',
    'power_readings/power_limit',
  ],
} as const

/** Groups that say why clocks are below their highest. */
export const reasonGroups = ['clocks_event_reasons', 'clocks_throttle_reasons'] as const
