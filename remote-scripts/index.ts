import type { ProbeDefinition } from './_kit/probe'

const modules = import.meta.glob<ProbeDefinition>(['./*/probe.ts', '!./_kit/probe.ts'], { eager: true, import: 'default' })

/** Every probe, by id. A probe is a folder here; nothing else registers it. */
export const probes: ReadonlyMap<string, ProbeDefinition> = new Map(
  Object.values(modules)
    .map((probe) => [probe.id, probe] as const)
    .sort(([a], [b]) => a.localeCompare(b)),
)

const texts = import.meta.glob<string>(['./**/*.sh', './**/*.py', '!./**/fixtures/**'], {
  eager: true,
  query: '?raw',
  import: 'default',
})

/** Path inside the kit -> text: what is deployed to a host, whole, named by its content. */
export const kitFiles: ReadonlyMap<string, string> = new Map(
  Object.entries(texts)
    .map(([path, text]) => [path.replace(/^\.\//, ''), text] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
)

export { parseInventory } from './inventory/parse'
