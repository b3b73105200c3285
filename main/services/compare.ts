import { appError, type Comparison, type Experiment } from '../../preload/contract'
import { sharedMessages, type Language } from '../../preload/contract/messages'
import { compareArms } from '../core/analysis/compare'
import { declaredMetrics } from '../core/analysis/declared-metrics'
import { boundsOf } from './bounds'
import type { Deps } from './deps'

const find = (deps: Pick<Deps, 'store'>, idOrName: string): Experiment => {
  const experiment = deps.store.findExperiment(idOrName)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${idOrName}".`)
  return experiment
}

/** Names of the factors that the runs of an experiment vary or fix. Throws store.not_found. */
export const factorsOf = (deps: Pick<Deps, 'store'>, idOrName: string): string[] => {
  const { id, plan } = find(deps, idOrName)
  if (plan && Object.keys(plan.factors).length > 0) return Object.keys(plan.factors)
  return [...new Set(deps.store.listRuns(id).flatMap((run) => Object.keys(run.arm)))]
}

export const compareExperiment = (
  deps: Pick<Deps, 'store' | 'readers'>,
  idOrName: string,
  by: string,
  language: Language = 'en',
): Comparison => {
  const experiment = find(deps, idOrName)
  const factors = factorsOf(deps, experiment.id)
  if (!factors.includes(by))
    throw appError('input.invalid', `The experiment has no factor "${by}"; it has: ${factors.join(', ') || 'none'}.`)
  const environments = deps.store.environments(experiment.id)
  const runs = deps.store.listRuns(experiment.id)
  return compareArms({
    experiment,
    factor: by,
    metrics: [...[...deps.readers.values()].flatMap((reader) => reader.metrics), ...declaredMetrics(runs)],
    runs,
    measurements: deps.store.measurementsOfExperiment(experiment.id),
    environments,
    bounds: boundsOf(experiment, environments, language),
    messages: sharedMessages[language],
  })
}
