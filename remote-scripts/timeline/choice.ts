import type { Inventory } from '../../preload/contract'
import type { LaunchContext } from '../_kit/probe'
import { isPythonCommand as isPython } from '../_kit/python-command'
import { torchPython, type TorchBackend } from '../_kit/ranks'
import { hasTool } from '../_kit/tools'
import type { TimelineParams } from './params'

export interface Choice {
  via: 'nsys' | 'torch'
  capture: 'all' | 'steps' | 'window' | 'range'
  backend: TorchBackend
}

export { isPython }

type Hosts = LaunchContext<TimelineParams>['hosts']

const canNsys = (inventory: Inventory | null): boolean => inventory !== null && hasTool(inventory, 'nsys')
const hasGpu = (inventory: Inventory | null): boolean => (inventory?.gpus.length ?? 0) > 0
const canTorch = ({ python, inventory }: Hosts[number]): boolean =>
  python !== null || (inventory !== null && torchPython(inventory, 'gloo') !== null)

const toolOf = (params: TimelineParams, hosts: Hosts): Choice['via'] => {
  if (params.tool !== 'auto') return params.tool
  if (params.capture === 'steps') return 'torch'
  if (params.capture === 'window' || params.capture === 'range') return 'nsys'
  const nsysEverywhere = hosts.every(({ inventory }) => canNsys(inventory))
  if (nsysEverywhere && hosts.every(({ inventory }) => hasGpu(inventory))) return 'nsys'
  return isPython(params.command) && (hosts.every(canTorch) || !nsysEverywhere) ? 'torch' : 'nsys'
}

const captureOf = (params: TimelineParams, via: Choice['via']): Choice['capture'] => {
  if (params.capture !== 'auto') return params.capture
  if (via === 'torch') return 'steps'
  return params.delay_seconds > 0 || params.duration_seconds !== undefined ? 'window' : 'all'
}

/** How a launch is profiled, from the plan and the inventories alone. */
export const choose = (params: TimelineParams, hosts: Hosts): Choice => {
  const via = toolOf(params, hosts)
  return { via, capture: captureOf(params, via), backend: hosts.every(({ inventory }) => hasGpu(inventory)) ? 'nccl' : 'gloo' }
}
