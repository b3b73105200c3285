import { trafficMultiple, type ZeroStage } from '../../preload/contract/zero'
import { defineProbe } from '../_kit/probe'
import { autotuning } from './formats/autotuning'
import { memoryEstimate } from './formats/memory-estimate'
import { trainerState } from './formats/trainer-state'
import { trainingLog } from './formats/training-log'
import { trainingProgress } from './formats/training-progress'
import { zeroBench } from './formats/zero-bench'
import { zeroInstead } from './instead'
import { zeroJobs } from './jobs'
import { zeroMetrics } from './metrics'
import { parameterCount, sizesOf, zeroParams, type ZeroParams } from './params'
import { zeroParamsZhCN } from './params-zh-CN'
import { zeroPreflight } from './preflight'
import { readZero } from './read'

const gpuModel = 5e8

/** Start-up, then six FLOPs for each parameter and token, and the stage's traffic at 1 GB/s. A large model is taken to run on GPUs. */
const expectedSeconds = (params: ZeroParams): number => {
  const sizes = sizesOf(params)
  const parameters = parameterCount(sizes)
  const onGpu = params.backend === 'nccl' || (params.backend === 'auto' && parameters >= gpuModel)
  const flops = 6 * parameters * sizes.seq * params.micro_batch * params.grad_accum
  const computeSeconds = flops / (onGpu ? 1e14 : 1e10 * params.threads_per_rank)
  const trafficSeconds = (trafficMultiple(params.zero_stage as ZeroStage, params.grad_accum) * parameters * (onGpu ? 2 : 4)) / 1e9
  return 8 + (params.steps + params.warmup) * (computeSeconds + trafficSeconds)
}

export default defineProbe<ZeroParams>({
  id: 'zero',
  version: '2',
  title: { en: 'Training', 'zh-CN': '训练' },
  summary: {
    en: 'Step time, exposed communication, bytes sent and memory of ZeRO stages 0 to 3, from an own training benchmark on torch.distributed; and the logs of DeepSpeed, Megatron-LM and the Hugging Face Trainer.',
    'zh-CN':
      'ZeRO 阶段 0 到 3 的步时间、暴露的通信、发送字节数和内存，来自自带的 torch.distributed 训练基准；以及 DeepSpeed、Megatron-LM 和 Hugging Face Trainer 的日志。',
  },
  needs: {
    en: 'A Python with torch 1.13 or newer on every host and a free TCP port on the first; with nccl a GPU for each rank and a torch built for it.',
    'zh-CN': '每台主机上带 torch 1.13 或更新版本的 Python，第一台有一个空闲 TCP 端口；用 nccl 时每个 rank 需要一块 GPU 和相应的 torch。',
  },
  disturbs: {
    en: 'Uses every GPU (nccl) or one core per rank (gloo), their memory, and the link in bursts.',
    'zh-CN': '占用每块 GPU（nccl）或每个 rank 一个核（gloo）、其内存，并突发占用链路。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: zeroParams,
  paramsZhCN: zeroParamsZhCN,
  metrics: zeroMetrics,
  expectedSeconds,
  preflight: zeroPreflight,
  instead: zeroInstead,
  jobs: zeroJobs,
  formats: [trainingLog, trainerState, memoryEstimate, zeroBench, trainingProgress, autotuning],
  read: readZero,
})
