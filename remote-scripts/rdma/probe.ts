import { defineProbe, type LaunchContext, type RoleJob } from '../_kit/probe'
import { endpointEnv, endpointOf, type Endpoint } from '../_kit/endpoint'
import { toolPath } from '../_kit/tools'
import { perftestJson } from './formats/perftest-json'
import { perftestText } from './formats/perftest-text'
import { qperfVerbs } from './formats/qperf-verbs'
import { rdmaInstead } from './instead'
import { rdmaMetrics } from './metrics'
import { kindOf, perftestOptions, rdmaParams, rdmaTests, type RdmaParams } from './params'
import { rdmaParamsZhCN } from './params-zh-CN'
import { rdmaPreflight } from './preflight'
import { readRdma } from './read'

const sideEnv = (context: LaunchContext<RdmaParams>, endpoint: Endpoint, index: number): Record<string, string> => ({
  ...endpointEnv(endpoint),
  ...toolPath(
    context.hosts[index]?.inventory ?? null,
    context.params.operations.map((operation) => `ib_${operation}`),
  ),
  HR_HCA: endpoint.hca ?? 'mlx5_0',
  HR_HCA_PORT: String(endpoint.hcaPort),
  HR_TESTS: rdmaTests(context.params)
    .map((test) => `${test.operation}:${test.sizeBytes}`)
    .join(' '),
  HR_BW_OPTIONS: perftestOptions(context.params, 'bw').join(' '),
  HR_LAT_OPTIONS: perftestOptions(context.params, 'lat').join(' '),
})

/** One line per program, the sizes as a loop, as a person would type it. */
const display = (params: RdmaParams, endpoint: Endpoint, server: string): string =>
  params.operations
    .map((operation) => {
      const command = `ib_${operation} -d ${endpoint.hca ?? 'mlx5_0'} -i ${endpoint.hcaPort} -F ${perftestOptions(params, kindOf(operation)).join(' ')}`
      return `for s in ${params.sizes.join(' ')}; do ${command} -s $s -p <server.ports>${server}; done`
    })
    .join('; ')

const jobs = (context: LaunchContext<RdmaParams>): RoleJob[] => {
  const [client, server] = [endpointOf(context, 0), endpointOf(context, 1)]
  return [
    {
      role: 'server',
      host: server.host,
      script: 'rdma/server.sh',
      env: sideEnv(context, server, 1),
      main: false,
      display: display(context.params, server, ''),
    },
    {
      role: 'client',
      host: client.host,
      script: 'rdma/client.sh',
      env: {
        ...sideEnv(context, client, 0),
        HR_SERVER: { role: 'server', fact: 'address' },
        HR_SERVER_PORTS: { role: 'server', fact: 'ports' },
      },
      after: 'server',
      main: true,
      display: display(context.params, client, ` ${server.fixedAddress ?? '<server.address>'}`),
    },
  ]
}

export default defineProbe<RdmaParams>({
  id: 'rdma',
  version: '1',
  title: 'RDMA',
  summary: {
    en: 'Bandwidth, message rate and latency of RDMA operations with perftest, one process per message size.',
    'zh-CN': '用 perftest 测 RDMA 操作的带宽、消息速率和延迟，每个消息大小一个进程。',
  },
  needs: {
    en: 'perftest on both hosts, an HCA with an active port, locked memory (ulimit -l) of about four times the largest size, and a TCP path between the hosts.',
    'zh-CN': '两台主机上的 perftest、端口已激活的 HCA、约为最大消息四倍的锁定内存（ulimit -l），以及主机间的 TCP 通路。',
  },
  disturbs: {
    en: 'Fills the link during the bandwidth tests and keeps one core per host busy polling.',
    'zh-CN': '带宽测试期间占满链路，并使每台主机一个核忙于轮询。',
  },
  minHosts: 2,
  maxHosts: 2,
  params: rdmaParams,
  paramsZhCN: rdmaParamsZhCN,
  metrics: rdmaMetrics,
  expectedSeconds: (params) =>
    rdmaTests(params).reduce(
      (sum, test) =>
        sum + 0.7 + (params.duration ?? (params.iterations * (kindOf(test.operation) === 'bw' ? params.qps : 2) * test.sizeBytes) / 10e9),
      2,
    ),
  preflight: rdmaPreflight,
  instead: () => [...rdmaInstead],
  jobs,
  formats: [perftestText, perftestJson, qperfVerbs],
  read: readRdma,
})
