import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, setFix, type Lack } from '../_kit/can-run'
import { hasTool } from '../_kit/tools'

const pythonLack: Lack = {
  why: {
    en: 'Telemetry needs Python 3.6 or newer, and there is none.',
    'zh-CN': '遥测需要 Python 3.6 或更新的版本，而这里没有。',
  },
  fix: ['sudo apt-get install -y python3', setFix('telemetry', 'off')],
}

/** Can this host be watched, by which tools, and what to do when it cannot. */
export const telemetryPreflight = (inventory: Inventory): CanRun => {
  const tools = ['/proc', ...(inventory.gpus.length > 0 ? ['nvidia-smi', ...(hasTool(inventory, 'dcgmi') ? ['dcgmi'] : [])] : [])]
  return canRunOf('telemetry', tools.join('+'), inventory.pythons.length === 0 ? [pythonLack] : [])
}
