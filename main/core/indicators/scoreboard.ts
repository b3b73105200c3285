import type {
  Arm,
  Environment,
  Experiment,
  IndicatorCell,
  IndicatorId,
  IndicatorRow,
  IndicatorTarget,
  KernelAnalysis,
  Run,
  Scoreboard,
  Unit,
} from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import type { BoundProvider } from '../analysis/bounds'
import { disturbedRuns, disturbedText, keepsDisturbed } from '../analysis/disturbed'
import type { MeasuredValue } from '../analysis/launches'
import { median } from '../analysis/summary'
import { humanText } from '../metrics/human'
import { armKey, planArms } from '../runs/arms'
import {
  cannotAnswer,
  disagreements,
  untried,
  type Absent,
  type ArmLaunches,
  type Measured,
  type Reading,
  type ReadingContext,
} from './arm-launches'
import { indicators, type IndicatorDefinition } from './definitions'
import { judgeTarget } from './judge'
import { accuracyInterval, medianInterval, type MedianInterval } from './median-interval'
import { readers } from './readers'
import { suggestProbe } from './suggest'

export interface ScoreboardInput {
  experiment: Pick<Experiment, 'id' | 'simulated' | 'plan'>
  runs: readonly Run[]
  measurements: readonly MeasuredValue[]
  environments: readonly Environment[]
  /** Run -> what its counters mean; of the kernel probe's launches. */
  kernels: ReadonlyMap<string, KernelAnalysis>
  /** What the user set, in the indicator's unit; null: no target. Absent: the default holds. */
  targets: ReadonlyMap<IndicatorId, number | null>
  bounds: BoundProvider
  messages: SharedMessages
}

/** The scoreboard without what only a service knows: plan text, and what hosts lack. */
export type CoreScoreboard = Omit<Scoreboard, 'rows'> & {
  rows: (Omit<IndicatorRow, 'howTo'> & { howTo: Omit<NonNullable<IndicatorRow['howTo']>, 'yaml' | 'lacks'> | null })[]
}

/** Fewest words for a launch that has not ended is none at all: it is not lost yet. */
const ended: ReadonlySet<Run['status']> = new Set(['failed', 'refused', 'cancelled'])

const launchesByArm = ({ experiment, runs, measurements, messages }: ScoreboardInput): ArmLaunches[] => {
  const disturbed = new Map(
    (keepsDisturbed(experiment.plan) ? [] : disturbedRuns(runs, measurements)).map((one) => [one.run.id, disturbedText(one, messages)]),
  )
  const measuredBy = Map.groupBy(measurements, ({ runId }) => runId)
  const own = runs.filter(({ warmup }) => !warmup).toSorted((left, right) => left.position - right.position)
  const arms = new Map<string, Arm>((experiment.plan ? planArms(experiment.plan) : []).map((arm) => [armKey(arm), arm]))
  for (const { arm } of own) if (!arms.has(armKey(arm))) arms.set(armKey(arm), arm)
  const byArm = Map.groupBy(own, ({ arm }) => armKey(arm))
  return [...arms].map(([key, arm]): ArmLaunches => {
    const all = byArm.get(key) ?? []
    return {
      arm,
      launches: all
        .filter(({ id, status }) => status === 'done' && !disturbed.has(id))
        .map((run) => ({ run, measured: measuredBy.get(run.id) ?? [] })),
      lost: all.flatMap((run) => {
        const why = disturbed.get(run.id)
        if (why !== undefined) return [{ run, why }]
        return ended.has(run.status)
          ? [{ run, why: run.problem ? messages.phrase(run.problem.message) : fill(messages.notes.run_not_done, { status: run.status }) }]
          : []
      }),
    }
  })
}

const gpuOf =
  (environments: readonly Environment[]) =>
  (hosts: readonly string[]): string | null => {
    const names = new Set(
      environments.filter(({ host }) => hosts.includes(host)).flatMap(({ inventory }) => inventory.gpus.map(({ name }) => name)),
    )
    return names.size === 1 ? ([...names][0] ?? null) : null
  }

export const targetOf = ({ id, side, defaultTarget }: IndicatorDefinition, targets: ScoreboardInput['targets']): IndicatorTarget => {
  const set = targets.get(id)
  return { side, value: set === undefined ? defaultTarget : set, default: defaultTarget, edited: set !== undefined }
}

const emptyCell = (arm: Arm, { code, params, untried: nobodyTried, atLeast }: Absent, messages: SharedMessages): IndicatorCell => ({
  arm,
  status: nobodyTried ? 'not_measured' : 'cannot_answer',
  value: null,
  ...(atLeast === undefined ? {} : { atLeast }),
  interval: null,
  values: [],
  runIds: [],
  simulated: false,
  metrics: [],
  note: '',
  parts: [],
  bound: null,
  reasonCode: code,
  reason: fill(messages.indicators.reasons[code], params),
})

const methodText = ({ kind, coverage }: MedianInterval, { cases }: Measured, { indicators: words }: SharedMessages): string =>
  fill(words.methods[kind], { percent: Number((coverage * 100).toFixed(1)), count: cases ?? 0 })

const measuredCell = (arm: Arm, reading: Measured, target: IndicatorTarget, unit: Unit, messages: SharedMessages): IndicatorCell => {
  const values = reading.values.map(({ value }) => value)
  const value = median(values)
  const interval = reading.cases === undefined ? medianInterval(values) : accuracyInterval(values, reading.cases)
  const { status, reasonCode, needed } = judgeTarget(target.side, target.value, interval, reading.most)
  const [low, high] = interval ? [interval.low, interval.high].map((end) => humanText(end, unit)) : []
  const { bound } = reading
  return {
    arm,
    status,
    value,
    interval: interval && {
      low: interval.low,
      high: interval.high,
      coverage: interval.coverage,
      method: methodText(interval, reading, messages),
    },
    values,
    runIds: reading.values.map(({ run }) => run.id),
    simulated: reading.values.some(({ run }) => run.simulated),
    metrics: [...reading.metrics],
    note: reading.note,
    parts: [...reading.parts],
    bound: bound && bound.value > 0 ? { ...bound, ratio: bound.covers === undefined ? value / bound.value : null } : null,
    reasonCode,
    reason:
      reasonCode === null
        ? ''
        : fill(messages.indicators.reasons[reasonCode], {
            n: values.length,
            needed,
            low: low ?? '',
            high: high ?? '',
            value: humanText(value, unit),
            most: reading.most === undefined ? '' : humanText(reading.most, unit),
          }),
  }
}

/** Launches that differ in what is measured have no median. */
const checked = (reading: Reading, probe: string): Reading => {
  if (reading.kind === 'absent') return reading
  if (reading.values.length === 0) return untried('not_measured', { probe })
  const differing = disagreements(reading.values.map(({ run }) => run))
  return differing.length > 0 ? cannotAnswer('launches_differ', { what: differing.slice(0, 3).join(', ') }) : reading
}

const cellOf = (definition: IndicatorDefinition, of: ArmLaunches, target: IndicatorTarget, context: ReadingContext): IndicatorCell => {
  const reading = checked(readers[definition.id](of, context), definition.probe)
  return reading.kind === 'absent'
    ? emptyCell(of.arm, reading, context.messages)
    : measuredCell(of.arm, reading, target, definition.unit, context.messages)
}

/**
 * Every indicator in every arm: the median over finished, undisturbed launches that are no warm-ups, its interval, target, bound and evidence; or what
 * would measure it; or why it cannot be told.
 */
export const buildScoreboard = (input: ScoreboardInput): CoreScoreboard => {
  const { experiment, messages, environments } = input
  const context: ReadingContext = {
    plan: experiment.plan,
    messages,
    bounds: input.bounds,
    kernels: input.kernels,
    gpuOf: gpuOf(environments),
  }
  const arms = launchesByArm(input)
  const words = messages.indicators
  return {
    experiment: experiment.id,
    simulated: experiment.simulated || input.runs.some(({ status, simulated }) => status === 'done' && simulated),
    arms: arms.map(({ arm }) => arm),
    rows: indicators.map((definition) => {
      const target = targetOf(definition, input.targets)
      const cells = arms.map((of) => cellOf(definition, of, target, context))
      const open = cells.length === 0 || cells.some(({ status }) => status === 'not_measured')
      return {
        id: definition.id,
        title: words.titles[definition.id],
        definition: words.definitions[definition.id],
        formula: words.formulas[definition.id],
        unit: definition.unit,
        better: definition.side.startsWith('>') ? 'higher' : 'lower',
        warnsOnly: definition.warnsOnly,
        target,
        cells,
        howTo: open ? suggestProbe(definition, experiment.plan, environments, messages) : null,
      }
    }),
  }
}
