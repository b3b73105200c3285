import { defineProbe } from '../_kit/probe'
import { ncclDebug } from './formats/nccl-debug'
import { ncclTestsJson } from './formats/nccl-tests-json'
import { ncclTestsText } from './formats/nccl-tests-text'
import { torchCollectives } from './formats/torch-collectives'
import { ncclInstead } from './instead'
import { ncclJobs } from './jobs'
import { ncclMetrics } from './metrics'
import { ncclParams, sizesOf, type NcclParams } from './params'
import { ncclParamsZhCN } from './params-zh-CN'
import { ncclPreflight } from './preflight'
import { readNccl } from './read'

/** Start-up (python, torch, the ranks' meeting), then every size at 20 us and 1 GB/s, a slow link's figures. */
const expectedSeconds = (params: NcclParams): number => {
  const calls = params.iterations + params.warmup_iterations + 1
  const sweep = sizesOf(params).reduce((sum, size) => sum + calls * (20e-6 + size / 1e9), 0)
  return 6 + params.collectives.length * sweep
}

export default defineProbe<NcclParams>({
  id: 'nccl',
  version: '1',
  title: { en: 'Collectives', 'zh-CN': '集合通信' },
  summary: {
    en: 'Time, algorithm and bus bandwidth of collectives by size: nccl-tests where it is installed, else torch.distributed over nccl or gloo.',
    'zh-CN': '按消息大小给出集合通信的时间、算法带宽和总线带宽：装有 nccl-tests 时用它，否则用 torch.distributed（nccl 或 gloo）。',
  },
  needs: {
    en: 'nccl-tests built with MPI, an mpirun and SSH between the hosts; or a Python with torch 1.13 or newer on every host and a free TCP port on the first.',
    'zh-CN':
      '以 MPI 编译的 nccl-tests、mpirun 和主机间的 SSH；或每台主机上带 torch 1.13 及更新版本的 Python，且第一台有一个空闲 TCP 端口。',
  },
  disturbs: {
    en: 'Uses every GPU (nccl) or about one core per rank (gloo) and fills the link at large sizes.',
    'zh-CN': '占用每块 GPU（nccl）或每个 rank 约一个核（gloo），大消息时占满链路。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: ncclParams,
  paramsZhCN: ncclParamsZhCN,
  metrics: ncclMetrics,
  expectedSeconds,
  preflight: ncclPreflight,
  instead: ncclInstead,
  jobs: ncclJobs,
  formats: [ncclTestsText, ncclTestsJson, torchCollectives, ncclDebug],
  read: readNccl,
})
