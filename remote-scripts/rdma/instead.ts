import type { Instead } from '../_kit/probe'

export const rdmaInstead: readonly Instead[] = [
  {
    probe: 'tcp',
    params: {},
    answers: {
      en: 'TCP over the same fabric: throughput and latency through the kernel, not what RDMA would reach.',
      'zh-CN': '同一网络上的 TCP：经内核的吞吐量和延迟，并非 RDMA 能达到的水平。',
    },
  },
]
