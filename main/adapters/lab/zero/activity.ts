import { withExposedCollectives } from '../gpu-activity'
import { gpuFigures } from '../gpu-figures'
import type { HardwareModel } from '../hardware-model'
import type { GpuActivity } from '../simulated-time'
import { besideTorchBytes, reservedBytes } from './gpu-room'
import type { RankMemory } from './memory'
import { stepFlop } from './model'
import type { ZeroSettings } from './settings'
import type { RankTimes } from './timing'

/** Of a plain PyTorch model's computing time: SMs that have work, and memory that is read or written. */
const residentShare = 0.92
const dramShare = 0.45
const mebibyte = 2 ** 20

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** What each GPU of a host does on the average of these steps of one rank. */
export const trainingActivity = (
  model: HardwareModel,
  settings: ZeroSettings,
  steps: readonly RankTimes[],
  memory: RankMemory,
): GpuActivity => {
  const figures = gpuFigures[model.preset]
  const stepUs = mean(steps.map(({ timeUs }) => timeUs))
  const computing = mean(steps.map(({ computeUs }) => computeUs)) / stepUs
  const peak = figures.tensorFlopPerCycle * figures.smCount * model.gpu.smClockMHz
  const tensorActive = settings.dtype === 'float32' ? 0 : Math.min(1, stepFlop(settings) / peak / stepUs)
  const activity = {
    util: computing,
    smActive: residentShare * computing,
    tensorActive,
    dramActive: dramShare * computing,
    power: Math.min(1, 0.25 * computing + 0.8 * tensorActive + 0.3 * dramShare * computing),
    memoryMiB: Math.round((reservedBytes(memory.allocatedPeak) + besideTorchBytes) / mebibyte),
    gpus: settings.ranks,
  }
  return withExposedCollectives(activity, mean(steps.map(({ exposedUs }) => exposedUs)) / stepUs)
}
