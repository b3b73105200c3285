import { defineProbe } from '../_kit/probe'
import { timelineInstead } from './instead'
import { timelineJobs } from './jobs'
import { timelineMetrics } from './metrics'
import { nsysDatabases, nsysFormats, nsysStreams } from './nsys'
import { timelineParams, type TimelineParams } from './params'
import { timelineParamsZhCN } from './params-zh-CN'
import { timelinePreflight } from './preflight'
import { readTimeline } from './read'
import { timelineSummary } from './summary-format'
import { combineTorch, torchFormats, torchStreams } from './torch'

export default defineProbe<TimelineParams>({
  id: 'timeline',
  version: '2',
  title: { en: 'Timeline', 'zh-CN': '时间线' },
  summary: {
    en: 'Where the time of a GPU program goes: kernels, copies, ranges, idle time, and communication that computing does not hide',
    'zh-CN': 'GPU 程序的时间花在哪里：核函数、拷贝、范围、空闲时间，以及计算没有掩盖的通信',
  },
  needs: {
    en: 'nsys; or a Python with torch that the command runs by, which needs no right at all.',
    'zh-CN': 'nsys；或命令所用的、带 torch 的 Python，后者不需要任何权限。',
  },
  disturbs: {
    en: 'Runs your command under nsys or the PyTorch profiler, which slows it (by some per cent) and needs disk space for the recording.',
    'zh-CN': '在 nsys 或 PyTorch profiler 下运行您的命令，会使其变慢（百分之几），并需要磁盘空间存放记录。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: timelineParams,
  paramsZhCN: timelineParamsZhCN,
  metrics: timelineMetrics,
  expectedSeconds: (params) => params.expected_seconds,
  preflight: timelinePreflight,
  instead: timelineInstead,
  jobs: timelineJobs,
  formats: [...nsysFormats, ...torchFormats, timelineSummary],
  streams: [...nsysStreams, ...torchStreams],
  databases: nsysDatabases,
  combine: combineTorch,
  read: readTimeline,
})
