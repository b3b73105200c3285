import { defineProbe } from '../_kit/probe'
import { memoryBench } from './formats/memory-bench'
import { stream } from './formats/stream'
import { unreadBandwidths } from './formats/unread'
import { memoryInstead } from './instead'
import { memoryJobs } from './jobs'
import { memoryMetrics } from './metrics'
import { memoryParams, type MemoryParams } from './params'
import { memoryBandwidthParamsZhCN } from './params-zh-CN'
import { memoryPreflight } from './preflight'
import { readMemory } from './read'

export default defineProbe<MemoryParams>({
  id: 'memory-bandwidth',
  version: '1',
  title: { en: 'Memory bandwidth', 'zh-CN': '内存带宽' },
  summary: {
    en: 'Measured ceilings: copy and triad in host memory and on GPUs, and copies between them, counted as STREAM counts.',
    'zh-CN': '实测上限：主机内存和 GPU 上的 copy 与 triad，以及两者之间的拷贝，按 STREAM 的方式计数。',
  },
  needs: {
    en: 'Python 3.6 or newer with numpy, or with torch, or a C compiler (cc); for GPUs a torch that sees them.',
    'zh-CN': '带 numpy 或 torch 的 Python 3.6 及更新版本，或 C 编译器（cc）；测 GPU 需要能识别它们的 torch。',
  },
  disturbs: {
    en: 'Uses every processor and the whole memory bus for some seconds, and 12 times the last-level cache of memory; every GPU briefly.',
    'zh-CN': '占用所有处理器和整条内存总线数秒，并占用末级缓存 12 倍的内存；每块 GPU 短暂占用。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: memoryParams,
  paramsZhCN: memoryBandwidthParamsZhCN,
  metrics: memoryMetrics,
  // Start-up and first touch, then rounds of 0.03 s and their waiting for each other.
  expectedSeconds: (params) => 4 + params.repeats * 0.15,
  preflight: memoryPreflight,
  instead: memoryInstead,
  jobs: memoryJobs,
  formats: [memoryBench, stream, ...unreadBandwidths],
  read: readMemory,
})
