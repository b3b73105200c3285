import type { Inventory } from '../../preload/contract'
import type { LaunchContext } from '../_kit/probe'
import { torchPython } from '../_kit/ranks'
import { hasTool } from '../_kit/tools'
import { programs, type NcclParams } from './params'

export interface Choice {
  via: 'nccl-tests' | 'torch'
  backend: 'nccl' | 'gloo'
  ranksPerHost: number
}

type Host = LaunchContext<NcclParams>['hosts'][number]

/** True when this host could be the one that starts nccl-tests (`first`), or one that is started. */
export const hasNcclTests = (inventory: Inventory, params: NcclParams, first: boolean, hostCount: number): boolean =>
  params.collectives.every((collective) => hasTool(inventory, programs[collective])) &&
  (!first || hostCount === 1 || hasTool(inventory, 'mpirun'))

const couldTorchNccl = (host: Host): boolean =>
  host.inventory !== null && (host.python !== null || torchPython(host.inventory, 'nccl') !== null)

/** How a launch runs, from the inventories alone; hosts without one count as having nothing. */
export const choose = ({ params, hosts }: Pick<LaunchContext<NcclParams>, 'params' | 'hosts'>): Choice => {
  const testsEverywhere = hosts.every(
    (host, index) => host.inventory !== null && hasNcclTests(host.inventory, params, index === 0, hosts.length),
  )
  const gpuCounts = hosts.map((host) => host.inventory?.gpus.length ?? 0)
  const gpus = Math.min(...gpuCounts)
  const ncclPossible = gpus > 0 && (testsEverywhere || hosts.every(couldTorchNccl))
  const asked = params.use === 'nccl-tests' ? 'nccl' : params.backend
  const backend = asked === 'auto' ? (ncclPossible ? 'nccl' : 'gloo') : asked
  const via = params.use === 'auto' ? (backend === 'nccl' && testsEverywhere ? 'nccl-tests' : 'torch') : params.use
  return { via, backend, ranksPerHost: params.ranks_per_host ?? (backend === 'nccl' ? Math.max(1, gpus) : 1) }
}
