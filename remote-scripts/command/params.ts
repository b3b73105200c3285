import { z } from 'zod'

export const directions = ['higher', 'lower', 'none'] as const
export type Direction = (typeof directions)[number]

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,95}$/, 'a metric as the command prints it, or with its prefix')

/** Parameters of the command probe; names are the plan file's. */
export const commandParams = z.strictObject({
  command: z
    .string()
    .min(1)
    .max(8192)
    .refine((text) => text.trim() !== '' && !text.includes('\0'), 'the command is empty')
    .describe('Shell text that prints JSON lines'),
  folder: z.string().max(1024).default('').describe('Where it runs on the host; the home folder without it'),
  better: z.record(name, z.enum(directions)).default({}).describe('Metric -> higher, lower or none; wins over what the lines say'),
  headline: z.string().max(96).default('').describe('The metric that carries the verdict; the only one without it'),
  expected_seconds: z.number().min(1).max(86_400).default(10).describe('How long one launch takes, seconds'),
})
export type CommandParams = z.output<typeof commandParams>
