import type { HardwareModel } from '../hardware-model'
import { printOutOfMemory } from '../reports/zero-bench'
import type { NoRoom } from './memory'

const mebibyte = 2 ** 20
/** CUDA's context, the libraries' workspaces, and NCCL's buffers. */
export const besideTorchBytes = 1100 * mebibyte

/** What torch's allocator may have of a GPU, bytes. */
export const gpuRoom = (model: HardwareModel): number => model.gpu.memoryMiB * mebibyte - besideTorchBytes

/** The allocator takes blocks of 2 MiB, and some of them have holes. */
const blockBytes = 2 * mebibyte
const holes = 1.02

export const reservedBytes = (allocated: number): number => Math.ceil((allocated * holes) / blockBytes) * blockBytes

/** Resident set of a rank's process: Python with torch and CUDA's libraries, before and after the training. */
export const processBytes = { processBefore: 642_777_088, processPeak: 3_187_671_040 } as const

/** What the first rank of a host says when a GPU has no room. */
export const describeNoRoom = (model: HardwareModel, { triedBytes, heldBytes, training }: NoRoom, rank: number): string =>
  printOutOfMemory({
    rank,
    device: 0,
    triedBytes,
    allocatedBytes: heldBytes,
    besideBytes: besideTorchBytes,
    totalBytes: model.gpu.memoryMiB * mebibyte,
    where: training
      ? 'File "zero/training.py", line 81, in forward, in micro_step'
      : 'File "zero/shards.py", line 21, in __init__, in make_engine',
  })
