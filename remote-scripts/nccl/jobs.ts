import { endpointEnv, endpointOf, shellWord, type Endpoint } from '../_kit/endpoint'
import type { LaunchContext, PublishedFact, RoleJob } from '../_kit/probe'
import { toolPath } from '../_kit/tools'
import { choose, torchPython, type Choice } from './choice'
import { nccltestsDtype, programs, type NcclParams } from './params'

type Context = LaunchContext<NcclParams>
type Env = RoleJob['env']

const unique = (names: (string | null)[]): string[] => [...new Set(names.filter((name) => name !== null))]

/** The variables by which NCCL is held to the fabric of the arm; `=` asks for exactly these names. Without a fabric NCCL chooses. */
const ncclEnv = (context: Context, endpoints: Endpoint[]): Record<string, string> => {
  const debug = { NCCL_DEBUG: 'INFO', NCCL_DEBUG_SUBSYS: 'INIT,NET' }
  const spec = context.fabric?.spec
  if (!spec) return debug
  const interfaces = unique(endpoints.map((endpoint) => endpoint.interface))
  const socket: Record<string, string> = interfaces.length > 0 ? { NCCL_SOCKET_IFNAME: `=${interfaces.join(',')}` } : {}
  if (spec.kind === 'ethernet') return { ...debug, NCCL_NET: 'Socket', ...socket }
  const hcas = unique(endpoints.map((endpoint) => (endpoint.hca === null ? null : `${endpoint.hca}:${endpoint.hcaPort}`)))
  return { ...debug, NCCL_NET: 'IB', ...(hcas.length > 0 ? { NCCL_IB_HCA: `=${hcas.join(',')}` } : {}), ...socket }
}

const testsArguments = (params: NcclParams, gpusPerRank: number): string =>
  `-b ${params.min_bytes} -e ${params.max_bytes} -f ${params.factor} -g ${gpusPerRank} -n ${params.iterations} -w ${params.warmup_iterations} -d ${nccltestsDtype[params.dtype]} -c 1`

const assign = (env: Record<string, string>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${shellWord(value)}`)
    .join(' ')

const launcherJob = (context: Context, choice: Choice, endpoints: Endpoint[]): RoleJob => {
  const { params, hosts } = context
  const single = hosts.length === 1
  const names = params.collectives.map((collective) => programs[collective])
  const variables = ncclEnv(context, endpoints)
  const slots = single ? '' : endpoints.map((endpoint) => `${endpoint.address ?? endpoint.host}:${choice.ranksPerHost}`).join(',')
  const ranks = choice.ranksPerHost * hosts.length
  const words = testsArguments(params, single ? choice.ranksPerHost : 1)
  const exports = Object.keys(variables)
  const launcher = single
    ? assign(variables)
    : `${assign(variables)} mpirun -np ${ranks} -H ${slots} ${exports.map((name) => `-x ${name}`).join(' ')}`
  return {
    role: 'launcher',
    host: hosts[0]?.name ?? '',
    script: 'nccl/mpirun.sh',
    env: {
      ...variables,
      ...toolPath(hosts[0]?.inventory ?? null, ['mpirun', ...names]),
      HR_PROGRAMS: names.join(' '),
      HR_RANKS: String(ranks),
      HR_SLOTS: slots,
      HR_MPI_INTERFACES: unique(endpoints.map((endpoint) => endpoint.interface)).join(','),
      HR_ARGUMENTS: words,
      HR_EXPORT: exports.join(' '),
    },
    main: true,
    display: names.map((name) => `${launcher} ${name} ${words}`).join('; '),
  }
}

const nodeEnv = (context: Context, choice: Choice, endpoints: Endpoint[], index: number): Env => {
  const { params, hosts } = context
  const host = hosts[index]
  const python = host?.python ?? (host?.inventory ? torchPython(host.inventory, choice.backend)?.path : null) ?? null
  const fromNode0 = (fact: string): PublishedFact => ({ role: 'node0', fact })
  return {
    ...(endpoints[index] ? endpointEnv(endpoints[index]) : {}),
    ...(python ? { HR_PYTHON: python } : {}),
    ...(choice.backend === 'nccl' ? ncclEnv(context, endpoints) : {}),
    HR_NODE: String(index),
    HR_RANKS: String(choice.ranksPerHost),
    HR_RANK_OFFSET: String(index * choice.ranksPerHost),
    HR_WORLD: String(choice.ranksPerHost * hosts.length),
    HR_BACKEND: choice.backend,
    HR_COLLECTIVES: params.collectives.join(','),
    HR_MIN_BYTES: String(params.min_bytes),
    HR_MAX_BYTES: String(params.max_bytes),
    HR_FACTOR: String(params.factor),
    HR_ITERATIONS: String(params.iterations),
    HR_WARMUP: String(params.warmup_iterations),
    HR_DTYPE: params.dtype,
    HR_HOSTS: hosts.map((one) => one.name).join(','),
    ...(index === 0 ? {} : { HR_MASTER_ADDRESS: fromNode0('address'), HR_MASTER_PORT: fromNode0('port') }),
  }
}

/** The environment as typed: what only the run decides is marked, where things lie on the host is left out. */
const nodeDisplay = (env: Env, endpoint: Endpoint | undefined, backend: string): string => {
  const shown = Object.entries(env).filter(([name]) => !/^HR_(INTERFACE|ADDRESS|PYTHON|NODE|MASTER_.*)$/.test(name))
  const words = shown.map(([name, value]) => `${name}=${shellWord(typeof value === 'string' ? value : `<${value.role}.${value.fact}>`)}`)
  const socket = endpoint?.interface && backend === 'gloo' ? [`GLOO_SOCKET_IFNAME=${endpoint.interface}`] : []
  const python = typeof env['HR_PYTHON'] === 'string' ? env['HR_PYTHON'] : 'python3'
  return [
    ...socket,
    ...words,
    'HR_MASTER_ADDRESS=<node0.address>',
    'HR_MASTER_PORT=<node0.port>',
    shellWord(python),
    'nccl/launch_ranks.py',
  ].join(' ')
}

/** One mpirun on the first host, or one role per host with its ranks. */
export const ncclJobs = (context: Context): RoleJob[] => {
  const choice = choose(context)
  const endpoints = context.hosts.map((_, index) => endpointOf(context, index))
  if (choice.via === 'nccl-tests') return [launcherJob(context, choice, endpoints)]
  return context.hosts.map((host, index) => {
    const env = nodeEnv(context, choice, endpoints, index)
    return {
      role: `node${index}`,
      host: host.name,
      script: 'nccl/node.sh',
      env,
      ...(index === 0 ? {} : { after: 'node0' }),
      main: true,
      display: nodeDisplay(env, endpoints[index], choice.backend),
    }
  })
}
