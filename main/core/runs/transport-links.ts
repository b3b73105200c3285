import type { FabricSpec, Inventory } from '../../../preload/contract'

const hcaConflict = (spec: FabricSpec, host: string, inventory: Inventory): string | null => {
  const [name, port] = (spec.hcas?.[host] ?? '').split(':')
  const found = inventory.hcas.find((hca) => hca.name === name && (port === undefined || hca.port === Number(port)))
  if (!found) return null
  const ethernet = found.linkLayer.toLowerCase() === 'ethernet'
  if (spec.kind === 'infiniband' && ethernet)
    return `${found.name}:${found.port} on ${host} has an Ethernet link layer: that is RoCE, not InfiniBand`
  if (spec.kind === 'roce' && found.linkLayer.toLowerCase() === 'infiniband')
    return `${found.name}:${found.port} on ${host} has an InfiniBand link layer: that is not RoCE`
  return null
}

const interfaceConflict = (spec: FabricSpec, host: string, inventory: Inventory): string | null => {
  // Beside an HCA the interface may only serve the tools' set-up traffic.
  if (spec.hcas?.[host] !== undefined) return null
  const found = inventory.interfaces.find((link) => link.name === spec.interfaces?.[host])
  if (spec.kind === 'infiniband' && found?.linkType === 'ethernet')
    return `${found.name} on ${host} is an Ethernet interface, not InfiniBand`
  if (spec.kind === 'roce' && found?.linkType === 'infiniband') return `${found.name} on ${host} is an InfiniBand interface, not Ethernet`
  return null
}

/** A sentence when a host's hardware cannot be what the fabric's kind says; null when it can, or is not known. */
export const linkLayerConflict = (
  spec: FabricSpec,
  hosts: readonly string[],
  inventories: Readonly<Record<string, Inventory | null | undefined>>,
): string | null => {
  for (const host of hosts) {
    const inventory = Object.hasOwn(inventories, host) ? inventories[host] : undefined
    const conflict = inventory ? (hcaConflict(spec, host, inventory) ?? interfaceConflict(spec, host, inventory)) : null
    if (conflict) return conflict
  }
  return null
}
