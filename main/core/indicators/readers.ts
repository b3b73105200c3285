import type { IndicatorId } from '../../../preload/contract'
import type { Reader } from './arm-launches'
import { busBandwidthShare } from './bus'
import { gpuUtilisation } from './gpu-use'
import { computeSaturation, memoryBandwidthShare, occupancyShare } from './kernels'
import { memoryPerGpu } from './memory'
import { accuracyAt5, alertP95, latencyMean, peakQps } from './serving'
import { modelFlopUtilisation, tokensPerGpuRate } from './throughput'
import { dataWaitShare, exposedCommunication, overlapShare } from './training'

/** How each indicator is read out of an arm's launches. */
export const readers: Readonly<Record<IndicatorId, Reader>> = {
  latency_mean: latencyMean,
  peak_qps: peakQps,
  accuracy_at_5: accuracyAt5,
  gpu_utilisation: gpuUtilisation,
  compute_saturation: computeSaturation,
  memory_bandwidth_share: memoryBandwidthShare,
  occupancy: occupancyShare,
  data_wait_share: dataWaitShare,
  exposed_communication: exposedCommunication,
  overlap: overlapShare,
  bus_bandwidth_share: busBandwidthShare,
  memory_per_gpu: memoryPerGpu,
  tokens_per_gpu: tokensPerGpuRate,
  mfu: modelFlopUtilisation,
  alert_p95: alertP95,
}
