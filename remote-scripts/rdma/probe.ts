import { defineProbe, type LaunchContext, type RoleJob } from '../_kit/probe'
import { endpointEnv, endpointOf, type Endpoint } from '../_kit/endpoint'
import { toolPath } from '../_kit/tools'
import { perftestJson } from './formats/perftest-json'
import { perftestText } from './formats/perftest-text'
import { rdmaMetrics } from './metrics'
import { kindOf, perftestOptions, rdmaParams, rdmaTests, type RdmaParams } from './params'
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
  summary: 'Bandwidth, message rate and latency of RDMA operations with perftest, one process per message size.',
  disturbs: 'Fills the link during the bandwidth tests and keeps one core per host busy polling.',
  minHosts: 2,
  maxHosts: 2,
  params: rdmaParams,
  metrics: rdmaMetrics,
  expectedSeconds: (params) =>
    rdmaTests(params).reduce(
      (sum, test) =>
        sum + 0.7 + (params.duration ?? (params.iterations * (kindOf(test.operation) === 'bw' ? params.qps : 2) * test.sizeBytes) / 10e9),
      2,
    ),
  preflight: rdmaPreflight,
  jobs,
  formats: [perftestText, perftestJson],
  read: readRdma,
})
