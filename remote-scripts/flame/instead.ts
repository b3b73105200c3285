import type { Instead } from '../_kit/probe'
import type { FlameParams } from './params'

/** The other profilers: `auto` takes the first that is here. */
export const flameInstead = ({ tool }: FlameParams): Instead[] =>
  tool === 'auto'
    ? []
    : [
        {
          probe: 'flame',
          params: { tool: undefined, event: undefined, call_graph: undefined, gil: undefined, native: undefined },
          answers: {
            en: 'The same program, by a profiler that can run here; it may see other frames.',
            'zh-CN': '同一程序，由这里能运行的剖析器采样；看到的帧可能不同。',
          },
        },
      ]
