import type { Instead } from '../_kit/probe'
import type { NcclParams } from './params'

export const ncclInstead = ({ use, backend, dtype }: NcclParams): Instead[] => [
  ...(use === 'nccl-tests'
    ? [
        {
          probe: 'nccl',
          params: { use: 'torch' },
          answers: {
            en: 'The same collectives over NCCL, called from torch.distributed: small sizes carry the cost of Python.',
            'zh-CN': '同样的集合通信，经 NCCL，由 torch.distributed 调用：小消息会包含 Python 的开销。',
          },
        },
      ]
    : []),
  ...(backend === 'gloo'
    ? []
    : [
        {
          probe: 'nccl',
          params: { backend: 'gloo', use: undefined, ...(dtype === 'bfloat16' || dtype === 'float16' ? { dtype: undefined } : {}) },
          answers: {
            en: 'The same collectives on the processors, by gloo: how the links compare, nothing about GPUs or NCCL.',
            'zh-CN': '在处理器上用 gloo 做同样的集合通信：可比较各链路，但不说明 GPU 或 NCCL。',
          },
        },
      ]),
  {
    probe: 'tcp',
    params: {},
    answers: {
      en: 'The link between two hosts alone, through the kernel: throughput and latency, no collectives.',
      'zh-CN': '仅两台主机之间的链路（经内核）：吞吐量和延迟，不含集合通信。',
    },
  },
]
