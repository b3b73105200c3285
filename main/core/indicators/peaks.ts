/** Dense 16-bit tensor peak by product name, FLOP/s (vendor's data sheets; without sparsity). The first that fits counts. */
const peaks: readonly (readonly [name: RegExp, flopPerSecond: number])[] = [
  [/\bV100-SXM/i, 125e12],
  [/\bV100-PCIE/i, 112e12],
  [/\bT4\b/i, 65e12],
  [/\bA100\b/i, 312e12],
  [/\bA30\b/i, 165e12],
  [/\bA40\b/i, 149.7e12],
  [/\bL40S\b/i, 362e12],
  [/\bL4\b/i, 121e12],
  [/\bH100 PCIe\b/i, 756e12],
  [/\bH100 NVL\b/i, 835e12],
  [/\bH200 NVL\b/i, 835e12],
  [/\bH100\b.*\bHBM3\b|\bH100 SXM|\bH100-SXM/i, 989e12],
  [/\bH200\b/i, 989e12],
]

/** A slice of a GPU has the whole one's name before its own, and not its peak. */
const slice = /\bMIG\b/

/** Null for a GPU that is not in the list: no peak is guessed. */
export const tensorPeak = (gpu: string): number | null => (slice.test(gpu) ? null : (peaks.find(([name]) => name.test(gpu))?.[1] ?? null))

const float16: ReadonlySet<string> = new Set(['float16', 'fp16', 'half'])
const bfloat16: ReadonlySet<string> = new Set(['bfloat16', 'bf16'])
/** Their tensor cores know float16 alone: bfloat16 takes another way there. */
const withoutBfloat16 = /\bV100|\bT4\b/i

/** True for the types that run on this GPU's tensor cores at the listed peak. */
export const runsAtPeak = (gpu: string, dtype: unknown): boolean => {
  const name = typeof dtype === 'string' ? dtype.replace(/^torch\./, '') : ''
  return float16.has(name) || (bfloat16.has(name) && !withoutBfloat16.test(gpu))
}

/** Terms of a model's arithmetic; layers, width and length null where they are not known. */
export interface ModelTerms {
  parameters: number
  layers: number | null
  hidden: number | null
  seq: number | null
}

/**
 * Model FLOPs of one token, forward and backward: 6 per parameter, and 12 L h s for attention where the sizes are known; what recomputing adds is no
 * model FLOP (Chowdhery et al., PaLM, arXiv 2204.02311, appendix B).
 */
export const flopPerToken = ({ parameters, layers, hidden, seq }: ModelTerms): number =>
  6 * parameters + (layers !== null && hidden !== null && seq !== null ? 12 * layers * hidden * seq : 0)
