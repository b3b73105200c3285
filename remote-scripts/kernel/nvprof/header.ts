import { splitCsv } from '../csv-cells'
import { maxLineLength } from '../../_kit/text'
import { isUnit } from './cells'

export type TableKind = 'trace' | 'summary' | 'metrics' | 'unified-memory'

export interface Header {
  kind: TableKind
  isCsv: boolean
  names: readonly string[]
  /** By column, from CSV's second row; empty in text, where each figure carries its own. */
  units: readonly string[]
}

const kindOf = (names: ReadonlySet<string>): TableKind | null => {
  if (names.has('Invocations') && (names.has('Metric Name') || names.has('Event Name'))) return 'metrics'
  if (names.has('Time(%)') && names.has('Calls') && names.has('Name')) return 'summary'
  if (names.has('Start') && names.has('Duration') && names.has('Name')) return 'trace'
  if (names.has('Device') && names.has('Context') && names.has('Stream') && names.has('Kernel')) return 'trace'
  return names.has('Count') && names.has('Total Size') && names.has('Name') ? 'unified-memory' : null
}

/** The header of one of nvprof's tables, in text or CSV. */
export const headerOf = (line: string): Header | null => {
  if (line.length > maxLineLength || !/Name|Kernel/.test(line)) return null
  const isCsv = line.startsWith('"')
  const names = isCsv ? splitCsv(line) : line.trim().split(/\s{2,}/)
  const kind = names === null ? null : kindOf(new Set(names))
  return kind === null || names === null ? null : { kind, isCsv, names, units: [] }
}

/** The row of units below a CSV header; null for a row of data. */
export const unitsOf = (cells: readonly string[], header: Header): readonly string[] | null => {
  if (cells.length !== header.names.length || cells.every((cell) => cell === '')) return null
  return cells.every((cell) => cell === '' || isUnit(cell)) ? cells : null
}
