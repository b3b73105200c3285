import type { HardwareModel, PresetName } from './hardware-model'

/** Ceilings of memory, GB/s as STREAM counts them: what is asked for, each array once. */
export interface MemoryFigures {
  /** Both sockets together; the triad moves three arrays, the copy two. */
  hostCopyGBps: number
  hostTriadGBps: number
  /** Last-level caches of the whole host, bytes. */
  hostCacheBytes: number
  /** Between host and GPU from pinned memory; from pageable it goes through a buffer of the driver's. */
  toDeviceGBps: number
  toHostGBps: number
  pageableGBps: number
  /** Second-level cache of the GPU, bytes. */
  gpuCacheBytes: number
}

const mebibyte = 2 ** 20

/** Eight channels of DDR4-3200, eight of DDR5-4800 and six of DDR4-2666 for each socket; PCIe 4, 5 and 3 of 16 lanes. */
const figures: Readonly<Record<PresetName, MemoryFigures>> = {
  'a100-hdr': {
    hostCopyGBps: 308,
    hostTriadGBps: 316,
    hostCacheBytes: 512 * mebibyte,
    toDeviceGBps: 24.7,
    toHostGBps: 25.4,
    pageableGBps: 9.6,
    gpuCacheBytes: 40 * mebibyte,
  },
  'h100-ndr-roce': {
    hostCopyGBps: 462,
    hostTriadGBps: 478,
    hostCacheBytes: 210 * mebibyte,
    toDeviceGBps: 52.8,
    toHostGBps: 53.6,
    pageableGBps: 13.9,
    gpuCacheBytes: 50 * mebibyte,
  },
  'v100-edr': {
    hostCopyGBps: 187,
    hostTriadGBps: 192,
    hostCacheBytes: 55 * mebibyte,
    toDeviceGBps: 12.3,
    toHostGBps: 12.9,
    pageableGBps: 6.1,
    gpuCacheBytes: 6 * mebibyte,
  },
}

export const memoryFigures = (model: HardwareModel): MemoryFigures => figures[model.preset]
