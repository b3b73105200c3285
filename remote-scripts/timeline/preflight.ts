import type { CanRun, Inventory, Saying } from '../../preload/contract'
import { canRunOf, notPlayedLack, ranksLack, setFix, type Lack } from '../_kit/can-run'
import { noTorch, torchFix, torchPython } from '../_kit/ranks'
import { hasTool } from '../_kit/tools'
import { choose } from './choice'
import { timelineParams, type TimelineParams } from './params'

const nsysFix: readonly Saying[] = [
  {
    en: 'download Nsight Systems (nsys) from developer.nvidia.com/nsight-systems and unpack it: no root is needed',
    'zh-CN': '从 developer.nvidia.com/nsight-systems 下载 Nsight Systems（nsys）并解压：无需 root',
  },
  'export PATH="$HOME/nsight-systems/bin:$PATH"   # in hosts.<host>.setup',
]
const torchToolFix: Saying = {
  en: 'set params.tool to torch, for a Python script that trains with torch',
  'zh-CN': '若是用 torch 训练的 Python 脚本，将 params.tool 设为 torch',
}

const toolLack = (inventory: Inventory, params: TimelineParams): Lack[] => {
  const { via } = choose(params, [{ name: 'this', python: null, inventory }])
  if (via === 'nsys')
    return hasTool(inventory, 'nsys')
      ? []
      : [{ why: { en: 'nsys is not installed.', 'zh-CN': '未安装 nsys。' }, fix: [...nsysFix, torchToolFix] }]
  const unplayed = notPlayedLack(inventory, hasTool(inventory, 'nsys') ? [setFix('params.tool', 'nsys')] : [])
  if (unplayed.length > 0 || torchPython(inventory, 'gloo') !== null) return unplayed
  const neither: Saying = {
    en: 'Neither nsys nor a Python with torch is here.',
    'zh-CN': '这里既没有 nsys，也没有装有 torch 的 Python。',
  }
  return [{ why: params.tool === 'torch' ? noTorch : neither, fix: [...torchFix, ...nsysFix] }]
}

/** Can the timeline probe run on this host, by which profiler, and what to do when it cannot. */
export const timelinePreflight = (inventory: Inventory, given: TimelineParams | null): CanRun => {
  const params = given ?? timelineParams.parse({ command: 'train.py' })
  const { via } = choose(params, [{ name: 'this', python: null, inventory }])
  return canRunOf('timeline', via, [...toolLack(inventory, params), ...ranksLack(params.ranks_per_host, inventory.gpus.length)])
}
