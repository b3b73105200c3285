import type { Instead } from '../_kit/probe'
import type { MemoryParams } from './params'

export const memoryInstead = ({ engine }: MemoryParams): Instead[] =>
  engine === 'auto'
    ? []
    : [
        {
          probe: 'memory-bandwidth',
          params: { engine: undefined },
          answers: { en: 'The same tests by an engine that is here.', 'zh-CN': '由这里现有的引擎做同样的测试。' },
        },
      ]
