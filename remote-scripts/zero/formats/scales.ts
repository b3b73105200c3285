import type { Scale } from '../../_kit/numbers'

/** DeepSpeed divides bytes by 1024 three times and prints GB. */
export const binaryGigabytes: Scale = { unit: 'bytes', power: 0, factor: 2 ** 30 }
/** Megatron's `memory (MB)` divides by 1024 twice. */
export const binaryMegabytes: Scale = { unit: 'bytes', power: 0, factor: 2 ** 20 }
/** Megatron-Core's `...-gigabytes` divides by 1e9. */
export const decimalGigabytes: Scale = { unit: 'bytes', power: 9, factor: 1 }
export const teraFlops: Scale = { unit: 'FLOP/s', power: 12, factor: 1 }
export const milliseconds: Scale = { unit: 'us', power: 3, factor: 1 }
export const seconds: Scale = { unit: 'us', power: 6, factor: 1 }

const flopPrefixes = ['', 'K', 'M', 'G', 'T', 'P', 'E']

/** `TFLOPS` and its like: arithmetic per second; null when it is none. */
export const flopScale = (printed: string): Scale | null => {
  const prefix = /^([KMGTPE]?)FLOPS$/.exec(printed)?.[1]
  return prefix === undefined ? null : { unit: 'FLOP/s', power: 3 * flopPrefixes.indexOf(prefix), factor: 1 }
}
