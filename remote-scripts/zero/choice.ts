import type { LaunchContext } from '../_kit/probe'
import { torchPython, type TorchBackend } from '../_kit/ranks'
import type { ZeroParams } from './params'

export interface Choice {
  backend: TorchBackend
  dtype: 'float32' | 'bfloat16' | 'float16'
  ranksPerHost: number
}

type Host = LaunchContext<ZeroParams>['hosts'][number]

const hasGpuTorch = ({ inventory, python }: Host): boolean =>
  inventory !== null && inventory.gpus.length > 0 && (python !== null || torchPython(inventory, 'nccl') !== null)

/** How a launch runs, from the inventories alone. What only GPUs can do asks for them. */
export const choose = ({ params, hosts }: Pick<LaunchContext<ZeroParams>, 'params' | 'hosts'>): Choice => {
  const needsGpu = params.engine === 'deepspeed' || params.dtype === 'float16'
  const nccl = params.backend === 'nccl' || (params.backend === 'auto' && (needsGpu || hosts.every(hasGpuTorch)))
  const gpus = Math.min(...hosts.map((host) => host.inventory?.gpus.length ?? 0))
  return {
    backend: nccl ? 'nccl' : 'gloo',
    dtype: params.dtype === 'auto' ? (nccl ? 'bfloat16' : 'float32') : params.dtype,
    ranksPerHost: params.ranks_per_host ?? (nccl ? Math.max(1, gpus) : 1),
  }
}
