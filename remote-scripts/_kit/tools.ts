import type { Inventory } from '../../preload/contract'

/** Folders, joined by ":", in which the inventory found these tools: `HR_TOOL_PATH` for hr_need of lib.sh. */
export const toolPath = (inventory: Inventory | null, names: string[]): Record<string, string> => {
  const folders = names.flatMap((name) => {
    const path = Object.hasOwn(inventory?.tools ?? {}, name) ? inventory?.tools[name]?.path : null
    const at = path?.lastIndexOf('/') ?? -1
    return path && at > 0 ? [path.slice(0, at)] : []
  })
  return folders.length > 0 ? { HR_TOOL_PATH: [...new Set(folders)].join(':') } : {}
}

/** True when the inventory found the tool. */
export const hasTool = (inventory: Inventory, name: string): boolean =>
  Object.hasOwn(inventory.tools, name) && inventory.tools[name]?.path !== null
