import type { Instead } from '../_kit/probe'
import type { TcpParams } from './params'

const oneWay: Instead = {
  probe: 'tcp',
  params: { bidirectional: undefined },
  answers: { en: 'One direction at a time.', 'zh-CN': '一次只测一个方向。' },
}
const noLatency: Instead = {
  probe: 'tcp',
  params: { latency: false },
  answers: { en: 'The throughput, without the latency of small messages.', 'zh-CN': '只测吞吐量，不测小消息的延迟。' },
}
const collectives: Instead = {
  probe: 'nccl',
  params: { backend: 'gloo' },
  answers: {
    en: 'Collectives by gloo over the same fabric: their bandwidth by size, in place of a single stream.',
    'zh-CN': '在同一网络上用 gloo 做集合通信：按消息大小给出带宽，代替单一数据流。',
  },
}

export const tcpInstead = ({ bidirectional, latency }: TcpParams): Instead[] => [
  ...(bidirectional ? [oneWay] : []),
  ...(latency ? [noLatency] : []),
  collectives,
]
