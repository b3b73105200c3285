import { z } from 'zod'

export const flameTools = ['auto', 'py-spy', 'perf', 'sampler'] as const
export const flameEvents = ['auto', 'cycles', 'cpu-clock'] as const

/** Parameters of the flame probe; names are the plan file's. */
export const flameParams = z
  .strictObject({
    command: z
      .string()
      .max(8192)
      .refine((text) => !text.includes('\0'), 'the command holds a NUL')
      .default('')
      .describe('Shell text that starts the program to profile; it ends with the profile'),
    folder: z.string().max(1024).default('').describe('Where it runs on the host; the home folder without it'),
    attach: z
      .string()
      .max(400)
      .refine((text) => !/[\0\n]/.test(text), 'one line')
      .default('')
      .describe('Instead of a command: the pid of a running process of yours, or a part of its command line'),
    seconds: z.int().min(1).max(3600).default(30).describe('Longest time of the profile, seconds; a command that ends earlier ends it'),
    rate_hz: z
      .int()
      .min(1)
      .max(10_000)
      .default(99)
      .describe('Samples a second; 99 rather than 100, so that no timer of the program keeps step'),
    tool: z.enum(flameTools).default('auto').describe('auto: py-spy, else the own sampler for Python; perf for everything else'),
    event: z
      .enum(flameEvents)
      .default('auto')
      .describe('What perf counts; auto: cycles, or cpu-clock where there are no hardware counters'),
    call_graph: z.enum(['fp', 'dwarf']).default('fp').describe('How perf walks stacks; dwarf for programs built without frame pointers'),
    threads: z.boolean().default(false).describe('The first frame names the thread (py-spy, sampler)'),
    native: z.boolean().default(false).describe('Frames of C and C++ as well (py-spy; perf has them always)'),
    idle: z.boolean().default(false).describe('Threads that wait count as well: wall time instead of processor time (py-spy, sampler)'),
    gil: z.boolean().default(false).describe('Only threads that hold the global interpreter lock (py-spy)'),
  })
  .refine(({ command, attach }) => (command.trim() === '') !== (attach.trim() === ''), {
    message: 'name a command to start, or a process to attach to',
    path: ['command'],
  })
  .refine(({ tool, attach }) => tool !== 'sampler' || attach.trim() === '', {
    message: 'the own sampler cannot attach: it starts the command itself',
    path: ['tool'],
  })
export type FlameParams = z.output<typeof flameParams>
