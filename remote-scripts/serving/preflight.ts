import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, type Lack } from '../_kit/can-run'
import type { ServingParams } from './params'

const oldest = [3, 6] as const

/** True for Python 3.6 and newer; a version that cannot be read may be one. */
const isNewEnough = (version: string): boolean => {
  const match = /^(\d{1,3})\.(\d{1,3})/.exec(version)
  if (!match) return true
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** The Python that runs the generator: its own modules are all that it needs. */
export const generatorPython = (inventory: Inventory | null): string | null =>
  inventory?.pythons.find((python) => isNewEnough(python.version))?.path ?? null

const pythonLack = ({ pythons }: Inventory): Lack => {
  const found = pythons.map((python) => python.version).join(', ')
  return {
    why: {
      en: `The generator needs Python 3.6 or newer, and there is ${found === '' ? 'none' : `only ${found}`}.`,
      'zh-CN': `负载生成器需要 Python 3.6 或更新的版本，而这里${found === '' ? '没有 Python' : `只有 ${found}`}。`,
    },
    fix: [
      'sudo apt-get install -y python3',
      'sudo dnf install -y python3',
      { en: 'run it from this machine: hosts.<host>.local: true', 'zh-CN': '改从本机运行：hosts.<host>.local: true' },
    ],
  }
}

/** Can the load generator run on this host. Whether the endpoint answers is seen when it is asked. */
export const servingPreflight = (inventory: Inventory, _params: ServingParams | null): CanRun =>
  canRunOf('serving', 'own generator', generatorPython(inventory) === null ? [pythonLack(inventory)] : [])
