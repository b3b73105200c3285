import type { Inventory } from '../../preload/contract'
import { hasTool } from '../_kit/tools'
import type { KernelParams } from './params'

export type KernelTool = 'ncu' | 'nvprof'

/** ncu profiles compute capability 7.0 and more, nvprof what is below 8.0; in between both do. */
export const supports = (tool: KernelTool, capability: number): boolean => (tool === 'ncu' ? capability >= 7 : capability < 8)

/** Of the oldest GPU, as a number; null: not reported. */
export const capabilityOf = (inventory: Inventory | null): number | null => {
  const known = (inventory?.gpus ?? []).flatMap(({ computeCapability }) => {
    const value = Number(computeCapability ?? NaN)
    return Number.isFinite(value) && value > 0 ? [value] : []
  })
  return known.length > 0 ? Math.min(...known) : null
}

/** Which profiler a launch takes: what was asked for, else the one that knows the GPU; where both do, ncu unless only nvprof is there. */
export const chooseTool = (params: KernelParams, inventory: Inventory | null): KernelTool => {
  if (params.tool !== 'auto') return params.tool
  const capability = capabilityOf(inventory)
  if (capability === null || capability >= 8) return 'ncu'
  if (capability < 7) return 'nvprof'
  const onlyNvprof = inventory !== null && !hasTool(inventory, 'ncu') && hasTool(inventory, 'nvprof')
  return onlyNvprof ? 'nvprof' : 'ncu'
}
