import { z } from 'zod'

export const timelineTools = ['auto', 'nsys', 'torch'] as const
export const timelineCaptures = ['auto', 'all', 'steps', 'window', 'range'] as const

/** Which captures each profiler knows. */
const capturesOf = { auto: timelineCaptures, nsys: ['auto', 'all', 'window', 'range'], torch: ['auto', 'all', 'steps'] } as const

const steps = z.int().min(0).max(100_000)

/** Parameters of the timeline probe; names are the plan file's. */
export const timelineParams = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .max(8192)
      .refine((text) => text.trim() !== '' && !text.includes('\0'), 'the command is empty')
      .describe('What to profile: shell text for nsys, a Python script and its arguments for torch'),
    folder: z.string().max(1024).default('').describe('Where it runs on the host; the home folder without it'),
    tool: z.enum(timelineTools).default('auto').describe('auto: nsys where every host has it and GPUs, else the PyTorch profiler'),
    capture: z
      .enum(timelineCaptures)
      .default('auto')
      .describe('all: the whole command; steps (torch): counted optimizer steps; window (nsys): seconds; range (nsys): cudaProfilerApi'),
    wait_steps: steps.default(5).describe('Optimizer steps before the profiler starts (torch)'),
    warmup_steps: steps.default(2).describe('Steps that are profiled and thrown away (torch)'),
    active_steps: steps.min(1).default(3).describe('Steps that are recorded (torch)'),
    end_when_captured: z.boolean().default(true).describe('End the script once the steps are recorded (torch)'),
    delay_seconds: z.int().min(0).max(86_400).default(0).describe('Seconds before a window opens (nsys)'),
    duration_seconds: z.int().min(1).max(3600).optional().describe('Length of a window, seconds; the command ends with it (nsys)'),
    ranks_per_host: z.int().min(1).max(64).default(1).describe('Ranks of the command on each host, as torchrun would start them'),
    trace_limit_mib: z.int().min(0).max(60).default(32).describe('A larger trace is added up on the host, MiB (2^20 bytes)'),
    keep_trace: z.boolean().default(false).describe('Bring a large trace home as well, compressed'),
    top: z.int().min(1).max(1000).default(50).describe('Kernels, ranges and calls that become figures: the longest of each kind'),
    expected_seconds: z.number().min(1).max(86_400).default(60).describe('How long the command takes, seconds'),
  })
  .refine(({ tool, capture }) => (capturesOf[tool] as readonly string[]).includes(capture), {
    message: 'nsys knows all, window and range; torch knows all and steps',
    path: ['capture'],
  })
export type TimelineParams = z.output<typeof timelineParams>
