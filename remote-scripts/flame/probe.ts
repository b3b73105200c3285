import { defineProbe } from '../_kit/probe'
import { foldedStacks } from './formats/folded-stacks'
import { unreadProfiles } from './formats/unread'
import { flameInstead } from './instead'
import { flameJobs } from './jobs'
import { flameMetrics } from './metrics'
import { flameParams, type FlameParams } from './params'
import { flameParamsZhCN } from './params-zh-CN'
import { flamePreflight } from './preflight'
import { readFlame } from './read'

export default defineProbe<FlameParams>({
  id: 'flame',
  version: '2',
  title: { en: 'Flame graph', 'zh-CN': '火焰图' },
  summary: {
    en: 'Where the processor time of your program goes, by function: py-spy, perf or an own sampler; differences between arms frame by frame.',
    'zh-CN': '您的程序的处理器时间按函数花在哪里：py-spy、perf 或自带采样器；并逐帧比较各组的差异。',
  },
  needs: {
    en: 'py-spy, or perf with the right to read its events, or for a Python program alone Python 3.6 or newer; to attach, py-spy or perf and a process of yours.',
    'zh-CN': 'py-spy，或有权读取事件的 perf；仅 Python 程序时，Python 3.6 或更新版本即可；附加需要 py-spy 或 perf，且进程属于您。',
  },
  disturbs: {
    en: 'Looks at the stacks of your command, or of a running process of yours, some 99 times a second: a per cent or so of its time. py-spy stops the program for each look.',
    'zh-CN': '每秒约 99 次查看您的命令（或您的某个运行中进程）的栈：约占其时间的百分之一。py-spy 每次查看都会使程序暂停。',
  },
  minHosts: 1,
  maxHosts: 1,
  params: flameParams,
  paramsZhCN: flameParamsZhCN,
  metrics: flameMetrics,
  expectedSeconds: (params) => params.seconds + 3,
  preflight: flamePreflight,
  instead: flameInstead,
  jobs: flameJobs,
  formats: unreadProfiles,
  streams: [foldedStacks],
  read: readFlame,
  measuresOthers: ({ attach }) => attach.trim() !== '',
})
