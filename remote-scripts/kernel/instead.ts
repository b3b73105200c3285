import type { Instead } from '../_kit/probe'
import type { KernelParams } from './params'

export const kernelInstead = ({ command, folder, tool, ranks_per_host }: KernelParams): Instead[] => [
  ...(tool === 'auto'
    ? []
    : [
        {
          probe: 'kernel',
          params: { tool: undefined },
          answers: { en: 'The same counters, by the profiler that fits this GPU.', 'zh-CN': '同样的计数器，由适合此 GPU 的剖析工具采集。' },
        },
      ]),
  {
    probe: 'timeline',
    params: { command, ...(folder === '' ? {} : { folder }), ...(ranks_per_host === 1 ? {} : { ranks_per_host }) },
    answers: {
      en: 'Where the time of the same command goes; no counters, so no roofline and no occupancy.',
      'zh-CN': '同一命令的时间花在哪里；没有计数器，因此没有 roofline 和占用率。',
    },
  },
]
