import type { Inventory, Saying } from '../../preload/contract'
import type { Lack } from './can-run'
import { endpointEnv, shellWord, type Endpoint } from './endpoint'
import type { LaunchContext, PublishedFact, RoleJob } from './probe'

/** What torch.distributed talks through. */
export type TorchBackend = 'nccl' | 'gloo'

/** The first Python with torch (for nccl: built for GPUs); null when there is none. */
export const torchPython = (inventory: Inventory, backend: TorchBackend): Inventory['pythons'][number] | null =>
  inventory.pythons.find((python) => python.torch !== null && (backend === 'gloo' || python.cuda)) ?? null

export const torchFix: readonly Saying[] = [
  'pip install torch',
  'sudo apt-get install -y python3-torch',
  { en: 'name a Python that has torch: hosts.<host>.python', 'zh-CN': '指定一个装有 torch 的 Python：hosts.<host>.python' },
]

export const noTorch: Saying = { en: 'No Python here has torch.', 'zh-CN': '这里没有装有 torch 的 Python。' }

/** No Python whose torch can use the backend; `more` is what else would help. */
export const torchLack = (inventory: Inventory, backend: TorchBackend, more: readonly Saying[] = []): Lack[] => {
  if (torchPython(inventory, backend) !== null) return []
  const some = torchPython(inventory, 'gloo')
  const noGpuTorch = some && {
    en: `The torch of ${some.path} is built without GPU support.`,
    'zh-CN': `${some.path} 的 torch 编译时未启用 GPU 支持。`,
  }
  return [{ why: noGpuTorch ?? noTorch, fix: [...torchFix, ...more] }]
}

const unique = (names: (string | null)[]): string[] => [...new Set(names.filter((name) => name !== null))]

/** The variables by which NCCL is held to the fabric of the arm; `=` asks for exactly these names. Without a fabric NCCL chooses. */
export const ncclEnv = (fabric: LaunchContext<unknown>['fabric'], endpoints: Endpoint[]): Record<string, string> => {
  const debug = { NCCL_DEBUG: 'INFO', NCCL_DEBUG_SUBSYS: 'INIT,NET' }
  const spec = fabric?.spec
  if (!spec) return debug
  const interfaces = unique(endpoints.map((endpoint) => endpoint.interface))
  const socket: Record<string, string> = interfaces.length > 0 ? { NCCL_SOCKET_IFNAME: `=${interfaces.join(',')}` } : {}
  if (spec.kind === 'ethernet') return { ...debug, NCCL_NET: 'Socket', ...socket }
  const hcas = unique(endpoints.map((endpoint) => (endpoint.hca === null ? null : `${endpoint.hca}:${endpoint.hcaPort}`)))
  return { ...debug, NCCL_NET: 'IB', ...(hcas.length > 0 ? { NCCL_IB_HCA: `=${hcas.join(',')}` } : {}), ...socket }
}

/** A benchmark on torch.distributed: the same ranks on every host of the launch. */
export interface RankLaunch {
  /** Path inside the kit: `nccl/collective_bench.py`. */
  bench: string
  backend: TorchBackend
  ranksPerHost: number
  /** What the benchmark reads. */
  env: Record<string, string>
}

type Context = Pick<LaunchContext<unknown>, 'fabric' | 'hosts'>
type Env = RoleJob['env']

const nodeEnv = ({ fabric, hosts }: Context, launch: RankLaunch, endpoints: Endpoint[], index: number): Env => {
  const host = hosts[index]
  const python = host?.python ?? (host?.inventory ? torchPython(host.inventory, launch.backend)?.path : null) ?? null
  const fromNode0 = (fact: string): PublishedFact => ({ role: 'node0', fact })
  return {
    ...(endpoints[index] ? endpointEnv(endpoints[index]) : {}),
    ...(python ? { HR_PYTHON: python } : {}),
    ...(launch.backend === 'nccl' ? ncclEnv(fabric, endpoints) : {}),
    HR_BENCH: launch.bench,
    HR_NODE: String(index),
    HR_RANKS: String(launch.ranksPerHost),
    HR_RANK_OFFSET: String(index * launch.ranksPerHost),
    HR_WORLD: String(launch.ranksPerHost * hosts.length),
    HR_BACKEND: launch.backend,
    ...launch.env,
    HR_HOSTS: hosts.map((one) => one.name).join(','),
    ...(index === 0 ? {} : { HR_MASTER_ADDRESS: fromNode0('address'), HR_MASTER_PORT: fromNode0('port') }),
  }
}

/** The environment as typed: what only the run decides is marked, where things lie on the host is left out. */
const nodeDisplay = (env: Env, endpoint: Endpoint | undefined, backend: TorchBackend): string => {
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
    '_kit/launch_ranks.py',
  ].join(' ')
}

/** One role per host with its ranks; the first publishes where they meet. */
export const rankJobs = (context: Context, launch: RankLaunch, endpoints: Endpoint[]): RoleJob[] =>
  context.hosts.map((host, index) => {
    const env = nodeEnv(context, launch, endpoints, index)
    return {
      role: `node${index}`,
      host: host.name,
      script: '_kit/ranks.sh',
      env,
      ...(index === 0 ? {} : { after: 'node0' }),
      main: true,
      display: nodeDisplay(env, endpoints[index], launch.backend),
    }
  })
