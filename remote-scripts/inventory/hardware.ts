import type { Inventory, Warning } from '../../preload/contract'
import { csvCells, csvColumns, saidOf } from '../_kit/nvidia'
import { clean, countOf, numberOf, readPairs } from './sections'

type Sections = ReadonlyMap<string, string[]>

/** Model, logical cores, NUMA nodes, governor: lscpu where it ran, else /proc and /sys. */
export const readCpu = (sections: Sections): Inventory['cpu'] => {
  const lscpu = new Map((sections.get('lscpu') ?? []).map((line) => colonPair(line)))
  const cpuinfo = sections.get('cpuinfo') ?? []
  const pairs = readPairs(cpuinfo)
  const model = lscpu.get('Model name') || cpuinfo.map(colonPair).find(([key]) => /^(model name|Model|Hardware)$/.test(key))?.[1] || ''
  const numaNodes = countOf(lscpu.get('NUMA node(s)')) ?? countOf(pairs.get('numa_nodes'))
  return {
    model,
    cores: countOf(lscpu.get('CPU(s)')) ?? countOf(pairs.get('processors')) ?? 0,
    numaNodes: numaNodes || null,
    governor: pairs.get('governor') || null,
  }
}

const colonPair = (line: string): [string, string] => {
  const at = line.indexOf(':')
  return at < 0 ? [line, ''] : [line.slice(0, at).trim(), clean(line.slice(at + 1))]
}

/** Whole MiB from the `MemTotal:` line (kB there means KiB). */
export const readMemoryMiB = (lines: string[] | undefined): number | null => {
  const kib = numberOf(/^MemTotal:\s*(\d+) kB/.exec(lines?.[0] ?? '')?.[1])
  return kib === null ? null : Math.floor(kib / 1024)
}

/** Whole MiB available from `df -Pk`; a long device name may push the numbers to a line of their own. */
export const readDiskFreeMiB = (lines: string[] | undefined): number | null => {
  const match = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%/.exec((lines ?? []).slice(1).join(' '))
  return match ? Math.floor(Number(match[3]) / 1024) : null
}

/** GPUs from nvidia-smi's CSV by the names in its header; `[N/A]` and its like become null. */
export const readGpus = (lines: string[] | undefined): { gpus: Inventory['gpus']; warnings: Warning[] } => {
  if (!lines) return { gpus: [], warnings: [] }
  const at = lines.findIndex((line) => /^index\s*,/.test(line))
  if (at < 0) {
    const said = clean(lines.find((line) => line.trim() !== '') ?? 'it printed nothing')
    return { gpus: [], warnings: [{ code: 'nvidia_smi_failed', message: `nvidia-smi is there but lists no GPU: ${said}` }] }
  }
  const header = csvColumns(lines[at]!).map(({ name }) => name)
  const gpus: Inventory['gpus'] = []
  for (const line of lines.slice(at + 1, at + 1 + 256)) {
    const cells = csvCells(line).map((cell) => clean(cell))
    const cell = (name: string): string | undefined => cells[header.indexOf(name)]
    const index = countOf(cell('index'))
    if (index === null || cells.length !== header.length) continue
    gpus.push({
      index,
      name: cell('name') ?? '',
      uuid: saidOf(cell('uuid')),
      memoryMiB: countOf(cell('memory.total')),
      driver: saidOf(cell('driver_version')),
      computeCapability: saidOf(cell('compute_cap')),
      smClockMHz: countOf(cell('clocks.max.sm')),
      pcieGen: countOf(cell('pcie.link.gen.max')),
      pcieWidth: countOf(cell('pcie.link.width.max')),
    })
  }
  return { gpus, warnings: [] }
}

/** The toolkit's version from nvcc, else the newest that the driver supports. */
export const readCudaVersion = (sections: Sections): string | null =>
  /release (\d+\.\d+)/.exec((sections.get('cuda') ?? []).join('\n'))?.[1] ??
  /CUDA Version:\s*(\d+\.\d+)/.exec((sections.get('gpu-driver') ?? []).join('\n'))?.[1] ??
  null

/** `2.18.3` from nccl.h, else from the library's file name. */
export const readNcclVersion = (sections: Sections): string | null => {
  const text = (sections.get('nccl') ?? []).join('\n')
  const part = (name: string): string | undefined => new RegExp(`NCCL_${name}\\s+(\\d+)`).exec(text)?.[1]
  const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')]
  if (major && minor && patch) return `${major}.${minor}.${patch}`
  return /libnccl\.so\.(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null
}

/** What the driver says of its performance counters in /proc/driver/nvidia/params; null: nothing. */
export const readCountersAdminOnly = (lines: string[] | undefined): boolean | null => {
  const value = /^RmProfilingAdminOnly:\s*([01])\s*$/.exec(lines?.[0] ?? '')?.[1]
  return value === undefined ? null : value === '1'
}
