import type { z } from 'zod'
import { levelText, type Comparison, type ComparisonRow, type ratio } from '../../preload/contract/comparison'
import type { Dimensions } from '../../preload/contract/measurement'
import type { Level } from '../../preload/contract/plan'

export type { ComparedArm, Comparison, ComparisonRow } from '../../preload/contract/comparison'
export type Ratio = z.infer<typeof ratio>

const sorted = (dimensions: Dimensions): [string, unknown][] => Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))

/** One text per setting, whatever the order of its dimensions. */
export const dimensionsKey = (dimensions: Dimensions): string => JSON.stringify(sorted(dimensions))

/** Identity of a row within a comparison: metric, dimensions and the levels compared, measured or not. */
export const rowKey = (row: Pick<ComparisonRow, 'metric' | 'dimensions' | 'arms' | 'level' | 'ratio'>): string => {
  const levels = new Set([...row.arms.map(({ level }) => level), ...(row.level === undefined ? [] : [row.level])])
  return JSON.stringify([row.metric, sorted(row.dimensions), row.ratio?.of ?? [...levels].join('/')])
}

/** Telemetry beside a launch, which is shown and not judged: its figures name the probe that was measured. */
export const isBeside = ({ dimensions }: Pick<ComparisonRow, 'dimensions'>): boolean =>
  dimensions['probe'] !== undefined && dimensions['host'] !== undefined

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

/** What a level, given as its text, is called: `fast`, `zero_stage 3`. */
export const levelName = ({ factor, levels }: Pick<Comparison, 'factor' | 'levels'>, level: string): string =>
  levelText(factor, levels.find((one) => String(one) === level) ?? level)

/** Run id -> level, of every launch that counts. */
export const levelsByRun = (comparison: Pick<Comparison, 'rows'>): Map<string, string> =>
  new Map(comparison.rows.flatMap(({ arms }) => arms.flatMap(({ level, runIds }) => runIds.map((id) => [id, String(level)] as const))))

/** The row's level that is compared with the baseline, and the baseline. */
export const pairOf = (row: ComparisonRow, levels: readonly Level[]): { level: string; baseline: string } => {
  const baseline = String(levels[0] ?? '')
  if (row.level !== undefined) return { baseline, level: String(row.level) }
  const other = row.arms.find((arm) => String(arm.level) !== baseline)
  return { baseline, level: other ? String(other.level) : (row.ratio?.of.split('/')[0] ?? String(levels[1] ?? '')) }
}

/** What the row's ratio is of: `fast/ethernet`, `zero_stage 3/zero_stage 0`. */
export const ratioName = (comparison: Pick<Comparison, 'factor' | 'levels'>, row: ComparisonRow): string => {
  const { level, baseline } = pairOf(row, comparison.levels)
  return `${levelName(comparison, level)}/${levelName(comparison, baseline)}`
}

export const median = (values: readonly number[]): number | null => {
  const ordered = [...values].sort((a, b) => a - b)
  const middle = ordered.length / 2
  if (ordered.length === 0) return null
  return Number.isInteger(middle) ? ((ordered[middle - 1] ?? 0) + (ordered[middle] ?? 0)) / 2 : (ordered[Math.floor(middle)] ?? null)
}
