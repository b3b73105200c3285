import { stateBytesOf, type StateBytes } from '../../../../preload/contract/zero'

/** What the training benchmark is told by its environment (remote-scripts/zero/zero_bench.py). */
export interface ZeroSettings {
  stage: number
  layers: number
  hidden: number
  heads: number
  seq: number
  vocab: number
  microBatch: number
  gradAccum: number
  steps: number
  warmup: number
  seed: number
  dtype: string
  bytes: StateBytes
  /** Ranks of this host, the number of its first, and all of them. */
  ranks: number
  rankOffset: number
  world: number
  node: number
  /** Names of the plan's hosts. */
  hosts: string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** The settings, or what is wrong with them. */
export const readSettings = (env: Environment): ZeroSettings | string => {
  const missing = new Set<string>()
  const whole = (name: string): number => {
    const text = env[name] ?? ''
    if (!/^\d{1,12}$/.test(text)) missing.add(name)
    return Number(text)
  }
  const dtype = env['HR_DTYPE'] ?? ''
  const bytes = stateBytesOf(dtype)
  if (bytes === null) missing.add('HR_DTYPE')
  const settings = {
    stage: whole('HR_ZERO_STAGE'),
    layers: whole('HR_LAYERS'),
    hidden: whole('HR_HIDDEN'),
    heads: whole('HR_HEADS'),
    seq: whole('HR_SEQ'),
    vocab: whole('HR_VOCAB'),
    microBatch: whole('HR_MICRO_BATCH'),
    gradAccum: whole('HR_GRAD_ACCUM'),
    steps: whole('HR_STEPS'),
    warmup: whole('HR_WARMUP'),
    seed: whole('HR_SEED'),
    dtype,
    ranks: whole('HR_RANKS'),
    rankOffset: whole('HR_RANK_OFFSET'),
    world: whole('HR_WORLD'),
    node: whole('HR_NODE'),
    hosts: (env['HR_HOSTS'] ?? '').split(',').filter((name) => name !== ''),
  }
  if (missing.size > 0 || bytes === null) return `not a number, or not set: ${[...missing].join(', ')}`
  if (env['HR_BACKEND'] !== 'nccl' || env['HR_ENGINE'] !== 'own') return 'the simulated hosts play backend nccl and engine own only'
  return { ...settings, bytes }
}
