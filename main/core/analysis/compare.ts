import {
  levelText,
  type Comparison,
  type ComparedArm,
  type ComparisonRow,
  type Environment,
  type Experiment,
  type Level,
  type MetricSpec,
  type Run,
} from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import { forRows, unjudged } from './beside'
import type { BoundProvider } from './bounds'
import { blockersOf, differencesBetweenArms, type Difference } from './comparability'
import { disturbedRuns, disturbedText, keepsDisturbed, type Disturbed } from './disturbed'
import { driftConfounder, findDrift, type Drift } from './drift'
import { fitsOf } from './fits'
import { correctForMultiplicity, headlineOf, headlineRows, isHeadline, type PairRow } from './headlines'
import { groupLaunches, levelKey, levelsOf, type Group, type Launch, type MeasuredValue } from './launches'
import { coefficientOfVariation, median } from './summary'
import { judgePair, type Obstacle, type VerdictSettings } from './verdict'

export type { MeasuredValue } from './launches'

export interface CompareInput {
  experiment: Pick<Experiment, 'id' | 'simulated' | 'plan'>
  factor: string
  /** Specifications of all probes' metrics. */
  metrics: readonly MetricSpec[]
  runs: readonly Run[]
  environments: readonly Environment[]
  measurements: readonly MeasuredValue[]
  bounds: BoundProvider
  messages: SharedMessages
  /** Equivalence margin as a share; default 0.03. */
  margin?: number
  /** Two-sided error rate; default 0.05. */
  alpha?: number
  /** Seeds the bootstrap of the fits; default 1. */
  seed?: number
}

export const defaultMargin = 0.03
export const defaultAlpha = 0.05

const excludedOf = (
  runs: readonly Run[],
  factor: string,
  disturbed: ReadonlyMap<string, Disturbed>,
  messages: SharedMessages,
): Comparison['excluded'] =>
  runs.flatMap((run): Comparison['excluded'] => {
    const { notes } = messages
    const found = disturbed.get(run.id)
    if (found) return [{ runId: run.id, status: run.status, why: disturbedText(found, messages), disturbed: true }]
    if (run.status !== 'done')
      return [
        {
          runId: run.id,
          status: run.status,
          why: run.problem ? messages.phrase(run.problem.message) : fill(notes.run_not_done, { status: run.status }),
        },
      ]
    if (run.warmup || run.arm[factor] !== undefined) return []
    return [{ runId: run.id, status: run.status, why: fill(notes.no_level, { factor }) }]
  })

const comparedArm = (level: Level, launches: readonly Launch[]): ComparedArm[] => {
  const values = launches.map(({ value }) => value)
  if (values.length === 0) return []
  return [
    {
      level,
      n: values.length,
      values,
      runIds: launches.map(({ run }) => run.id),
      median: median(values),
      cv: coefficientOfVariation(values),
    },
  ]
}

const boundsOf = (group: Group, levels: readonly string[], provider: BoundProvider): ComparisonRow['bound'] =>
  Object.fromEntries(
    levels.flatMap((level) => {
      const run = group.byLevel.get(level)?.[0]?.run
      const bound = run
        ? provider({ metric: group.spec.id, dimensions: group.dimensions, arm: run.arm, hosts: run.hosts, facts: run.facts })
        : null
      return bound ? [[level, bound]] : []
    }),
  )

const obstacleOf = (
  group: Group,
  level: string,
  factor: string,
  differences: readonly Difference[],
  drifts: readonly Drift[],
): Obstacle | null => {
  const blockers = blockersOf(differences, group, level)
  if (blockers.length > 0) return { code: 'blocked_by_confounder', params: { factor, what: blockers.join(' ') } }
  const drift = drifts.find(({ probe, blocking }) => blocking && probe === group.probe)
  return drift ? { code: 'drift', params: { changePercent: Number((drift.change * 100).toPrecision(2)) } } : null
}

interface RowContext {
  input: CompareInput
  settings: VerdictSettings
  differences: readonly Difference[]
  drifts: readonly Drift[]
}

const pairRow = (group: Group, baseline: Level, level: Level, context: RowContext): PairRow => {
  const { input, settings } = context
  const names = [levelKey(baseline), levelKey(level)] as const
  const launches = names.map((name) => group.byLevel.get(name) ?? [])
  const [base, other] = launches as [Launch[], Launch[]]
  const [baselineText, text] = [levelText(input.factor, baseline), levelText(input.factor, level)]
  const { ratio, verdict, reasonCode, reasonParams } = judgePair(
    {
      better: group.spec.better,
      baseline: { label: baselineText, values: base.map(({ value }) => value) },
      level: { label: text, values: other.map(({ value }) => value) },
      obstacle: obstacleOf(group, names[1], input.factor, context.differences, context.drifts),
    },
    settings,
  )
  const row: ComparisonRow = {
    metric: group.spec.id,
    unit: group.spec.unit,
    better: group.spec.better,
    headline: isHeadline(group.spec, group.dimensions),
    dimensions: group.dimensions,
    arms: [...comparedArm(baseline, base), ...comparedArm(level, other)],
    level,
    ratio: ratio && { of: `${names[1]}/${names[0]}`, ...ratio, method: input.messages.phrase(ratio.method) },
    bound: boundsOf(group, names, input.bounds),
    verdict,
    reason: fill(input.messages.reasons[reasonCode], reasonParams),
    reasonCode,
    reasonParams,
  }
  return { row, probe: group.probe, baseline: names[0], level: names[1], texts: { baseline: baselineText, level: text } }
}

/** Every group against the baseline, pair by pair; a pair that neither arm measured has no row. */
const pairRows = (groups: readonly Group[], levels: readonly Level[], context: RowContext): PairRow[] => {
  const [baseline, ...others] = levels
  if (baseline === undefined) return []
  return groups.flatMap((group) =>
    others
      .filter((level) => group.byLevel.has(levelKey(baseline)) || group.byLevel.has(levelKey(level)))
      .map((level) => pairRow(group, baseline, level, context)),
  )
}

/** Launches are in random order; what is compared within levels of other factors follows the order in which the plan names them. */
const inPlanOrder = (groups: readonly Group[], plan: CompareInput['experiment']['plan'], compared: string): readonly Group[] => {
  const factors = Object.entries(plan?.factors ?? {}).filter(([name]) => name !== compared)
  if (factors.length === 0) return groups
  const place = (group: Group): number[] =>
    factors.map(([name, levels]) => levels.findIndex((level) => levelKey(level) === levelKey(group.dimensions[name] ?? '')))
  const places = new Map(groups.map((group) => [group, place(group)]))
  return groups.toSorted((left, right) => {
    const [one, other] = [places.get(left) ?? [], places.get(right) ?? []]
    const differs = one.findIndex((value, index) => value !== other[index])
    return differs < 0 ? 0 : (one[differs] ?? 0) - (other[differs] ?? 0)
  })
}

/** Drift is looked for in the headline figures only: many tests would find one by chance. */
const driftsOf = (rows: readonly PairRow[], groups: readonly Group[], input: CompareInput, alpha: number): Drift[] => {
  if (!input.experiment.plan) return []
  const subjects = headlineRows(rows).flatMap(({ row, probe, baseline, level }) => {
    const group = groups.find((candidate) => candidate.spec.id === row.metric && candidate.dimensions === row.dimensions)
    if (!group) return []
    const launches = [group.byLevel.get(baseline) ?? [], group.byLevel.get(level) ?? []] as const
    return [{ metric: row.metric, probe, launches }]
  })
  return findDrift(subjects, alpha)
}

/**
 * Compares the levels of a factor, each against the first level of the plan. Only finished launches that are no warm-ups count, one value per launch;
 * levels of other factors become dimensions, so like is compared with like. What else differs between the arms is listed, and may forbid a verdict.
 */
export const compareArms = (input: CompareInput): Comparison => {
  const settings: VerdictSettings = { alpha: input.alpha ?? defaultAlpha, margin: input.margin ?? defaultMargin }
  const { factor, experiment, messages } = input
  const leftOut = keepsDisturbed(experiment.plan) ? [] : disturbedRuns(input.runs, input.measurements)
  const disturbed = new Map(leftOut.map((one) => [one.run.id, one]))
  const counted = input.runs.filter(
    (run) => run.status === 'done' && !run.warmup && run.arm[factor] !== undefined && !disturbed.has(run.id),
  )
  const levels = levelsOf(experiment.plan, counted, factor)
  const grouped = groupLaunches(counted, forRows(input.measurements), input.metrics, factor).map(unjudged)
  const groups = inPlanOrder(grouped, experiment.plan, factor)
  const [baseline, ...others] = levels.map(levelKey)
  const pairs = baseline === undefined ? [] : others.map((level) => [baseline, level] as const)
  const differences = differencesBetweenArms(counted, groups, input.environments, factor, pairs, messages)
  const undisturbed = pairRows(groups, levels, { input, settings, differences, drifts: [] })
  const drifts = driftsOf(undisturbed, groups, input, settings.alpha)
  const blocked = drifts.some(({ blocking }) => blocking)
  const rows = blocked ? pairRows(groups, levels, { input, settings, differences, drifts }) : undisturbed
  const chosen = headlineRows(rows)
  correctForMultiplicity(chosen, settings, messages)
  return {
    experiment: experiment.id,
    factor,
    simulated: experiment.simulated || counted.some((run) => run.simulated),
    levels,
    rows: rows.map(({ row }) => row),
    fits: fitsOf(groups, levels, input.seed ?? 1).map((fit) => ({ ...fit, method: messages.phrase(fit.method) })),
    confounders: [
      ...differences.map(({ confounder }) => confounder),
      ...drifts.map((drift) => driftConfounder(drift, levels.map(levelKey), messages)),
    ],
    excluded: excludedOf(input.runs, factor, disturbed, messages),
    headlines: chosen.map((pair) => headlineOf(pair, settings, messages)),
  }
}
