import { expectedCollectiveUs, type HardwareModel, type LinkModel } from './hardware-model'
import { gpuFigures } from './gpu-figures'
import type { Random } from './random'
import { iterationFactors } from './random'
import type { NsysRange } from './reports/nsys-sqlite'
import type { NsysEvent } from './reports/nsys-trace'
import { kernelUs, simulatedGpt, trainingKernelsOf, type TrainingKernel } from './training-kernels'

/** How the ranks of the simulated job lie, and what joins the hosts. */
export interface TrainingJob {
  devices: number
  nodes: number
  link: LinkModel
  steps: number
}

export interface TrainingRecording {
  events: NsysEvent[]
  ranges: NsysRange[]
}

const computeStream = 7
const communicationStream = 20
/** Gradients are averaged as soon as the layers of a bucket are done backward. */
const layersPerBucket = 6
const hostGapUs = 1.4
const inputBytes = 2 ** 20

/** Bytes of gradients (two each) in one bucket. */
export const bucketBytes = (2 * simulatedGpt.parameters * layersPerBucket) / simulatedGpt.layers
export const bucketsPerStep = simulatedGpt.layers / layersPerBucket

/** One GPU's way through its steps; whole nanoseconds. */
class Clock {
  readonly events: NsysEvent[] = []
  compute = 0
  communication = 0

  constructor(
    private readonly device: number,
    private readonly allReduceName: string,
  ) {}

  kernel(name: string, us: number): void {
    const startNs = Math.round((this.compute + hostGapUs) * 1000)
    this.events.push({ kind: 'kernel', name, startNs, durationNs: Math.round(us * 1000), device: this.device, stream: computeStream })
    this.compute += hostGapUs + us
  }

  copy(us: number): void {
    this.events.push({
      kind: 'copy',
      name: '[CUDA memcpy HtoD]',
      startNs: Math.round(this.compute * 1000),
      durationNs: Math.round(us * 1000),
      device: this.device,
      stream: computeStream,
    })
    this.compute += us
  }

  /** Starts when the gradients are there and the one before is done. */
  allReduce(us: number): void {
    const start = Math.max(this.compute, this.communication)
    this.events.push({
      kind: 'kernel',
      name: this.allReduceName,
      startNs: Math.round(start * 1000),
      durationNs: Math.round(us * 1000),
      device: this.device,
      stream: communicationStream,
    })
    this.communication = start + us
  }
}

/** Steps of the simulated GPT on one host's GPUs: layers forward, backward, gradients averaged meanwhile, optimizer. */
export const recordTraining = (model: HardwareModel, job: TrainingJob, factor: number, random: Random): TrainingRecording => {
  const figures = gpuFigures[model.preset]
  const kernels = trainingKernelsOf(model.preset)
  const ranks = job.devices * job.nodes
  const bucketUs = ranks > 1 ? expectedCollectiveUs(model, 'all_reduce', bucketBytes, job.link, ranks, job.nodes) : 0
  const ranges: NsysRange[] = []
  const events: NsysEvent[] = []
  const stepFactors = iterationFactors(random, job.steps)
  for (let device = 0; device < job.devices; device++) {
    const clock = new Clock(device, figures.training.names.allReduce)
    const own = factor * (1 + 0.004 * random())
    const run = (launches: readonly TrainingKernel[], stepFactor: number): void => {
      for (const kernel of launches) clock.kernel(kernel.name, kernelUs(figures, model.gpu.smClockMHz, kernel) * own * stepFactor)
    }
    for (const stepFactor of stepFactors) {
      const begins = clock.compute
      clock.copy(inputBytes / 20e3)
      for (let layer = 0; layer < kernels.layers; layer++) run(kernels.forward, stepFactor)
      for (let layer = 1; layer <= kernels.layers; layer++) {
        run(kernels.backward, stepFactor)
        if (bucketUs > 0 && layer % layersPerBucket === 0) clock.allReduce(bucketUs * factor * stepFactor)
      }
      clock.compute = Math.max(clock.compute, clock.communication)
      run([kernels.adam], stepFactor)
      if (device === 0)
        ranges.push({ name: 'step', startNs: Math.round(begins * 1000), durationNs: Math.round((clock.compute - begins) * 1000) })
    }
    events.push(...clock.events)
  }
  return { events, ranges }
}
