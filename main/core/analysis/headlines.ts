import type { Comparison, ComparisonRow, Dimensions, MetricSpec } from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import { formatBytes, formatRatio, formatSignificant } from '../metrics/format'
import { launchesForAlpha } from './mann-whitney'
import { holm } from './multiplicity'
import type { VerdictSettings } from './verdict'

/** A row with the two levels that it compares, as keys. */
export interface PairRow {
  row: ComparisonRow
  probe: string
  baseline: string
  level: string
  /** The same as a sentence names them. */
  texts: { baseline: string; level: string }
}

const sizeOf = (row: ComparisonRow): number => (typeof row.dimensions.size_bytes === 'number' ? row.dimensions.size_bytes : -1)

/** In-place figures repeat the out-of-place ones, so they only stand in when alone. */
const rankOf = ({ row }: PairRow): readonly number[] => [row.arms.length, sizeOf(row), row.dimensions.in_place === true ? 0 : 1]

const before = (left: readonly number[], right: readonly number[]): boolean => {
  const place = left.findIndex((value, index) => value !== right[index])
  return place >= 0 && (left[place] as number) > (right[place] as number)
}

const subjectOf = ({ row, level }: PairRow): string => {
  const fixed = Object.entries(row.dimensions).filter(([name]) => name !== 'size_bytes' && name !== 'in_place')
  return JSON.stringify([row.metric, level, fixed.sort(([left], [right]) => (left < right ? -1 : 1))])
}

/** True for the rows of a metric that may carry its probe's verdict sentence. */
export const isHeadline = (spec: MetricSpec, dimensions: Dimensions): boolean =>
  spec.headline === true && Object.entries(spec.headlineWhere ?? {}).every(([name, value]) => dimensions[name] === value)

/** One row per headline metric, pair of levels and setting (collective, direction, other factors): that of the largest size both arms measured. */
export const headlineRows = (rows: readonly PairRow[]): PairRow[] => {
  const chosen = new Map<string, PairRow>()
  for (const pair of rows) {
    if (!pair.row.headline) continue
    const subject = subjectOf(pair)
    const known = chosen.get(subject)
    if (!known || before(rankOf(pair), rankOf(known))) chosen.set(subject, pair)
  }
  return [...chosen.values()]
}

const isDifference = ({ row }: PairRow): boolean => row.verdict === 'faster' || row.verdict === 'slower'

/**
 * Holm over the headlines of one probe that claim or deny a difference by a test; what does not survive abstains, in its row too.
 * Each probe answers a question of its own, so probes do not take each other's power.
 */
export const correctForMultiplicity = (chosen: readonly PairRow[], settings: VerdictSettings, messages: SharedMessages): void => {
  for (const family of Map.groupBy(chosen, ({ probe }) => probe).values()) correctFamily(family, settings, messages)
}

const correctFamily = (family: readonly PairRow[], settings: VerdictSettings, messages: SharedMessages): void => {
  const tested = family.filter(
    ({ row }) =>
      typeof row.ratio?.p === 'number' &&
      (row.verdict !== 'cannot_answer' || row.reasonCode === 'interval_too_wide' || row.reasonCode === 'not_significant'),
  )
  const adjusted = holm(tested.map(({ row }) => row.ratio?.p ?? 1))
  for (const [index, pair] of tested.entries()) {
    const adjustedP = adjusted[index] as number
    if (!isDifference(pair) || adjustedP <= settings.alpha) continue
    const launches = Math.max(...pair.row.arms.map(({ n }) => n))
    pair.row.verdict = 'cannot_answer'
    pair.row.reasonCode = 'not_multiplicity_safe'
    pair.row.reasonParams = {
      ...pair.row.reasonParams,
      p: formatSignificant(pair.row.ratio?.p ?? 1, 2),
      adjustedP: formatSignificant(adjustedP, 2),
      tests: tested.length,
      needed: Math.max(launchesForAlpha(settings.alpha / tested.length), launches + 1),
    }
    pair.row.reason = fill(messages.reasons.not_multiplicity_safe, pair.row.reasonParams)
  }
}

/** ` (all_reduce, 1 GiB)`; empty without dimensions. */
const whereText = (dimensions: Dimensions): string => {
  const size = typeof dimensions.size_bytes === 'number' ? [formatBytes(dimensions.size_bytes)] : []
  const others = Object.entries(dimensions)
    .filter(([name]) => name !== 'size_bytes' && name !== 'in_place')
    .map(([name, value]) => (typeof value === 'string' ? value : `${name} ${String(value)}`))
  const parts = [...others, ...size]
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

/** Verdict, effect, interval and n in one sentence. */
export const headlineOf = (
  { row, baseline, level, texts }: PairRow,
  settings: VerdictSettings,
  messages: SharedMessages,
): Comparison['headlines'][number] => {
  const countOf = (label: string): number => row.arms.find((arm) => String(arm.level) === label)?.n ?? 0
  const ratio = row.ratio ? formatRatio(row.ratio.estimate, row.ratio.low, row.ratio.high) : ''
  const params = {
    metric: row.metric,
    where: whereText(row.dimensions),
    level: texts.level,
    baseline: texts.baseline,
    ratio,
    nBaseline: countOf(baseline),
    nLevel: countOf(level),
    marginPercent: Number((settings.margin * 100).toPrecision(3)),
    reason: row.reason,
  }
  return { metric: row.metric, verdict: row.verdict, sentence: fill(messages.verdicts[row.verdict], params) }
}
