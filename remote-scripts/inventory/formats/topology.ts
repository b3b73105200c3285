import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'

const affinities = ['CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'] as const
const link = /^(?:X|SYS|NODE|PHB|PXB|PIX|SOC|PSB|NV\d{1,3}|C2C|N\/A)$/
/** What `topo -p2p` prints in place of a link: whether a GPU may reach the other's memory, or why not. */
const peerStatus = /^(?:X|OK|CNS|GNS|TNS|NS|DR|U|N\/A)$/
const legendLine = /^\s{1,20}(NIC\d{1,3}):\s{1,10}(\S{1,64})\s*$/
const rowName = /^\s{0,8}(GPU\d{1,4}|NIC\d{1,4}|[a-z][\w-]{1,30}\d)\s/

/** The header is underlined; some copies keep the marks without their escape character. */
const withoutUnderline = (line: string): string => (line.includes('[4m') ? line.replace(/\[[04]?m/g, '') : line)

const isHeader = (line: string): boolean =>
  line.length < maxLineLength && /^\s{0,200}GPU0\b/.test(line) && !/^\s{0,8}GPU0\s{1,20}(?:X|SYS|NV\d)/.test(line)

interface Matrix {
  devices: string[]
  /** Links or states of peer access; null until a row tells. */
  kind: 'link' | 'peer' | null
  /** Which affinity columns there are, in their order. */
  extra: string[]
  cells: Map<string, string[]>
  numa: Map<string, string>
  cpus: Map<string, string>
  nics: Map<string, string>
}

/** Names that hold a blank are taken out first; what is left are devices. */
const headerOf = (line: string): Matrix => {
  const extra = affinities.filter((name) => line.includes(name)).sort((a, b) => line.indexOf(a) - line.indexOf(b))
  const rest = affinities.reduce((text, name) => text.replace(name, ' '), line)
  const empty = () => new Map<string, string>()
  return { devices: rest.trim().split(/\s+/), kind: null, extra, cells: new Map(), numa: empty(), cpus: empty(), nics: empty() }
}

/** With tabs a blank cell is kept; with spaces only whole rows can be told. */
const cellsOf = (line: string): string[] => (line.includes('\t') ? line.split('\t').map((cell) => cell.trim()) : line.trim().split(/\s+/))

const isCell = (text: string): boolean => link.test(text) || peerStatus.test(text)

/** What the cells of a row are; null when no matrix has them, or another than this. */
const kindOf = (matrix: Matrix, links: readonly string[]): Matrix['kind'] => {
  const found = links.every((cell) => link.test(cell)) ? 'link' : links.every((cell) => peerStatus.test(cell)) ? 'peer' : null
  // `X` and `N/A` stand in both.
  const tells = links.some((cell) => link.test(cell) !== peerStatus.test(cell))
  if (found === null || (tells && matrix.kind !== null && matrix.kind !== found)) return null
  if (tells) matrix.kind = found
  return found
}

const readRow = (reading: Reading, matrix: Matrix, line: string, isLast: boolean): void => {
  const [name = '', ...cells] = cellsOf(line)
  const links = cells.slice(0, matrix.devices.length)
  const known = matrix.cells.get(name)
  if (!matrix.devices.includes(name)) return skipRow(reading, line, 'its device is in no column')
  if (links.length < matrix.devices.length || kindOf(matrix, links) === null)
    return skipRow(reading, line, `it does not fit ${matrix.devices.length} devices`)
  reading.rows.understood += 1
  if (known && known.join() !== links.join()) {
    warn(reading, 'topology_contradicts_itself', `${name} has two rows that differ; the first counts.`)
    return
  }
  matrix.cells.set(name, links)
  const rest = cells.slice(matrix.devices.length).filter((cell, index, all) => cell !== '' || index < all.length - 1)
  // The last word of a text without a last line end may be a cut number.
  if (isLast) rest.pop()
  if (!line.includes('\t') && rest.length !== matrix.extra.length) return
  // Some drivers put a second tab behind a short cell.
  const filled = rest.filter((cell) => cell !== '')
  matrix.extra.forEach((column, index) => {
    const cell = (filled.length === matrix.extra.length ? filled : rest)[index]
    if (cell === undefined || cell === '' || cell === 'N/A') return
    if (column === 'CPU Affinity') matrix.cpus.set(name, cell)
    if (column === 'NUMA Affinity') matrix.numa.set(name, cell)
  })
}

const isGpu = (name: string): boolean => /^GPU\d+$/.test(name)

/** The link of two devices; null when their two cells differ or are missing. */
const linkOf = ({ devices, cells }: Matrix, a: string, b: string): string | null => {
  const there = cells.get(a)?.[devices.indexOf(b)]
  const back = cells.get(b)?.[devices.indexOf(a)]
  return there === undefined || there === 'X' || (back !== undefined && back !== there) ? null : there
}

const pairsOf = (matrix: Matrix, from: readonly string[], to: readonly string[]): [string, string][] =>
  from.flatMap((a) =>
    to.flatMap((b): [string, string][] => {
      const found = matrix.devices.indexOf(a) < matrix.devices.indexOf(b) ? linkOf(matrix, a, b) : null
      return found === null ? [] : [[`${a}-${b}`, found]]
    }),
  )

const numaFact = (matrix: Matrix): Record<string, string | number> =>
  Object.fromEntries([...matrix.numa].map(([name, text]) => [name, /^\d{1,4}$/.test(text) ? Number(text) : text]))

/** `topo -p2p`: the matrix does not say which capability was asked for. */
const finishPeers = (reading: Reading, matrix: Matrix, gpus: readonly string[]): void => {
  const pairs = pairsOf(matrix, gpus, gpus)
  setFacts(reading, { tool: 'nvidia-smi topo', gpu_count: gpus.length, peer_access: Object.fromEntries(pairs) })
  for (const [pair, status] of pairs) add(reading, 'inventory.peer_gpu_pairs', '1', 1, { pair, status })
}

const finishLinks = (reading: Reading, matrix: Matrix, gpus: readonly string[], isWhole: boolean): void => {
  const nics = matrix.devices.filter((name) => !isGpu(name))
  const pairs = pairsOf(matrix, gpus, gpus)
  setFacts(reading, {
    tool: 'nvidia-smi topo',
    gpu_count: gpus.length,
    nic_count: nics.length,
    topology: Object.fromEntries(pairs),
    numa: numaFact(matrix),
    cpu_affinity: Object.fromEntries(matrix.cpus),
    ...(nics.length > 0 ? { topology_nics: Object.fromEntries(pairsOf(matrix, gpus, nics)) } : {}),
    ...(matrix.nics.size > 0 ? { nics: Object.fromEntries([...matrix.nics].map(([name, device]) => [name, { device }])) } : {}),
  })
  for (const [pair, how] of pairs) add(reading, 'inventory.topology_gpu_pairs', '1', 1, { pair, link: how })
  if (isWhole && gpus.every((gpu) => /^\d{1,4}$/.test(matrix.numa.get(gpu) ?? '')))
    add(reading, 'inventory.numa_nodes', '1', new Set(gpus.map((gpu) => matrix.numa.get(gpu))).size, {})
  if (nics.length === 0) warn(reading, 'no_nic_columns', 'The matrix lists no NIC columns: the host may still have NICs.')
}

const finish = (reading: Reading, matrix: Matrix): void => {
  const gpus = matrix.devices.filter(isGpu)
  const isWhole = gpus.every((gpu) => matrix.cells.has(gpu))
  if (matrix.kind === 'peer') finishPeers(reading, matrix, gpus)
  else finishLinks(reading, matrix, gpus, isWhole)
  if (isWhole) add(reading, 'inventory.gpu_count', '1', gpus.length, {})
  if (!isWhole) {
    warn(reading, 'truncated', 'Rows of the matrix are missing.')
    fail(reading, 'parse.truncated', 'Rows of the matrix are missing; the pairs that are there are read.')
  }
}

/** nvidia-smi topo -m, -mp and -p2p: GPUs and NICs, with or without legends and affinity columns. */
export const smiTopology: FormatParser = {
  id: 'nvidia-smi-topo',
  detect(head) {
    if (isInventoryScript(head)) return notMine
    const lines = head.split('\n').map(withoutUnderline)
    const at = lines.findIndex(isHeader)
    return at >= 0 && lines.slice(at + 1, at + 6).some((line) => /^\s{0,8}GPU0\s{1,20}X\s/.test(line)) ? certain : notMine
  },
  parse(text) {
    const found: { reading: Reading; matrix: Matrix }[] = []
    const lines = cleanText(text).split('\n').map(withoutUnderline)
    lines.forEach((line, index) => {
      if (line.length > maxLineLength) return
      if (isHeader(line)) found.push({ reading: newReading('inventory', 'nvidia-smi topo'), matrix: headerOf(line) })
      const current = found.at(-1)
      if (!current || isHeader(line)) return
      const legend = legendLine.exec(line)
      if (legend) current.matrix.nics.set(legend[1] ?? '', legend[2] ?? '')
      else if (rowName.test(line) && (line.includes('\t') || isCell(cellsOf(line)[1] ?? '')))
        readRow(current.reading, current.matrix, line, index === lines.length - 1)
    })
    for (const { reading, matrix } of found) finish(reading, matrix)
    return found.map(({ reading }) => reading)
  },
}
