/** One iteration as Megatron-LM reports it. */
export interface MegatronIteration {
  iteration: number
  total: number
  consumedSamples: number
  globalBatchSize: number
  stepMs: number
  /** TFLOP/s of each GPU; null: the build does not print it. */
  teraFlops: number | null
  /** null: the iteration was skipped. */
  loss: number | null
  gradNorm: number
}

/** `1.234567E+01`, as C and Python print `%.6E`. */
const scientific = (value: number): string => {
  const [mantissa = '0', exponent = '+0'] = value.toExponential(6).split('e')
  const sign = exponent.startsWith('-') ? '-' : '+'
  return `${mantissa}E${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`
}

/** Megatron-LM's iteration line; milliseconds with one decimal. */
export const printMegatronIteration = (one: MegatronIteration): string => {
  const fields = [
    ` iteration ${String(one.iteration).padStart(8)}/${String(one.total).padStart(8)}`,
    `consumed samples: ${String(one.consumedSamples).padStart(12)}`,
    `elapsed time per iteration (ms): ${one.stepMs.toFixed(1)}`,
    ...(one.teraFlops === null ? [] : [`throughput per GPU (TFLOP/s/GPU): ${one.teraFlops.toFixed(1)}`]),
    `learning rate: ${scientific(1e-4)}`,
    `global batch size: ${String(one.globalBatchSize).padStart(5)}`,
    ...(one.loss === null ? [] : [`lm loss: ${scientific(one.loss)}`]),
    'loss scale: 1.0',
    `grad norm: ${one.gradNorm.toFixed(3)}`,
    `number of skipped iterations: ${String(one.loss === null ? 1 : 0).padStart(3)}`,
    `number of nan iterations: ${String(0).padStart(3)}`,
  ]
  return `${fields.join(' | ')} |`
}

/** `time (ms) | forward-compute: 1208.00 | …`, two decimals. */
export const printMegatronTimes = (phases: readonly (readonly [string, number])[]): string =>
  `time (ms) | ${phases.map(([name, ms]) => `${name}: ${ms.toFixed(2)}`).join(' | ')}`

/** Megatron's memory report; MB of 2^20 bytes. */
export const printMegatronMemory = (rank: number, iteration: number, allocated: number, most: number): string =>
  `[Rank ${rank}] (after ${iteration} iterations) memory (MB) | allocated: ${allocated} | max allocated: ${most} | reserved: ${most} | max reserved: ${most}`
