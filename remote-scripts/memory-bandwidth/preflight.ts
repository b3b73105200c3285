import type { CanRun, Inventory, Saying } from '../../preload/contract'
import { canRunOf, setFix, type Lack } from '../_kit/can-run'
import { hasTool } from '../_kit/tools'
import type { MemoryEngine, MemoryParams } from './params'

type Python = Inventory['pythons'][number]

const numpyFix: readonly Saying[] = ['sudo apt-get install -y python3-numpy', 'pip install numpy', 'sudo apt-get install -y gcc']

/** Python 3.6 or newer: `3.11.2` -> true. */
const isRecent = ({ version }: Python): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 6)
}

/** The engine and its Python, in the order of `auto`; null when the inventory shows none. */
export const chooseEngine = (inventory: Inventory, wanted: MemoryEngine | 'auto'): { engine: MemoryEngine; python: string } | null => {
  // Where there are GPUs, a Python whose torch can use them measures these too.
  const rank = ({ cuda }: Python): number => (inventory.gpus.length > 0 && cuda ? 0 : 1)
  const pythons = inventory.pythons.filter(isRecent).sort((a, b) => rank(a) - rank(b))
  const able: [MemoryEngine, Python | undefined][] = [
    ['numpy', pythons.find(({ numpy }) => numpy === true)],
    ['torch', pythons.find(({ torch }) => torch !== null)],
    ['c', hasTool(inventory, 'cc') ? pythons[0] : undefined],
  ]
  const found = able.find(([engine, python]) => python && (wanted === 'auto' || wanted === engine))
  return found?.[1] ? { engine: found[0], python: found[1].path } : null
}

const bareLack: Lack = {
  why: { en: 'There is no Python 3.6 or newer.', 'zh-CN': '没有 Python 3.6 或更新的版本。' },
  fix: ['sudo apt-get install -y python3-numpy'],
}

const engineLack = (wanted: MemoryEngine | 'auto'): Lack => {
  const lack = {
    auto: { en: 'numpy, torch and a C compiler are all missing', 'zh-CN': 'numpy、torch 和 C 编译器都没有' },
    c: { en: 'there is no C compiler', 'zh-CN': '没有 C 编译器' },
    numpy: { en: 'no Python here has numpy', 'zh-CN': '没有装有 numpy 的 Python' },
    torch: { en: 'no Python here has torch', 'zh-CN': '没有装有 torch 的 Python' },
  }[wanted]
  return {
    why: { en: `Nothing here can measure memory honestly: ${lack.en}.`, 'zh-CN': `这里没有能如实测量内存带宽的工具：${lack['zh-CN']}。` },
    fix: wanted === 'auto' ? numpyFix : [...numpyFix, setFix('params.engine', 'auto')],
  }
}

/** Can memory be measured on this host, by what, and what to do when it cannot. */
export const memoryPreflight = (inventory: Inventory, params: MemoryParams | null): CanRun => {
  const wanted = params?.engine ?? 'auto'
  const chosen = chooseEngine(inventory, wanted)
  if (chosen) return canRunOf('memory-bandwidth', chosen.engine, [])
  return canRunOf('memory-bandwidth', '', [inventory.pythons.some(isRecent) ? engineLack(wanted) : bareLack])
}
