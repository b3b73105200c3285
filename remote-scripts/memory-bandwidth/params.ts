import { z } from 'zod'

export const memoryEngines = ['numpy', 'torch', 'c'] as const
export type MemoryEngine = (typeof memoryEngines)[number]

/** Parameters of the memory-bandwidth probe; names are the plan file's. */
export const memoryParams = z.strictObject({
  engine: z
    .enum(['auto', ...memoryEngines])
    .default('auto')
    .describe('auto: numpy, else torch, else C compiled on the host'),
  size_bytes: z
    .int()
    .min(1_048_576)
    .max(2 ** 42)
    .optional()
    .describe('Size of one of the three arrays, bytes; default 4 times the last-level caches'),
  workers: z.int().min(1).max(1024).optional().describe('Processes that measure at once; default one per processor'),
  repeats: z.int().min(3).max(1000).default(10).describe('Timed rounds of each test'),
  gpu: z.boolean().default(true).describe('Also on GPUs, and between host and GPU, where torch sees one'),
})
export type MemoryParams = z.output<typeof memoryParams>
