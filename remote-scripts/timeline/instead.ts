import type { Instead } from '../_kit/probe'
import { isPython } from './choice'
import type { TimelineParams } from './params'

export const timelineInstead = ({ command, tool }: TimelineParams): Instead[] => [
  ...(tool !== 'torch' && isPython(command)
    ? [
        {
          probe: 'timeline',
          params: { tool: 'torch', capture: undefined, delay_seconds: undefined, duration_seconds: undefined },
          answers: {
            en: 'The same timeline from the PyTorch profiler, some steps of it.',
            'zh-CN': '由 PyTorch profiler 得到的同样的时间线（其中若干步）。',
          },
        },
      ]
    : []),
  ...(tool === 'torch'
    ? [
        {
          probe: 'timeline',
          params: { tool: 'nsys', capture: undefined, wait_steps: undefined, warmup_steps: undefined, active_steps: undefined },
          answers: { en: 'The same timeline from nsys.', 'zh-CN': '由 nsys 得到的同样的时间线。' },
        },
      ]
    : []),
]
