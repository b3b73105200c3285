import { defineProbe } from '../_kit/probe'
import { dataloaderBench } from './formats/dataloader-bench'
import { dataloaderInstead } from './instead'
import { dataloaderJobs } from './jobs'
import { dataloaderMetrics } from './metrics'
import { dataloaderParams, sweepSeconds, type DataloaderParams } from './params'
import { dataloaderParamsZhCN } from './params-zh-CN'
import { dataloaderPreflight } from './preflight'
import { readDataloader } from './read'

export default defineProbe<DataloaderParams>({
  id: 'dataloader',
  version: '1',
  title: { en: 'Input pipeline', 'zh-CN': '输入流水线' },
  summary: {
    en: 'Workers, prefetch, batch and pinning of a torch DataLoader, on your dataset or a synthetic one, under a stand-in for the training step: samples a second, waits, and the queueing model beside them.',
    'zh-CN':
      'torch DataLoader 的 worker、预取、批大小与锁页内存，用您的数据集或合成数据集，配以训练步的替身：每秒样本数、等待时间，并附排队模型。',
  },
  needs: {
    en: 'A Python with torch 1.13 or newer; for pinned memory a GPU.',
    'zh-CN': '带 torch 1.13 或更新版本的 Python；锁页内存需要 GPU。',
  },
  disturbs: {
    en: 'Keeps up to one processor per worker busy, and reads what your dataset reads.',
    'zh-CN': '每个 worker 最多占满一个处理器，并读取您的数据集所读的内容。',
  },
  minHosts: 1,
  maxHosts: 1,
  params: dataloaderParams,
  paramsZhCN: dataloaderParamsZhCN,
  metrics: dataloaderMetrics,
  expectedSeconds: sweepSeconds,
  preflight: dataloaderPreflight,
  instead: dataloaderInstead,
  jobs: dataloaderJobs,
  formats: [dataloaderBench],
  read: readDataloader,
})
