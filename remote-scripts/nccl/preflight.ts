import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, ncclLack, notPlayedLack, ranksLack, setFix, type Lack } from '../_kit/can-run'
import { torchLack } from '../_kit/ranks'
import { choose, hasNcclTests } from './choice'
import { ncclParams, type NcclParams } from './params'

const testsFix = [
  'git clone https://github.com/NVIDIA/nccl-tests && make -C nccl-tests MPI=1',
  'export PATH="$HOME/nccl-tests/build:$PATH"   # in hosts.<host>.setup',
]

const testsLack: Lack = {
  why: {
    en: 'nccl-tests is not installed, or not every program of it.',
    'zh-CN': '未安装 nccl-tests，或缺少其中的某些程序。',
  },
  fix: [...testsFix, setFix('params.use', 'torch')],
}

/** Can the nccl probe run on this host, by which way, and what to do when it cannot. */
export const ncclPreflight = (inventory: Inventory, given: NcclParams | null): CanRun => {
  const params = given ?? ncclParams.parse({})
  const { via, backend } = choose({ params, hosts: [{ name: 'this', python: null, inventory }] })
  return canRunOf('nccl', via === 'torch' ? `torch/${backend}` : via, [
    ...(via === 'torch' ? notPlayedLack(inventory, [setFix('params.use', 'nccl-tests')]) : []),
    ...(backend === 'nccl' && inventory.gpus.length === 0 ? [ncclLack] : []),
    ...(via === 'nccl-tests' && !hasNcclTests(inventory, params, false, 2) ? [testsLack] : []),
    ...(via === 'torch' ? torchLack(inventory, backend, backend === 'nccl' ? testsFix : []) : []),
    ...(backend === 'nccl' ? ranksLack(params.ranks_per_host ?? 1, inventory.gpus.length) : []),
  ])
}
