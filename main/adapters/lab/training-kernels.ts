import { gpuFigures, type BlockShape, type GpuFigures } from './gpu-figures'
import type { PresetName } from './hardware-model'
import type { KernelNames } from './kernel-names'

/** Sizes of the GPT whose training the simulated profilers see: 1.3 billion parameters. The micro-batch is what the GPU's memory holds. */
export const simulatedGpt = { layers: 24, hidden: 2048, sequence: 1024, parameters: 1.3e9 } as const

/** One kernel of a training step, computed from the sizes of the model. */
export interface TrainingKernel {
  name: string
  grid: number
  block: BlockShape
  /** Operations of the tensor cores, on numbers of two bytes. */
  tensorFlop: number
  /** Of the FP32 pipes: fused multiply-adds, and single additions and multiplications. */
  fp32Fma: number
  fp32Single: number
  dramBytes: number
  /** Of 4-byte loads a warp's request covers 4 sectors of 32 bytes when threads read neighbours, 32 when each reads elsewhere. */
  sectorsPerRequest: number
  /** Share of the tensor peak that its instruction mix reaches. */
  efficiency: number
}

const { layers, hidden, sequence, parameters } = simulatedGpt
/** Of bf16 and of fp16. */
const halfBytes = 2

/** A matrix product of tokens x `inner` by `inner` x `outer`. */
const gemm = (tokens: number, name: string, inner: number, outer: number, efficiency: number): TrainingKernel => ({
  name,
  grid: Math.ceil(tokens / 128) * Math.ceil(outer / 256),
  block: { threads: 256, registersPerThread: 238, sharedBytes: 98_304 },
  tensorFlop: 2 * tokens * inner * outer,
  fp32Fma: 2 * tokens * outer,
  fp32Single: tokens * outer,
  dramBytes: halfBytes * (tokens * inner + inner * outer + tokens * outer),
  sectorsPerRequest: 4,
  efficiency,
})

/** Of a pass over an array of activations: bytes and operations for each element. */
interface PerElement {
  bytes: number
  fma: number
  single: number
  sectorsPerRequest?: number
}

const pointwise = (name: string, elements: number, { bytes, fma, single, sectorsPerRequest = 4 }: PerElement): TrainingKernel => ({
  name,
  grid: Math.ceil(elements / 1024),
  block: { threads: 256, registersPerThread: 32, sharedBytes: 0 },
  tensorFlop: 0,
  fp32Fma: fma * elements,
  fp32Single: single * elements,
  dramBytes: bytes * elements,
  sectorsPerRequest,
  efficiency: 1,
})

const attention = (tokens: number, name: string, backward: boolean): TrainingKernel => ({
  name,
  grid: (tokens / 128) * 16,
  block: { threads: 128, registersPerThread: 255, sharedBytes: 49_152 },
  // Two products of sequence x sequence, of which the causal mask leaves half; 2.5 times as much backward.
  tensorFlop: 2 * 2 * tokens * sequence * hidden * 0.5 * (backward ? 2.5 : 1),
  fp32Fma: 6 * tokens * sequence * 16,
  fp32Single: 4 * tokens * sequence * 16,
  dramBytes: halfBytes * tokens * hidden * (backward ? 8 : 4),
  sectorsPerRequest: 4,
  efficiency: 0.62,
})

const forwardOf = (tokens: number, names: KernelNames): TrainingKernel[] => [
  pointwise(names.layerNorm, tokens * hidden, { bytes: 4, fma: 3, single: 3 }),
  gemm(tokens, names.gemmWideTn, hidden, 3 * hidden, 0.87),
  attention(tokens, names.attentionForward, false),
  gemm(tokens, names.gemmTallNn, hidden, hidden, 0.8),
  // A transposition without a tile in shared memory: every thread of a warp writes into another row.
  pointwise(names.transpose, tokens * hidden, { bytes: 20, fma: 0, single: 0, sectorsPerRequest: 32 }),
  gemm(tokens, names.gemmWideTn, hidden, 4 * hidden, 0.88),
  pointwise(names.gelu, tokens * 4 * hidden, { bytes: 4, fma: 6, single: 4 }),
  gemm(tokens, names.gemmTallNn, 4 * hidden, hidden, 0.86),
]

/** Backward, each product is two: one for the activations, one for the weights. */
const backwardOf = (tokens: number, names: KernelNames): TrainingKernel[] =>
  forwardOf(tokens, names)
    .toReversed()
    .flatMap((kernel) =>
      kernel.name === names.attentionForward
        ? [attention(tokens, names.attentionBackward, true)]
        : kernel.tensorFlop > 0
          ? [kernel, { ...kernel, name: kernel.name.replace(/_(?:tn|nn)$/, '_nt') }]
          : [{ ...kernel, name: kernel.name.replace('forward', 'backward'), dramBytes: kernel.dramBytes * 1.5 }],
    )

/** Adam over all parameters: gradient and weight of two bytes, FP32 master copy and two moments, read and written. */
const adamOf = (names: KernelNames): TrainingKernel => ({
  name: names.adam,
  grid: 110 * 320,
  block: { threads: 512, registersPerThread: 64, sharedBytes: 0 },
  tensorFlop: 0,
  fp32Fma: 6 * parameters,
  fp32Single: 5 * parameters,
  dramBytes: (2 + 2 + 12 + 12) * parameters,
  sectorsPerRequest: 4,
  efficiency: 1,
})

/** Kernels of one layer, forward and backward, and of the optimizer. */
export interface TrainingKernels {
  layers: number
  forward: readonly TrainingKernel[]
  backward: readonly TrainingKernel[]
  adam: TrainingKernel
}

export const trainingKernelsOf = (preset: PresetName): TrainingKernels => {
  const { microBatch, names } = gpuFigures[preset].training
  const tokens = microBatch * sequence
  return { layers, forward: forwardOf(tokens, names), backward: backwardOf(tokens, names), adam: adamOf(names) }
}

/** The launches of one training step, in order. */
export const stepOf = ({ layers: count, forward, backward, adam }: TrainingKernels): TrainingKernel[] => [
  ...Array.from({ length: count }, () => forward).flat(),
  ...Array.from({ length: count }, () => backward).flat(),
  adam,
]

/** Floating-point operations of a kernel: a fused multiply-add is two. */
export const flopOf = (kernel: TrainingKernel): number => kernel.tensorFlop + 2 * kernel.fp32Fma + kernel.fp32Single

/** What every launch costs beside its work. */
const startUs = 2.2

/** Time of one launch without noise, microseconds: the longer of arithmetic and memory. Uncoalesced reads waste most of each sector they move. */
export const kernelUs = (figures: GpuFigures, clockMHz: number, kernel: TrainingKernel): number => {
  const cyclesPerUs = clockMHz * figures.smCount
  const tensorUs = kernel.tensorFlop / (figures.tensorFlopPerCycle * cyclesPerUs * kernel.efficiency)
  const fp32Us = (kernel.fp32Fma + kernel.fp32Single) / (figures.fp32FmaPerCycle * cyclesPerUs)
  const memoryUs = kernel.dramBytes / (figures.dramReachedGBps * 1000)
  return startUs + Math.max(tensorUs, fp32Us, memoryUs)
}
