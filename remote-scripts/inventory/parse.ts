import type { Inventory, Problem, Warning } from '../../preload/contract'
import { readCountersAdminOnly, readCpu, readCudaVersion, readDiskFreeMiB, readGpus, readMemoryMiB, readNcclVersion } from './hardware'
import { readHcas, readInterfaces } from './network'
import { clean, countOf, numberOf, readFields, readPairs, readSections } from './sections'

const TOOL_NAME = /^[a-z][a-z0-9_-]{1,39}$/

/** `3.12` out of the tool's own sentence; null when it names none. */
const versionIn = (text: string): string | null =>
  /(?:^|[^\d.])v?(\d{1,6}(?:\.\d{1,6}){1,4}(?:[-+][0-9A-Za-z.]{1,20})?)/.exec(text)?.[1] ?? null

const readTools = (lines: string[]): Inventory['tools'] => {
  const tools = new Map<string, Inventory['tools'][string]>()
  for (const line of lines.slice(0, 200)) {
    const fields = readFields(line)
    const name = fields.get('name') ?? ''
    if (TOOL_NAME.test(name)) tools.set(name, { path: fields.get('path') || null, version: versionIn(fields.get('version') ?? '') })
  }
  return Object.fromEntries([...tools].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** In the order in which a probe tries them; the same interpreter under two names counts once. */
const readPythons = (lines: string[]): Inventory['pythons'] => {
  const rows = lines.slice(0, 64).map(readFields)
  rows.sort((a, b) => (numberOf(a.get('order')) ?? 99) - (numberOf(b.get('order')) ?? 99))
  const seen = new Set<string>()
  return rows.flatMap((row) => {
    const key = `${row.get('prefix') ?? ''} ${row.get('version') ?? ''}`
    const path = row.get('path')
    if (!path || seen.has(key)) return []
    seen.add(key)
    const numpy = row.get('numpy')
    return [
      {
        path,
        version: row.get('version') ?? '',
        torch: row.get('torch') || null,
        cuda: Boolean(row.get('cuda')),
        ...(numpy ? { numpy: numpy === 'yes' } : {}),
      },
    ]
  })
}

const readOs = (lines: string[] | undefined): string => {
  const pairs = readPairs(lines ?? [])
  const name = pairs.get('PRETTY_NAME') ?? pairs.get('NAME') ?? ''
  return name.replace(/^["']|["']$/g, '')
}

const readMemlock = (text: string | undefined): Inventory['memlockKiB'] => (text === 'unlimited' ? 'unlimited' : countOf(text))

const problemOf = (text: string, sections: ReadonlyMap<string, string[]>, ended: boolean): Problem | null => {
  if (!sections.has('host')) {
    return {
      code: 'parse.unrecognised',
      message: 'The host did not answer with an inventory.',
      evidence: clean(text.slice(0, 2000), 400) || 'no output',
    }
  }
  if (!ended) return { code: 'parse.truncated', message: 'The inventory breaks off before its end; what came is kept.' }
  return null
}

/** Inventory from the output of run.sh. Never throws; hostile text only costs its own fields. `preflight` is left empty. */
export const parseInventory = (text: string): { inventory: Inventory; warnings: Warning[]; problem: Problem | null } => {
  const { sections, ended, cut } = readSections(text)
  const host = readPairs(sections.get('host') ?? [])
  const hcas = readHcas(sections.get('infiniband') ?? [])
  const { interfaces, warnings: networkWarnings } = readInterfaces(sections, hcas)
  const { gpus, warnings: gpuWarnings } = readGpus(sections.get('gpus'))
  const topology = (sections.get('gpu-topology') ?? []).slice(0, 200).join('\n').slice(0, 16_384).trimEnd()
  const warnings = [...networkWarnings, ...gpuWarnings]
  if (cut) warnings.push({ code: 'inventory_too_long', message: 'The inventory was longer than is read; the rest is left out.' })
  const inventory: Inventory = {
    hostname: host.get('hostname') ?? '',
    kernel: host.get('kernel') ?? '',
    os: readOs(sections.get('os-release')),
    bootId: host.get('boot_id') ?? '',
    uid: countOf(host.get('uid')) ?? -1,
    cpu: readCpu(sections),
    memoryMiB: readMemoryMiB(sections.get('meminfo')),
    diskFreeMiB: readDiskFreeMiB(sections.get('disk')),
    memlockKiB: readMemlock(host.get('memlock_kib')),
    perfEventParanoid: numberOf(host.get('perf_event_paranoid')),
    ptraceScope: countOf(host.get('ptrace_scope')),
    loadAverage1: numberOf(host.get('loadavg')),
    interfaces,
    hcas,
    gpus,
    gpuTopology: topology || null,
    cudaVersion: readCudaVersion(sections),
    gpuCountersAdminOnly: readCountersAdminOnly(sections.get('gpu-params')),
    ncclVersion: readNcclVersion(sections),
    tools: readTools(sections.get('tools') ?? []),
    pythons: readPythons(sections.get('pythons') ?? []),
    simulated: host.get('simulated') === '1',
    preflight: [],
  }
  return { inventory, warnings, problem: problemOf(text, sections, ended) }
}
