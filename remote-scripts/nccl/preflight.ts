import type { CanRun, Inventory } from '../../preload/contract'
import { choose, hasNcclTests, torchPython } from './choice'
import { ncclParams, type NcclParams } from './params'

const torchFix = ['pip install torch', 'sudo apt-get install -y python3-torch', 'name a Python that has torch: hosts.<host>.python']
const testsFix = [
  'git clone https://github.com/NVIDIA/nccl-tests && make -C nccl-tests MPI=1',
  'export PATH="$HOME/nccl-tests/build:$PATH"   # in hosts.<host>.setup',
]

/** Can the nccl probe run on this host, by which way, and what to do when it cannot. */
export const ncclPreflight = (inventory: Inventory, given: NcclParams | null): CanRun => {
  const params = given ?? ncclParams.parse({})
  const { via, backend } = choose({ params, hosts: [{ name: 'this', python: null, inventory }] })
  const why: string[] = []
  const fix: string[] = []
  if (backend === 'nccl' && inventory.gpus.length === 0) {
    why.push('NCCL needs GPUs, and nvidia-smi shows none.')
    fix.push('nvidia-smi', 'set params.backend to gloo')
  }
  if (via === 'nccl-tests' && !hasNcclTests(inventory, params, false, 2)) {
    why.push('nccl-tests is not installed, or not every program of it.')
    fix.push(...testsFix, 'set params.use to torch')
  }
  if (via === 'torch' && torchPython(inventory, backend) === null) {
    const some = torchPython(inventory, 'gloo')
    why.push(some ? `The torch of ${some.path} is built without GPU support.` : 'No Python here has torch.')
    fix.push(...(backend === 'nccl' ? [...torchFix, ...testsFix] : torchFix))
  }
  const ranks = params.ranks_per_host ?? 1
  if (backend === 'nccl' && inventory.gpus.length > 0 && ranks > inventory.gpus.length) {
    why.push(`${ranks} ranks are asked for, and there are ${inventory.gpus.length} GPUs.`)
    fix.push(`set params.ranks_per_host to ${inventory.gpus.length}`)
  }
  const can = why.length === 0
  return { probe: 'nccl', canRun: can, via: can ? (via === 'torch' ? `torch/${backend}` : via) : null, why, fix }
}
