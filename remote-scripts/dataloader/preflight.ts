import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, notPlayedLack, setFix, type Lack } from '../_kit/can-run'
import { torchLack, torchPython } from '../_kit/ranks'
import type { DataloaderParams } from './params'

/** Can the sweep run on this host; pinned memory needs a torch that is built for GPUs, and one of these. */
export const dataloaderPreflight = (inventory: Inventory, params: DataloaderParams | null): CanRun => {
  const onlyPinned = params ? [params.pinned].flat().every(Boolean) : false
  const unpin = [setFix('params.pinned', 'false')]
  const noGpu: Lack = {
    why: { en: 'Pinned memory is asked for, and there is no GPU.', 'zh-CN': '要求使用锁页内存，而这里没有 GPU。' },
    fix: unpin,
  }
  return canRunOf('dataloader', 'torch', [
    ...notPlayedLack(inventory),
    ...(onlyPinned && inventory.gpus.length === 0 ? [noGpu] : []),
    ...torchLack(inventory, onlyPinned ? 'nccl' : 'gloo', onlyPinned ? unpin : []),
  ])
}

/** The Python that runs it: one for GPUs where pinning is asked for, else the first with torch. */
export const dataloaderPython = (inventory: Inventory | null, params: DataloaderParams): string | null => {
  if (!inventory) return null
  const pinning = [params.pinned].flat().some(Boolean)
  return ((pinning ? torchPython(inventory, 'nccl') : null) ?? torchPython(inventory, 'gloo'))?.path ?? null
}
