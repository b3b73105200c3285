import { z } from 'zod'

export const kernelTools = ['auto', 'ncu', 'nvprof'] as const

/** Parameters of the kernel probe; names are the plan file's. */
export const kernelParams = z.strictObject({
  command: z
    .string()
    .min(1)
    .max(8192)
    .refine((text) => text.trim() !== '' && !text.includes('\0'), 'the command is empty')
    .describe('Shell text that starts the program to profile'),
  folder: z.string().max(1024).default('').describe('Where it runs on the host; the home folder without it'),
  tool: z.enum(kernelTools).default('auto').describe('auto: ncu from compute capability 7.0 on, nvprof below'),
  kernel_filter: z.string().max(500).default('').describe('Only kernels whose name matches this regular expression'),
  launch_skip: z.int().min(0).max(1_000_000_000).default(20).describe('Matching launches that are let pass first (ncu)'),
  launch_count: z.int().min(1).max(10_000).default(10).describe('Launches that are profiled (ncu)'),
  counters: z
    .array(z.string().regex(/^[a-z0-9_]{1,120}(?:\.[a-z0-9_.]{1,80})?$/, "a counter's own name, as sm__inst_executed.sum"))
    .max(100)
    .default([])
    .describe('Further counters, beside those of roofline, occupancy and patterns'),
  clock_control: z.enum(['base', 'none']).default('base').describe('ncu: base locks the base clock, none leaves clocks as they are'),
  ranks_per_host: z.int().min(1).max(64).default(1).describe('Ranks of the command; one of them is profiled'),
  profiled_rank: z.int().min(0).max(63).default(0).describe('Which rank'),
  pause_dcgm: z.boolean().default(false).describe('Pause the profiling of DCGM while ncu runs: the monitoring of all users has a gap'),
  keep_report: z.boolean().default(false).describe('Bring the report of ncu home as well'),
  expected_seconds: z.number().min(1).max(86_400).default(120).describe('How long the profiled command takes, seconds'),
})
export type KernelParams = z.output<typeof kernelParams>
