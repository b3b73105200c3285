import type { ProbeDefinition, ProbeReads } from './_kit/probe'

const modules = import.meta.glob<ProbeDefinition>(['./*/probe.ts', '!./_kit/probe.ts'], { eager: true, import: 'default' })

/** Every probe, by id. A probe is a folder here; nothing else registers it. */
export const probes: ReadonlyMap<string, ProbeDefinition> = new Map(
  Object.values(modules)
    .map((probe) => [probe.id, probe] as const)
    .sort(([a], [b]) => a.localeCompare(b)),
)

const readersOnly = import.meta.glob<ProbeReads>('./*/reader.ts', { eager: true, import: 'default' })

/** Everything that reads a tool's output, by id: the probes, and the folders that only read. */
export const readers: ReadonlyMap<string, ProbeReads> = new Map(
  [...probes.values(), ...Object.values(readersOnly)].map((reader) => [reader.id, reader] as const).sort(([a], [b]) => a.localeCompare(b)),
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
