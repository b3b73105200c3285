import type { ComparisonRow } from './comparison'

/** Metrics that were 0 in all of so many launches. */
export interface Zeros {
  launches: number
  metrics: {
    metric: string
    /** Settings in which it was 0, of all that were compared. */
    settings: number
    all: number
  }[]
}

const settingOf = ({ metric, dimensions }: ComparisonRow): string =>
  JSON.stringify([metric, ...Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1))])

const isZero = ({ headline, arms }: ComparisonRow): boolean =>
  !headline && arms.length > 1 && arms.every(({ values }) => values.length > 0 && values.every((value) => value === 0))

/**
 * Rows that say nothing but 0 (wrong elements, drops, resends), apart from the rest: a setting in which every launch of every arm gave 0. They are named in
 * one line where there is no room for a row each. A headline stays: its 0 is an answer.
 */
export const withoutZeros = (rows: readonly ComparisonRow[]): { rows: ComparisonRow[]; zeros: Zeros[] } => {
  const settings = Map.groupBy(rows, settingOf)
  const zero = new Set([...settings].flatMap(([key, pairs]) => (pairs.every(isZero) ? [key] : [])))
  const byMetric = [...Map.groupBy(settings.keys(), (key) => settings.get(key)?.[0]?.metric ?? '')].flatMap(([metric, keys]) => {
    const own = keys.filter((key) => zero.has(key))
    const launches = new Set(own.flatMap((key) => (settings.get(key) ?? []).flatMap(({ arms }) => arms.flatMap(({ runIds }) => runIds))))
    return own.length === 0 ? [] : [{ metric, settings: own.length, all: keys.length, launches: launches.size }]
  })
  return {
    rows: rows.filter((row) => !zero.has(settingOf(row))),
    zeros: [...Map.groupBy(byMetric, ({ launches }) => launches)].map(([launches, metrics]) => ({
      launches,
      metrics: metrics.map(({ metric, settings: count, all }) => ({ metric, settings: count, all })),
    })),
  }
}
