import { endpointOf, shellWord, type Endpoint } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { ncclEnv, rankJobs } from '../_kit/ranks'
import { toolPath } from '../_kit/tools'
import { choose, type Choice } from './choice'
import { nccltestsDtype, programs, type NcclParams } from './params'

type Context = LaunchContext<NcclParams>

const unique = (names: (string | null)[]): string[] => [...new Set(names.filter((name) => name !== null))]

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
  const variables = ncclEnv(context.fabric, endpoints)
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

const benchEnv = (params: NcclParams): Record<string, string> => ({
  HR_COLLECTIVES: params.collectives.join(','),
  HR_MIN_BYTES: String(params.min_bytes),
  HR_MAX_BYTES: String(params.max_bytes),
  HR_FACTOR: String(params.factor),
  HR_ITERATIONS: String(params.iterations),
  HR_WARMUP: String(params.warmup_iterations),
  HR_DTYPE: params.dtype,
})

/** One mpirun on the first host, or one role per host with its ranks. */
export const ncclJobs = (context: Context): RoleJob[] => {
  const choice = choose(context)
  const endpoints = context.hosts.map((_, index) => endpointOf(context, index))
  if (choice.via === 'nccl-tests') return [launcherJob(context, choice, endpoints)]
  const { backend, ranksPerHost } = choice
  return rankJobs(context, { bench: 'nccl/collective_bench.py', backend, ranksPerHost, env: benchEnv(context.params) }, endpoints)
}
