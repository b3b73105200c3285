import type { GpuFigures } from '../gpu-figures'
import type { ZeroSettings } from './settings'

/**
 * The GPT of remote-scripts/zero/gpt.py as units (embedding, blocks, head): parameters, time and memory of each, from the sizes and the GPU's figures.
 * Arithmetic: 2 FLOP for each parameter of a matrix and token forward, twice as much backward; plain attention, whose scores go through memory.
 */
export interface ZeroUnit {
  parameters: number
  forwardUs: number
  backwardUs: number
  /** What autograd keeps until the unit's backward pass is over. */
  activationBytes: number
  /** What a pass needs for a moment beside all that. */
  workBytes: number
}

/** Share of the peak that the matrix products of a plain PyTorch model reach. */
const matrixEfficiency = 0.62
/** What each launch of a kernel costs beside its work. */
const launchUs = 2.2
const float32 = 4
/** mean and 1/deviation of each token, in float32 on GPUs. */
const normBytes = 2 * float32
const indexBytes = 8

export interface Rates {
  /** FLOP per microsecond: of matrix products, at their efficiency. */
  matrix: number
  /** Bytes per microsecond. */
  memory: number
}

/** Without tensor cores (float32, as torch computes it by default) a fused multiply-add is two operations. */
export const ratesOf = (figures: GpuFigures, clockMHz: number, dtype: string): Rates => {
  const flopPerCycle = dtype === 'float32' ? 2 * figures.fp32FmaPerCycle : figures.tensorFlopPerCycle
  return { matrix: flopPerCycle * figures.smCount * clockMHz * matrixEfficiency, memory: figures.dramReachedGBps * 1000 }
}

const passUs = (rates: Rates, flop: number, bytes: number, launches: number): number =>
  flop / rates.matrix + bytes / rates.memory + launches * launchUs

const embedding = (settings: ZeroSettings, rates: Rates): ZeroUnit => {
  const { hidden, seq, vocab, microBatch, bytes } = settings
  const tokens = seq * microBatch
  const parameters = vocab * hidden + seq * hidden
  const moved = bytes.parameter * tokens * hidden
  return {
    parameters,
    forwardUs: passUs(rates, 0, 4 * moved, 3),
    backwardUs: passUs(rates, 0, 5 * moved + 2 * bytes.gradient * parameters, 5),
    activationBytes: indexBytes * tokens,
    workBytes: 2 * moved,
  }
}

const block = (settings: ZeroSettings, rates: Rates): ZeroUnit => {
  const { hidden, heads, seq, microBatch, bytes } = settings
  const tokens = seq * microBatch
  const parameters = 12 * hidden ** 2 + 13 * hidden
  const flop = 24 * tokens * hidden ** 2 + 4 * seq * tokens * hidden
  const scores = bytes.parameter * heads * seq ** 2 * microBatch
  const width = bytes.parameter * tokens * hidden
  // Scores: product, division, mask and softmax write and read them 8 times; norms, residuals, gelu and copies 26 widths.
  const moved = 8 * scores + 26 * width
  return {
    parameters,
    forwardUs: passUs(rates, flop, moved, 16),
    // The gradients of weights are added to, so they are read as well.
    backwardUs: passUs(rates, 2 * flop, 2 * moved + 3 * bytes.gradient * parameters, 34),
    // Inputs of both norms, of the four products (1 + 1 + 1 + 4 widths), query, key and value, gelu's input; softmax; the mask; a divisor.
    activationBytes: 16 * width + scores + seq ** 2 + 2 * normBytes * tokens + indexBytes,
    workBytes: 2 * scores,
  }
}

const head = (settings: ZeroSettings, rates: Rates): ZeroUnit => {
  const { hidden, seq, vocab, microBatch, bytes } = settings
  const tokens = seq * microBatch
  const parameters = 2 * hidden + vocab * hidden
  const flop = 2 * tokens * hidden * vocab
  const logits = tokens * vocab
  const moved = logits * (2 * bytes.parameter + 3 * float32)
  return {
    parameters,
    forwardUs: passUs(rates, flop, moved, 6),
    backwardUs: passUs(rates, 2 * flop, moved + 3 * bytes.gradient * parameters, 9),
    // Input and output of the norm, log-softmax and targets of the loss, its total weight.
    activationBytes: 2 * bytes.parameter * tokens * hidden + normBytes * tokens + float32 * logits + indexBytes * tokens + float32,
    workBytes: (bytes.parameter + float32) * logits,
  }
}

/** Embedding, blocks, head. */
export const unitsOf = (settings: ZeroSettings, rates: Rates): ZeroUnit[] => {
  const one = block(settings, rates)
  return [embedding(settings, rates), ...Array.from({ length: settings.layers }, () => one), head(settings, rates)]
}

/** Bytes that mixed-precision Adam moves for each parameter that it updates: 11 passes over float32, and the 16-bit gradient and copy. */
const adamBytes = 92
const adamLaunches = 11

export const adamUs = (rates: Rates, parameters: number): number => passUs(rates, 0, adamBytes * parameters, adamLaunches)

/** Setting a buffer to zero. */
export const zeroUs = (rates: Rates, bytes: number): number => passUs(rates, 0, bytes, 1)

/** Sequences are made on the CPU one by one and copied. */
export const dataUs = ({ microBatch, gradAccum, seq }: ZeroSettings): number => 40 + microBatch * gradAccum * (48 + 0.004 * seq)

/** Floating-point operations of the matrix products of one step on one rank; for what share of the tensor cores is busy. */
export const stepFlop = ({ layers, hidden, seq, vocab, microBatch, gradAccum }: ZeroSettings): number => {
  const tokens = seq * microBatch * gradAccum
  return 3 * (layers * (24 * tokens * hidden ** 2 + 4 * seq * tokens * hidden) + 2 * tokens * hidden * vocab)
}
