import { gpuFigures } from '../gpu-figures'
import type { HardwareModel } from '../hardware-model'
import { simulatedGpt } from '../training-kernels'

/** What one request costs on one GPU, microseconds, of which each holds the whole GPU: no two requests share a step. */
export interface ServiceTimes {
  /** Until the first token. */
  firstUs: number
  /** Each further token. */
  tokenUs: number
}

/** Scheduling, sampling and the way into and out of the process. */
const overheadUs = 400
/** Of the tensor peak that a prompt's products reach. */
const prefillEfficiency = 0.5
const bytesPerParameter = 2

/**
 * Answers of the simulated GPT of 1.3 billion parameters: a prompt is bound by arithmetic (2 operations for each parameter and token), a token by
 * reading all weights once.
 */
export const serviceTimes = (model: HardwareModel, promptTokens: number): ServiceTimes => {
  const figures = gpuFigures[model.preset]
  const flopPerUs = figures.tensorFlopPerCycle * figures.smCount * model.gpu.smClockMHz * prefillEfficiency
  const readUs = (bytesPerParameter * simulatedGpt.parameters) / (figures.dramReachedGBps * 1000)
  return { firstUs: overheadUs + Math.max(readUs, (2 * simulatedGpt.parameters * promptTokens) / flopPerUs), tokenUs: readUs }
}

/** Whole time of a request without waiting, microseconds. */
export const requestUs = ({ firstUs, tokenUs }: ServiceTimes, tokens: number): number => firstUs + (tokens - 1) * tokenUs

/** Requests a second that so many GPUs complete at most. */
export const capacityPerSecond = (gpus: number, serviceUs: number): number => (gpus * 1e6) / serviceUs
