import { alignDecimals, medianText, percentText, ratioTexts } from '../../charts/digits'
import { isBeside, rowKey, sizeOf, type Comparison, type ComparisonRow } from '../../charts/model'
import { scaleOf, settingText, type ChartWords, type Scale } from '../../charts/text'

export type SortKey = 'metric' | 'ratio' | 'bound' | 'verdict' | `level:${string}`

export interface Sort {
  key: SortKey
  descending: boolean
}

export interface Filter {
  text: string
  probe: string | null
  /** Row keys inside the chart's brush; null: no brush. */
  brushed: ReadonlySet<string> | null
}

export interface RowCells {
  key: string
  row: ComparisonRow
  /** All dimensions in words. */
  where: string
  /** Only the dimensions that vary within the metric. */
  varying: string
  /** Of the medians: one for all rows of the metric. */
  unit: string
  /** Per level of the comparison; empty where the row does not hold it. */
  medians: string[]
  cvs: string[]
  counts: string
  ratio: string
  interval: string
  bound: string
}

export interface RowGroup {
  metric: string
  unit: string
  /** Dimensions that all rows of the metric share, in words. */
  shared: string
  rows: RowCells[]
}

export const probeOf = (metric: string): string => metric.split('.')[0] ?? metric

export const probesOf = (comparison: Comparison): string[] => [...new Set(comparison.rows.map(({ metric }) => probeOf(metric)))]

const matches = (row: ComparisonRow, filter: Filter, words: ChartWords, verdictWords: Record<string, string>): boolean => {
  if (filter.probe !== null && probeOf(row.metric) !== filter.probe) return false
  if (filter.brushed !== null && !filter.brushed.has(rowKey(row))) return false
  const text = [row.metric, settingText(words, row.dimensions), verdictWords[row.verdict], row.ratio?.of].join(' ').toLowerCase()
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

export const filterRows = (
  rows: readonly ComparisonRow[],
  filter: Filter,
  words: ChartWords,
  verdictWords: Record<string, string>,
): ComparisonRow[] => rows.filter((row) => matches(row, filter, words, verdictWords))

const shareOf = (row: ComparisonRow, level: string): number | null => {
  const bound = row.bound[level]
  const arm = row.arms.find((candidate) => String(candidate.level) === level)
  return bound && bound.covers === undefined && arm && bound.value > 0 ? arm.median / bound.value : null
}

const boundShares = (row: ComparisonRow): number[] =>
  row.arms.map(({ level }) => shareOf(row, String(level))).filter((share) => share !== null)

/** Shares of the bounds; where these cover only a part of the metric, what they cover. */
const boundText = (row: ComparisonRow): string => {
  const bounds = Object.values(row.bound)
  const covers = [...new Set(bounds.flatMap((bound) => bound.covers ?? []))]
  if (bounds.length === 0 || covers.length > 0) return covers.join(', ')
  return row.arms
    .map(({ level }) => shareOf(row, String(level)))
    .map((share) => (share === null ? '–' : percentText(share)))
    .join(', ')
}

const verdictOrder = ['faster', 'slower', 'equivalent', 'cannot_answer'] as const

const sortValue = (row: ComparisonRow, key: SortKey): number | null => {
  if (key === 'ratio') return row.ratio?.estimate ?? null
  if (key === 'bound') return boundShares(row).at(-1) ?? null
  if (key === 'verdict') return verdictOrder.indexOf(row.verdict)
  if (key === 'metric') return null
  return row.arms.find(({ level }) => String(level) === key.slice('level:'.length))?.median ?? null
}

/** Headlines first, and what is judged before the telemetry beside it. */
const byMetric = (a: ComparisonRow, b: ComparisonRow): number =>
  Number(b.headline) - Number(a.headline) ||
  Number(isBeside(a)) - Number(isBeside(b)) ||
  a.metric.localeCompare(b.metric) ||
  (sizeOf(a) ?? -1) - (sizeOf(b) ?? -1)

/** Sorted rows; what has no value for the key stands last in either direction. */
export const sortRows = (rows: readonly ComparisonRow[], sort: Sort): ComparisonRow[] =>
  rows.toSorted((a, b) => {
    if (sort.key === 'metric') return byMetric(a, b) * (sort.descending ? -1 : 1)
    const [left, right] = [sortValue(a, sort.key), sortValue(b, sort.key)]
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byMetric(a, b)
    return (left - right) * (sort.descending ? -1 : 1) || byMetric(a, b)
  })

const sharedDimensions = (rows: readonly ComparisonRow[]): Set<string> => {
  const first = rows[0]
  if (!first || rows.length < 2) return new Set()
  return new Set(
    Object.entries(first.dimensions).flatMap(([name, value]) => (rows.every(({ dimensions }) => dimensions[name] === value) ? [name] : [])),
  )
}

const pick = (row: ComparisonRow, keep: (name: string) => boolean): ComparisonRow['dimensions'] =>
  Object.fromEntries(Object.entries(row.dimensions).filter(([name]) => keep(name)))

const percentOrDash = (cv: number | null | undefined): string => (cv === null || cv === undefined ? '–' : percentText(cv))

/** Texts of the rows of one metric, decimal points aligned among them. */
const cellsOf = (rows: readonly ComparisonRow[], levels: readonly string[], scale: Scale, words: ChartWords): RowCells[] => {
  const shared = sharedDimensions(rows)
  const column = (text: (row: ComparisonRow) => string): string[] => alignDecimals(rows.map(text))
  const armOf = (row: ComparisonRow, level: string): ComparisonRow['arms'][number] | undefined =>
    row.arms.find((arm) => String(arm.level) === level)
  const medians = levels.map((level) =>
    column((row) => {
      const arm = armOf(row, level)
      return arm ? medianText({ ...arm, median: arm.median / scale.divisor }) : ''
    }),
  )
  const ratios = column((row) => (row.ratio ? ratioTexts(row.ratio).estimate : '–'))
  return rows.map((row, index) => ({
    key: rowKey(row),
    row,
    where: settingText(words, row.dimensions),
    varying: settingText(
      words,
      pick(row, (name) => !shared.has(name)),
    ),
    unit: scale.name,
    medians: medians.map((texts) => texts[index] ?? ''),
    cvs: levels.map((level) => {
      const arm = armOf(row, level)
      return arm ? percentOrDash(arm.cv) : ''
    }),
    counts: row.arms.map(({ n }) => n).join(', '),
    ratio: ratios[index] ?? '',
    interval: row.ratio ? `[${ratioTexts(row.ratio).low}, ${ratioTexts(row.ratio).high}]` : '',
    bound: boundText(row),
  }))
}

/** Rows by metric in the order in which the metrics first appear. */
export const groupRows = (rows: readonly ComparisonRow[], levels: readonly string[], words: ChartWords): RowGroup[] =>
  [...Map.groupBy(rows, ({ metric }) => metric)].map(([metric, own]) => {
    const shared = sharedDimensions(own)
    const first = own[0]
    const scale = scaleOf(
      first?.unit ?? '1',
      own.flatMap(({ arms }) => arms.map(({ median }) => median)),
    )
    return {
      metric,
      unit: scale.name,
      shared: first
        ? settingText(
            words,
            pick(first, (name) => shared.has(name)),
          )
        : '',
      rows: cellsOf(own, levels, scale, words),
    }
  })

/** Rows in the given order, each with all its dimensions. */
export const flatRows = (rows: readonly ComparisonRow[], levels: readonly string[], words: ChartWords): RowCells[] => {
  const cells = new Map(groupRows(rows, levels, words).flatMap((group) => group.rows.map((cell) => [cell.key, cell] as const)))
  return rows.flatMap((row) => cells.get(rowKey(row)) ?? [])
}
