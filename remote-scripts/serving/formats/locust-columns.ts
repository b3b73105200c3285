import { parseNumber } from '../../_kit/numbers'
import { percentiles } from './percentiles'

export type LocustTable = 'stats' | 'history' | 'failures' | 'exceptions'

/** A column's name without case and signs: `# requests`, `Request Count` and `Total Request Count` differ between versions only. */
const plain = (name: string): string => name.toLowerCase().replace(/^"|"$/g, '').replace(/[#"]/g, '').trim()

const fields = new Map<string, string>([
  ['type', 'method'],
  ['method', 'method'],
  ['name', 'name'],
  ['request count', 'requests'],
  ['requests', 'requests'],
  ['total request count', 'requests'],
  ['failure count', 'failures'],
  ['failures', 'failures'],
  ['total failure count', 'failures'],
  ['median response time', 'median'],
  ['total median response time', 'median'],
  ['average response time', 'mean'],
  ['total average response time', 'mean'],
  ['min response time', 'min'],
  ['total min response time', 'min'],
  ['max response time', 'max'],
  ['total max response time', 'max'],
  ['requests/s', 'qps'],
  ['failures/s', 'failuresPerS'],
  ['timestamp', 'timestamp'],
  ['user count', 'users'],
  ['error', 'error'],
  ['occurrences', 'occurrences'],
  ['count', 'count'],
  ['message', 'message'],
  ['traceback', 'traceback'],
  ['nodes', 'nodes'],
])

export interface LocustHeader {
  table: LocustTable
  width: number
  /** Field -> index. */
  fields: ReadonlyMap<string, number>
  /** Index -> end of the metric's name. */
  percentiles: ReadonlyMap<number, string>
}

const tableOf = (found: ReadonlyMap<string, number>, percentileCount: number): LocustTable | null => {
  const has = (...names: string[]): boolean => names.every((name) => found.has(name))
  if (has('error', 'occurrences', 'name')) return 'failures'
  if (has('count', 'message', 'traceback')) return 'exceptions'
  if (has('timestamp', 'name') && has('qps') && (has('users') || has('requests'))) return 'history'
  if (has('name', 'requests') && (has('median', 'mean') || percentileCount >= 4)) return 'stats'
  return null
}

/** The columns of a line that names those of one of locust's files; null for every other line. */
export const locustHeader = (cells: readonly string[]): LocustHeader | null => {
  const found = new Map<string, number>()
  const shares = new Map<number, string>()
  cells.forEach((cell, index) => {
    const name = plain(cell)
    const field = fields.get(name)
    if (field !== undefined && !found.has(field)) found.set(field, index)
    const share = name.endsWith('%') ? percentiles.get(parseNumber(name.slice(0, -1)) ?? -1) : undefined
    if (share !== undefined) shares.set(index, share)
  })
  const table = tableOf(found, shares.size)
  return table === null ? null : { table, width: cells.length, fields: found, percentiles: shares }
}
