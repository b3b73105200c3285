import type { Instead } from '../_kit/probe'
import { presetNames, type ZeroParams } from './params'

const ownSizes = { layers: undefined, hidden: undefined, heads: undefined, seq: undefined, vocab: undefined }

/** The next smaller model of those that have a name. */
const smaller = ({ preset }: ZeroParams): Instead[] =>
  presetNames
    .slice(0, presetNames.indexOf(preset))
    .reverse()
    .map((name) => ({
      probe: 'zero',
      params: { preset: name, ...ownSizes },
      answers: {
        en: `The same stages with the smaller model ${name}: less memory, and another share of communication.`,
        'zh-CN': `用较小的模型 ${name} 跑同样的阶段：占用内存更少，通信占比也不同。`,
      },
    }))

const onProcessors = (params: ZeroParams): Instead[] =>
  params.backend === 'gloo'
    ? []
    : [
        {
          probe: 'zero',
          params: { backend: 'gloo', preset: 'tiny', engine: undefined, dtype: undefined, ...ownSizes },
          answers: {
            en: 'A tiny model on the processors, by gloo: bytes and memory of the stages are exact, step times say nothing of GPUs.',
            'zh-CN': '在处理器上用 gloo 训练极小的模型：各阶段的字节数和内存是准确的，但步时间不说明 GPU。',
          },
        },
      ]

export const zeroInstead = (params: ZeroParams): Instead[] => [
  ...smaller(params),
  ...onProcessors(params),
  {
    probe: 'nccl',
    params: { collectives: ['all_reduce', 'all_gather', 'reduce_scatter'] },
    answers: {
      en: 'The collectives that the stages are made of: what communication costs, without a model.',
      'zh-CN': '构成各阶段的集合通信：不需要模型即可知道通信的代价。',
    },
  },
]
