import type { z } from 'zod'
import type { Comparison, ComparisonRow, ratio } from '../../preload/contract/comparison'
import type { Dimensions } from '../../preload/contract/measurement'
import type { Level } from '../../preload/contract/plan'

export type { ComparedArm, Comparison, ComparisonRow } from '../../preload/contract/comparison'
export type Ratio = z.infer<typeof ratio>

const sorted = (dimensions: Dimensions): [string, unknown][] => Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))

/** One text per setting, whatever the order of its dimensions. */
export const dimensionsKey = (dimensions: Dimensions): string => JSON.stringify(sorted(dimensions))

/** Identity of a row within a comparison: metric, dimensions and the levels compared. */
export const rowKey = (row: Pick<ComparisonRow, 'metric' | 'dimensions' | 'arms' | 'ratio'>): string =>
  JSON.stringify([row.metric, sorted(row.dimensions), row.ratio?.of ?? row.arms.map(({ level }) => String(level)).join('/')])

export const without = (dimensions: Dimensions, ...names: string[]): Dimensions =>
  Object.fromEntries(Object.entries(dimensions).filter(([name]) => !names.includes(name)))

export const sizeOf = (row: Pick<ComparisonRow, 'dimensions'>): number | null =>
  typeof row.dimensions['size_bytes'] === 'number' ? row.dimensions['size_bytes'] : null

/** Place of a level among the comparison's levels; it gives colour, marker and dash. */
export const levelPlace = (comparison: Pick<Comparison, 'levels'>, level: Level): number =>
  Math.max(
    0,
    comparison.levels.findIndex((other) => String(other) === String(level)),
  )

/** Run id -> level, of every launch that counts. */
export const levelsByRun = (comparison: Pick<Comparison, 'rows'>): Map<string, string> =>
  new Map(comparison.rows.flatMap(({ arms }) => arms.flatMap(({ level, runIds }) => runIds.map((id) => [id, String(level)] as const))))

/** The row's level that is compared with the baseline, and the baseline. */
export const pairOf = (row: ComparisonRow, levels: readonly Level[]): { level: string; baseline: string } => {
  const baseline = String(levels[0] ?? '')
  const other = row.arms.find((arm) => String(arm.level) !== baseline)
  return { baseline, level: other ? String(other.level) : (row.ratio?.of.split('/')[0] ?? String(levels[1] ?? '')) }
}

export const median = (values: readonly number[]): number | null => {
  const ordered = [...values].sort((a, b) => a - b)
  const middle = ordered.length / 2
  if (ordered.length === 0) return null
  return Number.isInteger(middle) ? ((ordered[middle - 1] ?? 0) + (ordered[middle] ?? 0)) / 2 : (ordered[Math.floor(middle)] ?? null)
}
