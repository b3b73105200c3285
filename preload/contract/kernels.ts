import { z } from './zod'
import { unit } from './measurement'

export const ceilingKinds = ['dram', 'fp16', 'fp32', 'fp64', 'tensor'] as const
export const patternNames = [
  'uncoalesced',
  'registers_limit',
  'shared_memory_limit',
  'tail_effect',
  'memory_bound',
  'latency_bound',
] as const
export const occupancyResources = ['blocks', 'warps', 'registers', 'shared_memory'] as const

/** One wall of the roofline: GB/s for device memory, FLOP/s for arithmetic. */
export const ceiling = z.object({
  kind: z.enum(ceilingKinds),
  value: z.number(),
  unit: z.enum(['GB/s', 'FLOP/s']),
  /** counters: the profiler's peak per cycle times its clock; device: published rate per SM and cycle; measured: the memory-bandwidth probe. */
  source: z.enum(['counters', 'device', 'measured']),
})
export type Ceiling = z.infer<typeof ceiling>

export const evidence = z.object({ counter: z.string(), value: z.number(), unit })

/** Names of counters that an answer would need; empty: it is answered. */
const missing = z.array(z.string())

export const kernelPattern = z.object({
  pattern: z.enum(patternNames),
  verdict: z.enum(['yes', 'no', 'cannot_answer']),
  evidence: z.array(evidence),
  missing,
})
export type KernelPattern = z.infer<typeof kernelPattern>

export const occupancy = z.object({
  achieved: z.number().nullable(),
  theoretical: z.number().nullable(),
  /** Blocks that an SM has room for, by resource; null: not known, or the block takes nothing of it. */
  limits: z.object({
    blocks: z.number().nullable(),
    warps: z.number().nullable(),
    registers: z.number().nullable(),
    shared_memory: z.number().nullable(),
  }),
  limiters: z.array(z.enum(occupancyResources)),
  missing,
})
export type Occupancy = z.infer<typeof occupancy>

/** All profiled launches of one kernel in one shape. */
export const kernelRow = z.object({
  kernel: z.string(),
  launches: z.number(),
  /** Of all of them, added up, us. */
  timeUs: z.number().nullable(),
  flop: z.number().nullable(),
  dramBytes: z.number().nullable(),
  /** FLOP/byte. */
  intensity: z.number().nullable(),
  flopPerSecond: z.number().nullable(),
  /** Wall that holds this kernel back, and what it would allow, FLOP/s. */
  bound: z.enum(['memory', 'compute']).nullable(),
  attainableFlopPerSecond: z.number().nullable(),
  /** Peak of the pipe that most of the operations went through, FLOP/s. */
  peakFlopPerSecond: z.number().nullable(),
  /** Reached over attainable. */
  share: z.number().nullable(),
  missing,
  occupancy,
  patterns: z.array(kernelPattern),
})
export type KernelRow = z.infer<typeof kernelRow>

/** What the counters of one launch of the kernel probe mean. */
export const kernelAnalysis = z.object({
  gpu: z.string().nullable(),
  computeCapability: z.string().nullable(),
  ceilings: z.array(ceiling),
  kernels: z.array(kernelRow),
})
export type KernelAnalysis = z.infer<typeof kernelAnalysis>
