import type { Instead } from '../_kit/probe'
import type { DataloaderParams } from './params'

export const dataloaderInstead = ({ pinned }: DataloaderParams): Instead[] =>
  [pinned].flat().some(Boolean)
    ? [
        {
          probe: 'dataloader',
          params: { pinned: undefined },
          answers: {
            en: 'The same sweep in ordinary memory; copies to a GPU would be slower than from pinned memory.',
            'zh-CN': '在普通内存中做同样的扫描；向 GPU 的拷贝会比锁页内存慢。',
          },
        },
      ]
    : []
