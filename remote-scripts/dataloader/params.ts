import { z } from 'zod'

export interface Config {
  workers: number
  prefetch: number
  batch: number
  pinned: boolean
}

/** A value or a list of them, for each part of a setting. */
type Sweep = { [Name in keyof Config]: Config[Name] | Config[Name][] }

const listOf = <T>(value: T | T[]): T[] => [...new Set(Array.isArray(value) ? value : [value])]

/** Every setting of the sweep. Without workers nothing is made ahead, so only the first prefetch is run. */
export const configsOf = (sweep: Sweep): Config[] =>
  listOf(sweep.workers).flatMap((workers) => {
    const prefetches = listOf(sweep.prefetch)
    return (workers === 0 ? prefetches.slice(0, 1) : prefetches).flatMap((prefetch) =>
      listOf(sweep.batch).flatMap((batch) => listOf(sweep.pinned).map((pinned) => ({ workers, prefetch, batch, pinned }))),
    )
  })

const several = <T extends z.ZodType>(one: T): z.ZodUnion<[T, z.ZodArray<T>]> => z.union([one, z.array(one).min(1).max(16)])
const time = z.number().min(0).max(60_000_000)
/** Coefficient of variation of a time; 0: always the same, 1: exponential. */
const spread = z.number().min(0).max(3).default(0)

/** Parameters of the dataloader probe; names are the plan file's. */
export const dataloaderParams = z
  .strictObject({
    workers: several(z.int().min(0).max(256)).default([0, 1, 2, 4]).describe('Worker processes; 0: the training process loads by itself'),
    prefetch: several(z.int().min(1).max(64)).default(2).describe('Batches that each worker makes ahead'),
    batch: several(z.int().min(1).max(65_536)).default(32).describe('Samples of a batch'),
    pinned: several(z.boolean()).default(false).describe('Pinned memory; needs a GPU'),
    steps: z.int().min(10).max(20_000).default(200).describe('Measured steps of each setting'),
    warmup_steps: z.int().min(0).max(10_000).default(10).describe('Steps before them, and as many more as the queue holds'),
    dataset: z
      .string()
      .regex(/^[A-Za-z_][\w.]{0,200}:[A-Za-z_]\w{0,100}$/, 'module:callable')
      .optional()
      .describe('module:callable that returns a map-style dataset, or it and a collate function; without it a synthetic one'),
    dataset_path: z.string().max(1024).default('').describe('Folder on the host that is added to the module path'),
    samples: z.int().min(1).max(100_000_000).default(10_000).describe('Synthetic: number of samples'),
    sample_bytes: z.int().min(1).max(1_073_741_824).default(150_528).describe('Synthetic: size of a sample, bytes'),
    decode: z.enum(['busy', 'sleep']).default('busy').describe('Synthetic: decoding computes, or waits as for a disk'),
    decode_us: time.default(1000).describe('Synthetic: cost of decoding one sample, us'),
    decode_cv: spread.describe('Synthetic: its coefficient of variation'),
    step: z.enum(['busy', 'sleep']).default('sleep').describe('The stand-in for the training step waits, as for a GPU, or computes'),
    step_us: time.default(20_000).describe('Its length, us'),
    step_cv: spread.describe('Its coefficient of variation'),
    shuffle: z.boolean().default(true).describe('Samples in random order'),
    seed: z.int().min(0).max(0x7fffffff).default(1).describe('Of order and times: in one repeat the same in every arm, in the next others'),
  })
  .refine((params) => configsOf(params).length <= 64, { message: 'at most 64 settings', path: ['workers'] })
export type DataloaderParams = z.output<typeof dataloaderParams>

/** What dataloader_bench.py reads from HR_DATALOADER. */
export const benchPlan = (params: DataloaderParams): Record<string, unknown> => {
  const { steps, warmup_steps, samples, dataset, dataset_path, sample_bytes, decode, decode_us, decode_cv } = params
  const { step, step_us, step_cv, shuffle, seed } = params
  const data = { dataset: dataset ?? '', dataset_path, length: samples, sample_bytes, decode, decode_us, decode_cv }
  return { configs: configsOf(params), steps, warmup: warmup_steps, ...data, step, step_us, step_cv, shuffle, seed }
}

/** Seconds: the slower of loading and stepping, each setting's start, and the import of torch. */
export const sweepSeconds = (params: DataloaderParams): number =>
  4 +
  configsOf(params).reduce((sum, { workers, prefetch, batch }) => {
    const loadUs = params.dataset ? 0 : params.decode_us * batch
    const perStepUs = workers === 0 ? loadUs + params.step_us : Math.max(params.step_us, loadUs / workers)
    return sum + 0.5 + ((params.steps + params.warmup_steps + workers * prefetch) * perStepUs) / 1e6
  }, 0)
