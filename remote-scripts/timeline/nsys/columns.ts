import { timeScale, type Scale } from '../../_kit/numbers'

export type Role =
  | 'share'
  | 'total'
  | 'count'
  | 'avg'
  | 'median'
  | 'min'
  | 'max'
  | 'stddev'
  | 'range_total'
  | 'gpu_ops'
  | 'start'
  | 'name'
  | 'grid'
  | 'block'
  | 'style'
  | 'foreign'
  | 'other'

export interface Column {
  role: Role
  /** As the header has it, without the unit. */
  title: string
  unit: string | null
}

/** Headers of all versions, in lower case: 2019 wrote `Average`, 2021 `Average (ns)`, 2022 and later `Avg (ns)`. */
const roles = new Map<string, Role>([
  ['total time', 'total'],
  ['total', 'total'],
  ['total proj time', 'total'],
  ['total range time', 'range_total'],
  ['instances', 'count'],
  ['num calls', 'count'],
  ['calls', 'count'],
  ['count', 'count'],
  ['operations', 'count'],
  ['range instances', 'count'],
  ['avg', 'avg'],
  ['average', 'avg'],
  ['proj avg', 'avg'],
  ['med', 'median'],
  ['median', 'median'],
  ['proj med', 'median'],
  ['min', 'min'],
  ['minimum', 'min'],
  ['proj min', 'min'],
  ['max', 'max'],
  ['maximum', 'max'],
  ['proj max', 'max'],
  ['stddev', 'stddev'],
  ['proj stddev', 'stddev'],
  ['total gpu ops', 'gpu_ops'],
  ['start', 'start'],
  ['name', 'name'],
  ['operation', 'name'],
  ['range', 'name'],
  ['gridxyz', 'grid'],
  ['blockxyz', 'block'],
  ['style', 'style'],
])

/** A column that splits rows in a way that the reports read here do not have: one of another report. */
const foreign = /\b(?:pid|tid|devid|device|category|kernel|api|thread|process|source|rank|corrid|event)\b/

/** A cell of a header: `Total Time (ns)` is the total, in ns. */
export const columnOf = (cell: string): Column => {
  const match = /^([^()]{1,60}?)\s*\(([^()]{1,20})\)$/.exec(cell.trim().slice(0, 120))
  const title = (match?.[1] ?? cell).trim()
  const unit = match?.[2] ?? null
  const key = title.toLowerCase()
  if (key === 'time' && unit === '%') return { role: 'share', title, unit }
  const role = roles.get(key)
  return { role: role ?? (foreign.test(key) ? 'foreign' : 'other'), title, unit }
}

const numeric = new Set<Role>(['share', 'total', 'count', 'avg', 'median', 'min', 'max', 'stddev', 'range_total', 'gpu_ops', 'start'])

export const isNumeric = (column: Column): boolean => numeric.has(column.role) || (column.role === 'other' && column.unit !== null)

/** Roles whose column holds whole numbers, so that a sign in them groups digits. */
export const isWhole = (column: Column): boolean =>
  column.role === 'count' || column.role === 'gpu_ops' || (column.unit === 'ns' && ['total', 'min', 'max', 'start'].includes(column.role))

/** Sizes: nsys means 10^6 by MB (2,147.484 MB are 2^31 bytes); the layouts before 2021 say KiB. */
const sizes = new Map<string, Scale>([
  ['B', { unit: 'bytes', power: 0, factor: 1 }],
  ['byte', { unit: 'bytes', power: 0, factor: 1 }],
  ['bytes', { unit: 'bytes', power: 0, factor: 1 }],
  ['KB', { unit: 'bytes', power: 3, factor: 1 }],
  ['MB', { unit: 'bytes', power: 6, factor: 1 }],
  ['GB', { unit: 'bytes', power: 9, factor: 1 }],
  ['KiB', { unit: 'bytes', power: 0, factor: 2 ** 10 }],
  ['MiB', { unit: 'bytes', power: 0, factor: 2 ** 20 }],
  ['GiB', { unit: 'bytes', power: 0, factor: 2 ** 30 }],
])

export const sizeScale = (printed: string): Scale | null => sizes.get(printed) ?? null

/** Unit words of the titles before 2021: `CUDA API Statistics (nanoseconds)`, `… (by size in KiB)`. */
const words = new Map([
  ['nanoseconds', 'ns'],
  ['microseconds', 'us'],
  ['milliseconds', 'ms'],
  ['seconds', 's'],
])

/** The unit that the title of a table names; null when it names none. */
export const titleUnit = (title: string): string | null => {
  const inside = /\((?:by (?:time|size) in )?([A-Za-z]{1,20})\)/.exec(title)?.[1]
  if (inside === undefined) return null
  const unit = words.get(inside) ?? inside
  return timeScale(unit) || sizeScale(unit) ? unit : null
}
