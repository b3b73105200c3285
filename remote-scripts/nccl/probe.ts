import { defineProbe } from '../_kit/probe'
import { ncclTestsJson } from './formats/nccl-tests-json'
import { ncclTestsText } from './formats/nccl-tests-text'
import { torchCollectives } from './formats/torch-collectives'
import { ncclJobs } from './jobs'
import { ncclMetrics } from './metrics'
import { ncclParams, sizesOf, type NcclParams } from './params'
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
  title: 'Collectives',
  summary:
    'Time, algorithm and bus bandwidth of collectives by size: nccl-tests where it is installed, else torch.distributed over nccl or gloo.',
  disturbs: 'Uses every GPU (nccl) or about one core per rank (gloo) and fills the link at large sizes.',
  minHosts: 1,
  maxHosts: 64,
  params: ncclParams,
  metrics: ncclMetrics,
  expectedSeconds,
  preflight: ncclPreflight,
  jobs: ncclJobs,
  formats: [ncclTestsText, ncclTestsJson, torchCollectives],
  read: readNccl,
})
