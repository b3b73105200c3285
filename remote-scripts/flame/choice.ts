import type { Inventory } from '../../preload/contract'
import { isPythonCommand } from '../_kit/python-command'
import { hasTool } from '../_kit/tools'
import type { FlameParams } from './params'

export type FlameTool = 'py-spy' | 'perf' | 'sampler'

/** Debian and Ubuntu refuse perf to ordinary users from 3 on; up to 2 the own processes may be sampled, without the kernel's frames. */
export const perfLocked = ({ uid, perfEventParanoid }: Inventory): boolean => uid !== 0 && (perfEventParanoid ?? 0) >= 3

/** Yama: 1 lets a parent look at its children, 2 administrators only, 3 nobody. A command that py-spy starts is its child. */
export const traceLocked = ({ uid, ptraceScope }: Inventory, isAttach: boolean): boolean => {
  const scope = ptraceScope ?? 0
  return scope >= 3 || (uid !== 0 && (scope === 2 || (scope === 1 && isAttach)))
}

const canPySpy = (inventory: Inventory, isAttach: boolean): boolean => hasTool(inventory, 'py-spy') && !traceLocked(inventory, isAttach)
const canPerf = (inventory: Inventory): boolean => hasTool(inventory, 'perf') && !perfLocked(inventory)

/** Which profiler a launch takes, from the plan and the inventory alone. */
export const chooseFlameTool = ({ tool, command, attach }: FlameParams, inventory: Inventory | null): FlameTool => {
  if (tool !== 'auto') return tool
  const isAttach = attach.trim() !== ''
  const pySpy = inventory !== null && canPySpy(inventory, isAttach)
  const perf = inventory !== null && canPerf(inventory)
  if (isAttach) return pySpy || !perf ? 'py-spy' : 'perf'
  if (!isPythonCommand(command)) return 'perf'
  return pySpy ? 'py-spy' : 'sampler'
}
