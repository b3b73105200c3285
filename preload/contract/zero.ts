/**
 * ZeRO's own arithmetic (Rajbhandari et al., arXiv 1910.02054): what each stage holds and sends. Shared by the probe, which must know what fits
 * before it runs, and by the comparison, which shows it beside what was measured.
 */
export type ZeroStage = 0 | 1 | 2 | 3

/** Bytes that one parameter takes in each of the three model states. */
export interface StateBytes {
  parameter: number
  gradient: number
  /** The paper's K: Adam's two moments in float32, and a float32 copy beside parameters of 16 bits. */
  optimizer: number
}

const half: StateBytes = { parameter: 2, gradient: 2, optimizer: 12 }
const stateBytes: Readonly<Record<string, StateBytes>> = {
  float32: { parameter: 4, gradient: 4, optimizer: 8 },
  float16: half,
  bfloat16: half,
}

/** With Adam, by the type of parameters and gradients; null for a type that is not known. */
export const stateBytesOf = (dtype: string): StateBytes | null => (Object.hasOwn(stateBytes, dtype) ? (stateBytes[dtype] ?? null) : null)

/** Model states of one rank in bytes. `ranks` may be Infinity: what no number of ranks takes away. */
export const modelStateBytes = (stage: ZeroStage, parameters: number, ranks: number, bytes: StateBytes): number => {
  const whole = (value: number, shardedFrom: ZeroStage): number => (stage >= shardedFrom ? value / ranks : value)
  return parameters * (whole(bytes.parameter, 3) + whole(bytes.gradient, 2) + whole(bytes.optimizer, 1))
}

/**
 * What a rank sends in one step, as a multiple of parameters x (N-1)/N: all-reduce 2; reduce-scatter and all-gather 2; a reduce-scatter in each of
 * g micro steps and an all-gather g + 1; gathered forward and backward and reduced in each of them 3 g.
 */
export const trafficMultiple = (stage: ZeroStage, gradAccum: number): number => {
  if (stage === 2) return gradAccum + 1
  return stage === 3 ? 3 * gradAccum : 2
}

/** Bytes that a rank sends in one step; parameters and gradients of equal size. */
export const trafficBytes = (stage: ZeroStage, parameters: number, ranks: number, gradAccum: number, bytes: StateBytes): number =>
  (trafficMultiple(stage, gradAccum) * parameters * bytes.parameter * (ranks - 1)) / ranks
