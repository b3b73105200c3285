import { defineProbe, type LaunchContext, type RoleJob } from '../_kit/probe'
import { endpointEnv, endpointOf } from '../_kit/endpoint'
import { toolPath } from '../_kit/tools'
import { iperf3Json } from './formats/iperf3-json'
import { iperf3Text } from './formats/iperf3-text'
import { pingpongJson } from './formats/pingpong'
import { qperfText } from './formats/qperf'
import { sockperfText } from './formats/sockperf'
import { tcpMetrics } from './metrics'
import { iperf3Options, tcpParams, type TcpParams } from './params'
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
  return [
    {
      role: 'server',
      host: server.host,
      script: 'tcp/server.sh',
      env: {
        ...endpointEnv(server),
        ...toolPath(serverHost?.inventory ?? null, ['iperf3']),
        ...pythonEnv(serverHost?.python ?? null),
        HR_PORT: params.port === undefined ? '' : String(params.port),
        HR_LATENCY: latency,
      },
      main: false,
      display: `iperf3 -s -B ${server.address ?? '<server.address>'} -p ${port}${params.latency ? ` & python3 pingpong.py listen ${server.address ?? '<server.address>'} <server.pingpong_port>` : ''}`,
    },
    {
      role: 'client',
      host: client.host,
      script: 'tcp/client.sh',
      env: {
        ...endpointEnv(client),
        ...toolPath(clientHost?.inventory ?? null, ['iperf3']),
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
      display: `iperf3 -c ${to} -B ${from} -p ${port} ${options.join(' ')} -J${params.latency ? ` && ${pingpong}` : ''}`,
    },
  ]
}

export default defineProbe<TcpParams>({
  id: 'tcp',
  version: '1',
  title: 'TCP',
  summary: 'Throughput, retransmits and processor cost with iperf3, then the latency of small messages with a ping-pong.',
  disturbs: 'Fills the link for the length of the test and keeps about one core per stream busy on both hosts.',
  minHosts: 2,
  maxHosts: 2,
  params: tcpParams,
  metrics: tcpMetrics,
  expectedSeconds: (params) => params.seconds + params.omit_seconds + 2 + (params.latency ? 1 + params.latency_messages * 150e-6 : 0),
  preflight: tcpPreflight,
  jobs,
  formats: [iperf3Json, iperf3Text, sockperfText, qperfText, pingpongJson],
  read: readTcp,
})
