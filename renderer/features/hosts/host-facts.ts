import type { HostSpec } from '../../../preload/contract/plan'
import type { Inventory } from '../../../preload/contract/inventory'

export interface GpuSummary {
  count: number
  name: string
}

/** GPUs of a host grouped by model, most frequent first. */
export const gpuSummary = (inventory: Inventory): GpuSummary[] => {
  const counts = new Map<string, number>()
  for (const gpu of inventory.gpus) counts.set(gpu.name, (counts.get(gpu.name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
}

export interface GpuGroup {
  /** `0 – 7`, or `0, 2`. */
  indices: string
  gpu: Inventory['gpus'][number]
}

const indexText = (indices: number[]): string => {
  const [first, last] = [indices[0] ?? 0, indices.at(-1) ?? 0]
  const gapless = last - first === indices.length - 1
  return indices.length > 2 && gapless ? `${first} – ${last}` : indices.join(', ')
}

/** GPUs that differ in nothing but their index, in one row. */
export const gpuGroups = (inventory: Inventory): GpuGroup[] => {
  const groups = new Map<string, Inventory['gpus']>()
  for (const gpu of inventory.gpus) {
    const key = JSON.stringify([gpu.name, gpu.memoryMiB, gpu.driver, gpu.computeCapability, gpu.pcieGen, gpu.pcieWidth])
    groups.set(key, [...(groups.get(key) ?? []), gpu])
  }
  return [...groups.values()].flatMap((gpus) => (gpus[0] ? [{ indices: indexText(gpus.map((gpu) => gpu.index)), gpu: gpus[0] }] : []))
}

export interface LinkSummary {
  name: string
  rateGbps: number
}

/** The fastest link that is up and says its rate: an active HCA port or a non-loopback interface. Null: none says. */
export const fastestLink = (inventory: Inventory): LinkSummary | null => {
  const links: LinkSummary[] = [
    ...inventory.hcas.flatMap((hca) =>
      hca.rateGbps !== null && /active/i.test(hca.state) ? [{ name: hca.name, rateGbps: hca.rateGbps }] : [],
    ),
    ...inventory.interfaces.flatMap((nic) =>
      nic.rateGbps !== null && nic.up && nic.linkType !== 'loopback' ? [{ name: nic.name, rateGbps: nic.rateGbps }] : [],
    ),
  ]
  return links.reduce<LinkSummary | null>((best, link) => (best === null || link.rateGbps > best.rateGbps ? link : best), null)
}

/** Where a host is, as the user wrote it; null: this machine. */
export const targetOf = (spec: HostSpec): string | null => (spec.local ? null : (spec.ssh ?? ''))
