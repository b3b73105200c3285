import { stringify } from 'yaml'
import {
  appError,
  inLanguage,
  indicatorIds,
  largestTarget,
  type Environment,
  type Experiment,
  type IndicatorId,
  type IndicatorRow,
  type Run,
  type Scoreboard,
  type TargetChange,
} from '../../preload/contract'
import { sharedMessages, type Language } from '../../preload/contract/messages'
import { indicators } from '../core/indicators/definitions'
import { buildScoreboard, type CoreScoreboard } from '../core/indicators/scoreboard'
import { boundsOf } from './bounds'
import type { Deps } from './deps'
import { kernelsOfRun } from './kernels'

type Store = Pick<Deps, 'store'>

const isKnown = (id: string): id is IndicatorId => indicatorIds.some((one) => one === id)

/** What the user set; names of a later version's indicators are left alone. */
const targetsOf = ({ store }: Store): Map<IndicatorId, number | null> =>
  new Map(store.listTargets().flatMap(({ indicator, value }) => (isKnown(indicator) ? [[indicator, value] as const] : [])))

const kernelsOf = (deps: Store, runs: readonly Run[]) =>
  new Map(runs.filter(({ probe, status }) => probe === 'kernel' && status === 'done').map(({ id }) => [id, kernelsOfRun(deps, id)]))

/** Hosts whose inventory says that they cannot run the probe. */
const lacksOf = (
  probe: string,
  hosts: readonly string[],
  environments: readonly Environment[],
  language: Language,
): NonNullable<IndicatorRow['howTo']>['lacks'] =>
  hosts.flatMap((host) => {
    const preflight = environments.find((one) => one.host === host)?.inventory.preflight.find((one) => one.probe === probe)
    return preflight && !preflight.canRun ? [{ host, why: preflight.why.map((why) => inLanguage(why, language)) }] : []
  })

const completed = (board: CoreScoreboard, environments: readonly Environment[], language: Language): Scoreboard => ({
  ...board,
  rows: board.rows.map(({ howTo, ...row }) => ({
    ...row,
    howTo: howTo && {
      ...howTo,
      yaml: stringify([howTo.use], { lineWidth: 120 }),
      lacks: lacksOf(howTo.probe, howTo.use.hosts, environments, language),
    },
  })),
})

/** The scoreboard of an experiment, sentences in `language`. Throws store.not_found. */
export const indicatorsOf = (deps: Store, idOrName: string, language: Language = 'en'): Scoreboard => {
  const { store } = deps
  const experiment: Experiment | undefined = store.findExperiment(idOrName)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${idOrName}".`)
  const environments = store.environments(experiment.id)
  const runs = store.listRuns(experiment.id)
  const board = buildScoreboard({
    experiment,
    runs,
    measurements: store.measurementsOfExperiment(experiment.id),
    environments,
    kernels: kernelsOf(deps, runs),
    targets: targetsOf(deps),
    bounds: boundsOf(experiment, environments, language),
    messages: sharedMessages[language],
  })
  return completed(board, environments, language)
}

/** What is set now: what takes a later change back. */
const present = (deps: Store, id: IndicatorId): TargetChange => {
  const set = targetsOf(deps).get(id)
  return { id, value: set === undefined ? 'default' : set }
}

/** Throws input.invalid for a target beyond what the indicator can be. */
export const checkTarget = ({ id, value }: TargetChange): void => {
  const unit = indicators.find((one) => one.id === id)?.unit ?? '1'
  const most = largestTarget(id, unit)
  if (typeof value === 'number' && value > most)
    throw appError('input.invalid', `A target of ${id} is a share: ${most} at most, not ${value}.`)
}

/** Sets a target for every experiment of the data folder; answers what held before. Throws input.invalid, store.*. */
export const setTarget = (deps: Pick<Deps, 'store' | 'events'>, change: TargetChange): TargetChange => {
  checkTarget(change)
  const { id, value } = change
  const before = present(deps, id)
  if (value === 'default') deps.store.removeTarget(id)
  else deps.store.saveTarget({ indicator: id, value })
  deps.events.emit('targets.changed', {})
  return before
}
