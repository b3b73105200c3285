import type { PresetName } from './hardware-model'
import { bf16Names, voltaNames, type KernelNames } from './kernel-names'

/** What the profilers of a simulated host need to know of its GPU beyond its name; vendors' data sheets, rates per SM and cycle. */
export interface GpuFigures {
  smCount: number
  /** Clock while ncu profiles. */
  baseClockMHz: number
  fp32FmaPerCycle: number
  fp64FmaPerCycle: number
  /** Dense operations of the tensor cores on bf16, or fp16 where there is no bf16. */
  tensorFlopPerCycle: number
  dramPeakGBps: number
  /** What a copy reaches. */
  dramReachedGBps: number
  maxWarps: number
  maxBlocks: number
  registers: number
  sharedMemKiB: number
  /** Shared memory that the system takes of each block. */
  reservedSharedKiB: number
  sharedUnitBytes: number
  /** Tensor counters that this chip has. */
  tensorCounters: readonly string[]
  /** The simulated training: sequences at once, and what its kernels are called. */
  training: { microBatch: number; names: KernelNames }
}

const sm80: Omit<GpuFigures, 'smCount' | 'baseClockMHz' | 'dramPeakGBps' | 'dramReachedGBps'> = {
  fp32FmaPerCycle: 64,
  fp64FmaPerCycle: 32,
  tensorFlopPerCycle: 2048,
  maxWarps: 64,
  maxBlocks: 32,
  registers: 65_536,
  sharedMemKiB: 164,
  reservedSharedKiB: 1,
  sharedUnitBytes: 128,
  tensorCounters: [
    'sm__ops_path_tensor_src_fp16_dst_fp32',
    'sm__ops_path_tensor_src_bf16_dst_fp32',
    'sm__ops_path_tensor_src_tf32_dst_fp32',
  ],
  training: { microBatch: 8, names: bf16Names },
}

export const gpuFigures: Readonly<Record<PresetName, GpuFigures>> = {
  'a100-hdr': { ...sm80, smCount: 108, baseClockMHz: 1275, dramPeakGBps: 2039, dramReachedGBps: 1750 },
  'h100-ndr-roce': {
    ...sm80,
    smCount: 132,
    baseClockMHz: 1590,
    fp32FmaPerCycle: 128,
    fp64FmaPerCycle: 64,
    tensorFlopPerCycle: 4096,
    dramPeakGBps: 3352,
    dramReachedGBps: 2950,
    sharedMemKiB: 228,
  },
  'v100-edr': {
    ...sm80,
    smCount: 80,
    baseClockMHz: 1290,
    tensorFlopPerCycle: 1024,
    dramPeakGBps: 900,
    dramReachedGBps: 790,
    sharedMemKiB: 96,
    reservedSharedKiB: 0,
    sharedUnitBytes: 256,
    tensorCounters: [],
    training: { microBatch: 4, names: voltaNames },
  },
}

export interface BlockShape {
  threads: number
  registersPerThread: number
  sharedBytes: number
}

export interface BlockLimits {
  blocks: number
  warps: number
  registers: number
  sharedMem: number
}

/** Blocks of this shape that each resource of an SM has room for (the vendor's occupancy calculator: registers in units of 256 per warp, in each quarter of the SM). */
export const blockLimits = (figures: GpuFigures, { threads, registersPerThread, sharedBytes }: BlockShape): BlockLimits => {
  const warps = Math.ceil(threads / 32)
  const registersPerWarp = Math.ceil((registersPerThread * 32) / 256) * 256
  const sharedUnits = Math.ceil((sharedBytes + figures.reservedSharedKiB * 1024) / figures.sharedUnitBytes) * figures.sharedUnitBytes
  return {
    blocks: figures.maxBlocks,
    warps: Math.floor(figures.maxWarps / warps),
    registers: Math.floor((4 * Math.floor(figures.registers / 4 / registersPerWarp)) / warps),
    sharedMem: Math.floor((figures.sharedMemKiB * 1024) / sharedUnits),
  }
}

/** Blocks that are resident on an SM. */
export const residentBlocks = (figures: GpuFigures, shape: BlockShape): number => Math.min(...Object.values(blockLimits(figures, shape)))
