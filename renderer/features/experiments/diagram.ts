import type { Arm } from '../../../preload/contract/plan'
import { armKey } from '../../ui/arms'

/** What the diagram needs to know of a launch, planned or made. */
export interface Launch {
  probe: string
  arm: Arm
  block: number
  warmup: boolean
  position: number
}

export interface DiagramRow {
  key: string
  probe: string
  arm: Arm
}

export interface Diagram<L extends Launch> {
  rows: DiagramRow[]
  /** Block numbers in the order of time; 0 holds the warm-ups. */
  blocks: number[]
  /** Launches of a row in a block, by position. */
  cell(row: DiagramRow, block: number): readonly L[]
  /** The most launches that a row has in it. */
  width(block: number): number
  /** All launches of a row, in the order of blocks. */
  line(row: DiagramRow): L[]
  launches: number
}

const rowKey = (launch: Launch): string => `${launch.probe} ${armKey(launch.arm)}`

/** Rows probe x arm (probes together, arms by their place), columns blocks, cells launches. */
export const layDiagram = <L extends Launch>(launches: readonly L[], places: ReadonlyMap<string, number>): Diagram<L> => {
  const ordered = [...launches].sort((a, b) => a.position - b.position)
  const probes = [...new Set(ordered.map((launch) => launch.probe))]
  const rows = new Map<string, DiagramRow>()
  const cells = new Map<string, L[]>()
  for (const launch of ordered) {
    const key = rowKey(launch)
    if (!rows.has(key)) rows.set(key, { key, probe: launch.probe, arm: launch.arm })
    const place = `${key} ${launch.block}`
    const cell = cells.get(place)
    if (cell) cell.push(launch)
    else cells.set(place, [launch])
  }
  const lines = Map.groupBy(ordered, rowKey)
  const widths = new Map<number, number>()
  for (const [first, ...more] of cells.values()) if (first) widths.set(first.block, Math.max(widths.get(first.block) ?? 1, 1 + more.length))
  const place = (row: DiagramRow): number => probes.indexOf(row.probe) * 1000 + (places.get(armKey(row.arm)) ?? 999)
  return {
    rows: [...rows.values()].sort((a, b) => place(a) - place(b)),
    blocks: [...new Set(ordered.map((launch) => launch.block))].sort((a, b) => a - b),
    cell: (row, block) => cells.get(`${row.key} ${block}`) ?? [],
    width: (block) => widths.get(block) ?? 0,
    line: (row) => (lines.get(row.key) ?? []).toSorted((a, b) => a.block - b.block),
    launches: ordered.length,
  }
}

/** One launch wide: which block it belongs to, and its place in there. */
export interface Slot {
  block: number
  nth: number
}

export const slotsOf = ({ blocks, width }: Pick<Diagram<Launch>, 'blocks' | 'width'>): Slot[] =>
  blocks.flatMap((block) => Array.from({ length: width(block) }, (_, nth) => ({ block, nth })))

/** The id to move to from `from` by an arrow key in a grid of ids; stays where there is no neighbour. */
export const neighbour = (grid: readonly (readonly string[])[], from: string, key: string): string => {
  const row = grid.findIndex((line) => line.includes(from))
  const line = grid[row]
  if (!line) return from
  const column = line.indexOf(from)
  if (key === 'ArrowLeft') return line[column - 1] ?? from
  if (key === 'ArrowRight') return line[column + 1] ?? from
  const target = key === 'ArrowUp' ? grid[row - 1] : key === 'ArrowDown' ? grid[row + 1] : undefined
  if (target) return target[Math.min(column, target.length - 1)] ?? from
  if (key === 'Home') return line[0] ?? from
  if (key === 'End') return line.at(-1) ?? from
  return from
}
