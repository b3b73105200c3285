import { z } from 'zod'

/** Sizes of a GPT-like model. */
export interface Sizes {
  layers: number
  hidden: number
  heads: number
  /** Tokens of a sequence. */
  seq: number
  vocab: number
}

export const presetNames = ['tiny', 'small', '125m', '1.3b', '13b'] as const

/** The larger ones have the layers and widths of GPT-3's; with 25,600 tokens and an output matrix of its own each has the parameters of its name. */
export const presets: Record<(typeof presetNames)[number], Sizes> = {
  tiny: { layers: 4, hidden: 128, heads: 4, seq: 64, vocab: 1024 },
  small: { layers: 6, hidden: 384, heads: 6, seq: 256, vocab: 8192 },
  '125m': { layers: 12, hidden: 768, heads: 12, seq: 1024, vocab: 25_600 },
  '1.3b': { layers: 24, hidden: 2048, heads: 16, seq: 2048, vocab: 25_600 },
  '13b': { layers: 40, hidden: 5120, heads: 40, seq: 2048, vocab: 25_600 },
}

const size = (most: number, what: string) => z.int().min(1).max(most).optional().describe(`${what}; default: the preset's`)

/** Parameters of the zero probe; names are the plan file's. */
export const zeroParams = z
  .strictObject({
    zero_stage: z.int().min(0).max(3).default(0).describe('0 data parallel; 1 shards optimizer states; 2 gradients too; 3 parameters too'),
    backend: z.enum(['auto', 'nccl', 'gloo']).default('auto').describe('auto: nccl where every host has GPUs, else gloo on the CPU'),
    preset: z.enum(presetNames).default('tiny').describe('Model: 1.06 M, 17.0 M, 125 M, 1.3 B or 12.9 B parameters'),
    layers: size(1000, 'Transformer blocks'),
    hidden: size(65_536, 'Width'),
    heads: size(1024, 'Attention heads'),
    seq: size(131_072, 'Tokens of a sequence'),
    vocab: size(1_000_000, 'Different tokens'),
    steps: z.int().min(1).max(10_000).default(10).describe('Measured steps'),
    warmup: z.int().min(1).max(1000).default(2).describe('Steps before them; the first also counts the memory'),
    micro_batch: z.int().min(1).max(4096).default(4).describe('Sequences of one rank in one micro step'),
    grad_accum: z.int().min(1).max(1024).default(1).describe('Micro steps of one step'),
    dtype: z
      .enum(['auto', 'float32', 'bfloat16', 'float16'])
      .default('auto')
      .describe('Of parameters and gradients; auto: bfloat16 on GPUs, float32 on the CPU. float16 needs GPUs'),
    engine: z
      .enum(['own', 'deepspeed'])
      .default('own')
      .describe("own: this probe's stages; deepspeed: its engine, where installed, on GPUs"),
    ranks_per_host: z.int().min(1).max(64).optional().describe('Default: the GPUs of a host, or 1 with gloo'),
    threads_per_rank: z.int().min(1).max(256).default(1).describe('Cores that a rank computes on, without GPUs'),
    seed: z.int().min(0).max(1_000_000).default(1).describe('Of the model and the data'),
  })
  .refine((params) => sizesOf(params).hidden % sizesOf(params).heads === 0, {
    message: 'hidden must be a multiple of heads',
    path: ['heads'],
  })
  .refine((params) => params.backend !== 'gloo' || params.dtype !== 'float16', { message: 'float16 needs GPUs', path: ['dtype'] })
  .refine((params) => params.backend !== 'gloo' || params.engine !== 'deepspeed', { message: 'deepspeed needs GPUs', path: ['engine'] })
export type ZeroParams = z.output<typeof zeroParams>

type Chosen = { preset: (typeof presetNames)[number] } & { [Name in keyof Sizes]?: number | undefined }

export const sizesOf = (params: Chosen): Sizes => {
  const base = presets[params.preset]
  return {
    layers: params.layers ?? base.layers,
    hidden: params.hidden ?? base.hidden,
    heads: params.heads ?? base.heads,
    seq: params.seq ?? base.seq,
    vocab: params.vocab ?? base.vocab,
  }
}

/** Parameters of the model: per block 12 h^2 + 13 h, embedding of tokens and places, last norm, output matrix. */
export const parameterCount = ({ layers, hidden, seq, vocab }: Sizes): number =>
  layers * (12 * hidden ** 2 + 13 * hidden) + 2 * vocab * hidden + seq * hidden + 2 * hidden
