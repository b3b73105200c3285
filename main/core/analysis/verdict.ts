import type { ComparisonRow, MetricSpec, ReasonCode, Verdict } from '../../../preload/contract'
import { formatSignificant, ratioTexts } from '../metrics/format'
import { launchesForEffect } from './detectable'
import { hodgesLehmannRatio, type RatioInterval } from './hodges-lehmann'
import { launchesForAlpha, mannWhitneyP, smallestReachableP } from './mann-whitney'
import { coefficientOfVariation } from './summary'

export interface VerdictSettings {
  /** Two-sided level of test and interval. */
  alpha: number
  /** Equivalence margin as a share: 0.03 means between 1/1.03 and 1.03, so that turning the arms round changes nothing. */
  margin: number
}

/** What forbids a verdict from outside the numbers. */
export interface Obstacle {
  code: 'blocked_by_confounder' | 'drift'
  params: Record<string, string | number>
}

export interface PairInput {
  better: MetricSpec['better']
  baseline: { label: string; values: readonly number[] }
  level: { label: string; values: readonly number[] }
  obstacle: Obstacle | null
}

export interface Judgement {
  /** Level over baseline. */
  ratio: Omit<NonNullable<ComparisonRow['ratio']>, 'of'> | null
  verdict: Verdict
  reasonCode: ReasonCode
  reasonParams: Record<string, string | number>
}

const percent = (share: number): number => Number((share * 100).toPrecision(3))

/** Launches per arm for this spread and margin, and always more than there are. */
const neededLaunches = (input: PairInput, margin: number): { needed: number; cvPercent: number } => {
  const cvs = [input.baseline.values, input.level.values].map((values) => coefficientOfVariation(values) ?? 0)
  const cv = Math.sqrt((cvs[0] as number) ** 2 / 2 + (cvs[1] as number) ** 2 / 2)
  const most = Math.max(input.baseline.values.length, input.level.values.length)
  return { needed: Math.max(launchesForEffect(cv, margin), most + 1), cvPercent: percent(cv) }
}

const abstain = (reasonCode: ReasonCode, reasonParams: Judgement['reasonParams'], ratio: Judgement['ratio'] = null): Judgement => ({
  ratio,
  verdict: 'cannot_answer',
  reasonCode,
  reasonParams,
})

/** Reasons that need no statistics. */
const beforeTest = (input: PairInput, { alpha }: VerdictSettings): Omit<Judgement, 'ratio'> | null => {
  const all = [...input.baseline.values, ...input.level.values]
  const [nBaseline, nLevel] = [input.baseline.values.length, input.level.values.length]
  if (input.better === 'none') return abstain('no_better_direction', {})
  if (input.obstacle) return abstain(input.obstacle.code, input.obstacle.params)
  if (all.every((value) => value === all[0])) return abstain('no_variation', { value: formatSignificant(all[0] as number, 4) })
  const smallest = smallestReachableP(nBaseline, nLevel)
  if (smallest <= alpha) return null
  const params = {
    nBaseline,
    nLevel,
    alphaPercent: percent(alpha),
    smallestP: formatSignificant(smallest, 2),
    needed: launchesForAlpha(alpha),
  }
  return abstain('too_few_launches', params)
}

const judgeRatio = (input: PairInput, ratio: RatioInterval, p: number, settings: VerdictSettings): Omit<Judgement, 'ratio'> => {
  const { alpha, margin } = settings
  const params = {
    level: input.level.label,
    baseline: input.baseline.label,
    nBaseline: input.baseline.values.length,
    nLevel: input.level.values.length,
    marginPercent: percent(margin),
    ...ratioTexts(ratio.estimate, ratio.low, ratio.high),
  }
  if (ratio.low >= 1 / (1 + margin) && ratio.high <= 1 + margin) {
    return { verdict: 'equivalent', reasonCode: 'interval_inside_margin', reasonParams: params }
  }
  const significant = p <= alpha
  const excludesOne = ratio.low > 1 || ratio.high < 1
  if (significant && excludesOne) {
    const verdict = ratio.estimate > 1 === (input.better === 'higher') ? 'faster' : 'slower'
    return { verdict, reasonCode: 'interval_excludes_one', reasonParams: params }
  }
  const needs = { ...params, ...neededLaunches(input, margin) }
  if (significant !== excludesOne) return abstain('not_significant', { ...needs, p: formatSignificant(p, 2) })
  return abstain('interval_too_wide', needs)
}

const shownRatio = ({ estimate, low, high, method }: RatioInterval, p: number): Judgement['ratio'] => ({
  estimate,
  low,
  high,
  method,
  p,
})

/**
 * Level against baseline. `faster` and `slower` mean better and worse in the metric's own direction, and need both the interval and the exact test;
 * an interval wholly inside the margin is `equivalent` even when it excludes 1: a real difference, but one that does not matter.
 */
export const judgePair = (input: PairInput, settings: VerdictSettings): Judgement => {
  const { baseline, level } = input
  const missing = [baseline, level].filter(({ values }) => values.length === 0).map(({ label }) => label)
  if (missing.length > 0) return abstain('arm_missing', { missing: missing.join(', ') })
  const interval = hodgesLehmannRatio(baseline.values, level.values, 1 - settings.alpha)
  const p = mannWhitneyP(baseline.values, level.values)
  const ratio = interval && shownRatio(interval, p)
  const early = beforeTest(input, settings)
  if (early) return { ...early, ratio }
  if (!interval) return abstain('zero_values', {})
  return { ...judgeRatio(input, interval, p, settings), ratio }
}
