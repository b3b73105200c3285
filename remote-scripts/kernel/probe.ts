import { defineProbe } from '../_kit/probe'
import { kernelInstead } from './instead'
import { kernelJobs } from './jobs'
import { kernelMetrics } from './metrics'
import { ncuConsole } from './ncu/console-format'
import { ncuCsv } from './ncu/csv-format'
import { ncuSourcePage } from './ncu/source-page'
import { nvprof } from './nvprof/format'
import { kernelParams, type KernelParams } from './params'
import { kernelParamsZhCN } from './params-zh-CN'
import { kernelPreflight } from './preflight'
import { readKernel } from './read'

export default defineProbe<KernelParams>({
  id: 'kernel',
  version: '3',
  title: { en: 'GPU kernels', 'zh-CN': 'GPU 核函数' },
  summary: {
    en: 'Duration, throughput, occupancy and counters of each kernel, by Nsight Compute (ncu) or nvprof.',
    'zh-CN': '用 Nsight Compute（ncu）或 nvprof 得到每个核函数的时长、吞吐、占用率和计数器。',
  },
  needs: {
    en: "A GPU; ncu from compute capability 7.0 on, nvprof below 8.0; the right to read the GPU's performance counters, which DCGM may hold (pause_dcgm).",
    'zh-CN': 'GPU；计算能力 7.0 起用 ncu，8.0 以下可用 nvprof；读取 GPU 性能计数器的权限（可能被 DCGM 占用，见 pause_dcgm）。',
  },
  disturbs: {
    en: 'Replays each profiled launch many times, one kernel at a time, with the base clock locked: the program runs far slower meanwhile.',
    'zh-CN': '被剖析的每次启动会以锁定的基准频率逐个核函数重放多次：期间程序会慢得多。',
  },
  minHosts: 1,
  maxHosts: 1,
  params: kernelParams,
  paramsZhCN: kernelParamsZhCN,
  metrics: kernelMetrics,
  expectedSeconds: (params) => params.expected_seconds,
  preflight: kernelPreflight,
  instead: kernelInstead,
  jobs: kernelJobs,
  formats: [ncuSourcePage],
  streams: [ncuConsole, ncuCsv, nvprof],
  read: readKernel,
})
