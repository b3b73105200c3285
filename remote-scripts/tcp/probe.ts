import { defineProbe, type LaunchContext, type RoleJob } from '../_kit/probe'
import { endpointEnv, endpointOf } from '../_kit/endpoint'
import { toolPath } from '../_kit/tools'
import { iperf3Json } from './formats/iperf3-json'
import { iperf2Text } from './formats/iperf2'
import { iperf3Text } from './formats/iperf3-text'
import { pingpongJson } from './formats/pingpong'
import { qperfText } from './formats/qperf'
import { sockperfText } from './formats/sockperf'
import { tcpInstead } from './instead'
import { tcpMetrics } from './metrics'
import { iperf3Options, tcpParams, type TcpParams } from './params'
import { tcpParamsZhCN } from './params-zh-CN'
import { tcpPreflight } from './preflight'
import { readTcp } from './read'

const pythonEnv = (python: string | null): Record<string, string> => (python ? { HR_PYTHON: python } : {})

const jobs = (context: LaunchContext<TcpParams>): RoleJob[] => {
  const { params } = context
  const [client, server] = [endpointOf(context, 0), endpointOf(context, 1)]
  const [clientHost, serverHost] = [context.hosts[0], context.hosts[1]]
  const options = iperf3Options(params)
  const port = params.port === undefined ? '<server.port>' : String(params.port)
  const to = server.fixedAddress ?? '<server.address>'
  const from = client.address ?? '<client.address>'
  const pingpong = `python3 pingpong.py send ${to} <server.pingpong_port> --bind ${from} --messages ${params.latency_messages} --bytes ${params.message_bytes}`
  const latency = params.latency ? '1' : '0'
  const traced = params.bpftrace ? '   # beside it, where it may trace: bpftrace on tcp:tcp_retransmit_skb and skb:kfree_skb' : ''
  return [
    {
      role: 'server',
      host: server.host,
      script: 'tcp/server.sh',
      env: {
        ...endpointEnv(server),
        ...toolPath(serverHost?.inventory ?? null, ['iperf3', 'bpftrace']),
        HR_BPFTRACE: params.bpftrace ? '1' : '0',
        ...pythonEnv(serverHost?.python ?? null),
        HR_PORT: params.port === undefined ? '' : String(params.port),
        HR_LATENCY: latency,
      },
      main: false,
      display: `iperf3 -s -B ${server.address ?? '<server.address>'} -p ${port}${params.latency ? ` & python3 pingpong.py listen ${server.address ?? '<server.address>'} <server.pingpong_port>` : ''}${traced}`,
    },
    {
      role: 'client',
      host: client.host,
      script: 'tcp/client.sh',
      env: {
        ...endpointEnv(client),
        ...toolPath(clientHost?.inventory ?? null, ['iperf3', 'bpftrace']),
        HR_BPFTRACE: params.bpftrace ? '1' : '0',
        ...pythonEnv(clientHost?.python ?? null),
        HR_SERVER: { role: 'server', fact: 'address' },
        HR_SERVER_PORT: { role: 'server', fact: 'port' },
        ...(params.latency ? { HR_PINGPONG_PORT: { role: 'server', fact: 'pingpong_port' } } : {}),
        HR_IPERF3_OPTIONS: options.join(' '),
        HR_LATENCY: latency,
        HR_LATENCY_MESSAGES: String(params.latency_messages),
        HR_MESSAGE_BYTES: String(params.message_bytes),
      },
      after: 'server',
      main: true,
      display: `iperf3 -c ${to} -B ${from} -p ${port} ${options.join(' ')} -J${params.latency ? ` && ${pingpong}` : ''}${traced}`,
    },
  ]
}

export default defineProbe<TcpParams>({
  id: 'tcp',
  version: '2',
  title: 'TCP',
  summary: {
    en: 'Throughput, retransmits and processor cost with iperf3, then the latency of small messages with a ping-pong; what both kernels resent and dropped meanwhile.',
    'zh-CN': '用 iperf3 测吞吐量、重传和处理器开销，再用乒乓测试测小消息的延迟；并给出期间两端内核的重传和丢包。',
  },
  needs: {
    en: 'iperf3 on both hosts; Python for the ping-pong; two free TCP ports on the server. Where they are there, tc counts drops of the queue and bpftrace traces (root or CAP_BPF).',
    'zh-CN':
      '两台主机上的 iperf3；乒乓测试需要 Python；服务器上两个空闲 TCP 端口。若有 tc 则统计队列丢包，若有 bpftrace（root 或 CAP_BPF）则进行跟踪。',
  },
  disturbs: {
    en: 'Fills the link for the length of the test and keeps about one core per stream busy on both hosts; where bpftrace may trace, its start takes a second of one core.',
    'zh-CN': '测试期间占满链路，两台主机上每条流约占一个核；若可用 bpftrace 跟踪，其启动占用一个核约一秒。',
  },
  minHosts: 2,
  maxHosts: 2,
  params: tcpParams,
  paramsZhCN: tcpParamsZhCN,
  metrics: tcpMetrics,
  expectedSeconds: (params) => params.seconds + params.omit_seconds + 2 + (params.latency ? 1 + params.latency_messages * 150e-6 : 0),
  preflight: tcpPreflight,
  instead: tcpInstead,
  jobs,
  formats: [iperf3Json, iperf3Text, iperf2Text, sockperfText, qperfText, pingpongJson],
  read: readTcp,
})
