import { endpointOf } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { rankJobs } from '../_kit/ranks'
import { choose } from './choice'
import { sizesOf, type ZeroParams } from './params'

/** One role per host with its ranks, all of them training the same model. */
export const zeroJobs = (context: LaunchContext<ZeroParams>): RoleJob[] => {
  const { params } = context
  const { backend, dtype, ranksPerHost } = choose(context)
  const sizes = sizesOf(params)
  const endpoints = context.hosts.map((_, index) => endpointOf(context, index))
  const env = {
    HR_ENGINE: params.engine,
    HR_ZERO_STAGE: String(params.zero_stage),
    HR_LAYERS: String(sizes.layers),
    HR_HIDDEN: String(sizes.hidden),
    HR_HEADS: String(sizes.heads),
    HR_SEQ: String(sizes.seq),
    HR_VOCAB: String(sizes.vocab),
    HR_MICRO_BATCH: String(params.micro_batch),
    HR_GRAD_ACCUM: String(params.grad_accum),
    HR_STEPS: String(params.steps),
    HR_WARMUP: String(params.warmup),
    HR_DTYPE: dtype,
    HR_SEED: String(params.seed),
    HR_THREADS: String(params.threads_per_rank),
    ...(params.engine === 'deepspeed' ? { HR_MODULE: 'deepspeed' } : {}),
  }
  return rankJobs(context, { bench: 'zero/zero_bench.py', backend, ranksPerHost, env }, endpoints)
}
