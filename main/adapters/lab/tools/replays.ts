import { activityOf, keepGpusBusy, trainingMemoryMiB } from '../gpu-activity'
import { gpuFigures } from '../gpu-figures'
import { kernelUs, type TrainingKernel } from '../training-kernels'
import type { ToolContext } from './context'

/** A pass counts this many counters; between two, what the kernel wrote is put back. */
const countersPerPass = 4
const betweenPassesUs = 3000
/** The host launches the next kernel while one runs. */
const betweenLaunchesUs = 1.4

/** Launches at this clock, one after the other, on the first GPUs of the host; `everyUs` passes before each. */
const playLaunches = async (
  context: ToolContext,
  kernels: readonly TrainingKernel[],
  how: { times: number; everyUs: number; smMHz: number },
): Promise<void> => {
  const figures = gpuFigures[context.model.preset]
  const timed = kernels.map((kernel) => ({ kernel, us: kernelUs(figures, how.smMHz, kernel) }))
  const wallUs = timed.reduce((sum, { us }) => sum + us + how.everyUs, 0)
  if (wallUs === 0) return
  const gpu = { ...activityOf(figures, timed, wallUs, how.smMHz, trainingMemoryMiB(figures)), gpus: 1 }
  await keepGpusBusy(context, { seconds: (how.times * wallUs) / 1e6, gpu })
}

/** The program at its own speed, `times` over. */
export const playProgram = (context: ToolContext, kernels: readonly TrainingKernel[], times: number): Promise<void> =>
  playLaunches(context, kernels, { times, everyUs: betweenLaunchesUs, smMHz: context.model.gpu.smClockMHz })

/** The launches again and again until `counters` are counted. */
export const playReplays = (context: ToolContext, kernels: readonly TrainingKernel[], counters: number, smMHz: number): Promise<void> =>
  playLaunches(context, kernels, { times: Math.max(1, Math.ceil(counters / countersPerPass)), everyUs: betweenPassesUs, smMHz })
