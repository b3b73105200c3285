import type { GpuFigures } from './gpu-figures'
import type { HardwareModel } from './hardware-model'
import { collectiveActivity, type GpuActivity } from './simulated-time'
import { moveTraffic, workWithoutTraffic } from './traffic'
import { simulatedGpt, type TrainingKernel } from './training-kernels'

/** A launch, and how long it took. */
export interface TimedKernel {
  kernel: TrainingKernel
  us: number
}

/** Weights of a GPU's power above idle: warps that are resident, tensor cores and memory that work. */
const powerOf = { sm: 0.25, tensor: 0.8, dram: 0.3 } as const
/** The SMs of a full grid are not all busy at its beginning and end. */
const residentShare = 0.98
const contextMiB = 1100

/**
 * What a GPU does in `wallUs`, microseconds, in which it runs these launches at `smClockMHz` one after the other and is idle otherwise: means
 * over that time, as DCGM's profiling counters give them.
 */
export const activityOf = (
  figures: GpuFigures,
  launches: readonly TimedKernel[],
  wallUs: number,
  smClockMHz: number,
  memoryMiB: number,
): GpuActivity => {
  const share = (of: (launch: TimedKernel) => number): number =>
    Math.min(
      1,
      launches.reduce((sum, one) => sum + of(one), 0),
    )
  const tensorFlopPerUs = figures.tensorFlopPerCycle * figures.smCount * smClockMHz
  const smActive = share(({ kernel, us }) => (us * residentShare * Math.min(1, kernel.grid / figures.smCount)) / wallUs)
  const tensorActive = share(({ kernel }) => kernel.tensorFlop / tensorFlopPerUs / wallUs)
  const dramActive = share(({ kernel }) => kernel.dramBytes / (figures.dramPeakGBps * 1000) / wallUs)
  return {
    util: share(({ us }) => us / wallUs),
    smActive,
    tensorActive,
    dramActive,
    power: Math.min(1, powerOf.sm * smActive + powerOf.tensor * tensorActive + powerOf.dram * dramActive),
    memoryMiB,
    smClockMHz,
  }
}

/** Device memory of the simulated GPT, MiB: 16 bytes for each parameter with Adam (ZeRO, arXiv:1910.02054), 34 for each element of activations (arXiv:2205.05198). */
export const trainingMemoryMiB = ({ training }: GpuFigures): number => {
  const { layers, hidden, sequence, parameters } = simulatedGpt
  return Math.round((16 * parameters + 34 * layers * training.microBatch * sequence * hidden) / 2 ** 20 + contextMiB)
}

/** A collective that nothing hides: its kernel is all that the GPU does for this share of the time. */
export const withExposedCollectives = (activity: GpuActivity, share: number): GpuActivity => ({
  ...activity,
  util: Math.min(1, activity.util + share),
  smActive: Math.min(1, activity.smActive + collectiveActivity.smActive * share),
  dramActive: Math.min(1, activity.dramActive + collectiveActivity.dramActive * share),
  power: Math.min(1, activity.power + collectiveActivity.power * share),
})

/** What one GPU of a host does; null: nothing. */
export const activityOfGpu = (activity: GpuActivity | null, index: number): GpuActivity | null =>
  activity !== null && index < (activity.gpus ?? Infinity) ? activity : null

/** Work of a program on the GPUs of a host, and what it sends over a link meanwhile. */
export interface GpuWork {
  seconds: number
  gpu: GpuActivity
  traffic?: { device: string; bytes: number }
}

/** A process spins while its kernels run. */
const coresPerProcess = 1
/** In pieces with a pause, so that whoever watches sees them pass. */
const pieceSeconds = 0.5
const mostPieces = 20
const pauseMs = 12

/** The GPUs of a host are at work for so long, seconds of simulated time. */
export const keepGpusBusy = async (
  { dir, model, host }: { dir: string; model: HardwareModel; host: { name: string } },
  { seconds, gpu, traffic }: GpuWork,
): Promise<void> => {
  const pieces = Math.min(mostPieces, Math.max(1, Math.ceil(seconds / pieceSeconds)))
  const work = { seconds: seconds / pieces, cores: coresPerProcess * (gpu.gpus ?? 1), gpu }
  for (let piece = 0; piece < pieces; piece += 1) {
    if (traffic) {
      const bytes = traffic.bytes / pieces
      moveTraffic(dir, model, traffic.device, [{ host: host.name, txBytes: bytes, rxBytes: bytes, work }])
    } else workWithoutTraffic(dir, model, [{ host: host.name, work }])
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
