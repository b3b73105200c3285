import { z } from 'zod'

export const ncclCollectives = ['all_reduce', 'all_gather', 'reduce_scatter', 'all_to_all', 'broadcast'] as const
export type NcclCollective = (typeof ncclCollectives)[number]
export const ncclDtypes = ['float32', 'float16', 'bfloat16', 'float64', 'int32'] as const

/** Programs of nccl-tests by collective. */
export const programs: Record<NcclCollective, string> = {
  all_reduce: 'all_reduce_perf',
  all_gather: 'all_gather_perf',
  reduce_scatter: 'reduce_scatter_perf',
  all_to_all: 'alltoall_perf',
  broadcast: 'broadcast_perf',
}

/** Names of the types in nccl-tests. */
export const nccltestsDtype: Record<(typeof ncclDtypes)[number], string> = {
  float32: 'float',
  float16: 'half',
  bfloat16: 'bfloat16',
  float64: 'double',
  int32: 'int32',
}

const maxBytes = 68_719_476_736

/** Parameters of the nccl probe; names are the plan file's. */
export const ncclParams = z
  .strictObject({
    backend: z.enum(['auto', 'nccl', 'gloo']).default('auto').describe('auto: nccl where every host has GPUs, else gloo'),
    collectives: z.array(z.enum(ncclCollectives)).min(1).max(5).default(['all_reduce']).describe('Collectives to measure'),
    min_bytes: z.int().min(4).max(maxBytes).default(1024).describe('Smallest total size, bytes'),
    max_bytes: z.int().min(4).max(maxBytes).default(67_108_864).describe('Largest total size, bytes'),
    factor: z.int().min(2).max(1024).default(2).describe('Each size is the last one times this'),
    iterations: z.int().min(1).max(100_000).default(20).describe('Measured iterations per size'),
    warmup_iterations: z.int().min(0).max(10_000).default(5).describe('Iterations before them'),
    ranks_per_host: z.int().min(1).max(64).optional().describe('Default: the GPUs of a host, or 1 with gloo'),
    dtype: z.enum(ncclDtypes).default('float32').describe('Element type'),
    use: z.enum(['auto', 'nccl-tests', 'torch']).default('auto').describe('auto: nccl-tests where installed, else torch.distributed'),
  })
  .refine((params) => params.min_bytes <= params.max_bytes, { message: 'min_bytes must not exceed max_bytes', path: ['min_bytes'] })
  .refine((params) => !(params.use === 'nccl-tests' && params.backend === 'gloo'), { message: 'nccl-tests knows no gloo', path: ['use'] })
export type NcclParams = z.output<typeof ncclParams>

/** Sizes of the sweep, bytes. */
export const sizesOf = (params: NcclParams): number[] => {
  const sizes: number[] = []
  for (let size = params.min_bytes; size <= params.max_bytes; size *= params.factor) sizes.push(size)
  return sizes
}
