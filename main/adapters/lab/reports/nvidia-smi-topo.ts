import type { GpuSnapshot } from './gpu-snapshot'

export interface Topology {
  gpus: readonly Pick<GpuSnapshot, 'index'>[]
  /** Device behind each NIC column, in their order. */
  nics: readonly string[]
  /** How two GPUs are joined, as printed: `NV12`, `PIX`, `SYS`. */
  gpuLink(a: number, b: number): string
  nicLink(gpu: number, nic: number): string
  /** CPUs and NUMA node of a GPU. */
  affinity(gpu: number): { cpus: string; numa: number }
}

const legend = (nics: readonly string[]): string[] => [
  '',
  'Legend:',
  '',
  '  X    = Self',
  '  SYS  = Connection traversing PCIe as well as the SMP interconnect between NUMA nodes (e.g., QPI/UPI)',
  '  NV#  = Connection traversing a bonded set of # NVLinks',
  ...(nics.length > 0 ? ['', 'NIC Legend:', '', ...nics.map((device, index) => `  NIC${index}: ${device}`)] : []),
  '',
]

/** `nvidia-smi topo -m` of a driver from 535 on. */
export const printSmiTopology = ({ gpus, nics, gpuLink, nicLink, affinity }: Topology): string => {
  const nicNames = nics.map((_, index) => `NIC${index}`)
  const head = ['', ...gpus.map(({ index }) => `GPU${index}`), ...nicNames, 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID']
  const gpuRows = gpus.map(({ index: row }) => {
    const { cpus, numa } = affinity(row)
    const links = gpus.map(({ index }) => (index === row ? ' X ' : gpuLink(Math.min(row, index), Math.max(row, index))))
    return [`GPU${row}`, ...links, ...nicNames.map((_, nic) => nicLink(row, nic)), cpus, String(numa), 'N/A']
  })
  const nicRows = nicNames.map((name, row) => [
    name,
    ...gpus.map(({ index }) => nicLink(index, row)),
    ...nicNames.map((_, nic) => (nic === row ? ' X ' : 'SYS')),
    '',
    '',
    '',
  ])
  return [...[head, ...gpuRows, ...nicRows].map((cells) => cells.join('\t')), ...legend(nics)].join('\n')
}
