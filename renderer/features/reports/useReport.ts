import { useMemo } from 'react'
import type { ReportModel } from '../../../preload/contract/report'
import type { Language } from '../../../preload/contract/messages'
import { useQuery } from '../../app/api'
import type { Failure } from '../../app/failure'
import { seriesGroups, type Distribution, type SeriesGroup } from '../../charts/distributions'
import { useDistributions } from '../../charts/useDistributions'
import { useFlames, type ReportFlame } from './useFlames'

/** Pictures of distributions in one report; more would bury the finding. */
const maxDistributions = 3
/** A launch needs this many samples for its distribution to say anything about its tail. */
const leastSamples = 50

const isTold = ({ metric, launches, samples }: SeriesGroup): boolean =>
  metric.includes('.lat') || samples / Math.max(1, launches.length) >= leastSamples

export interface ReportData {
  model: ReportModel
  /** By the comparison's place in the model. */
  distributions: { comparison: number; distribution: Distribution }[]
  flames: ReportFlame[]
}

/** Everything that the pages show; null while it comes. */
export const useReport = (experimentId: string, lang: Language): { data: ReportData | null; failure: Failure | null } => {
  const model = useQuery('reports.model', { experiment: experimentId, lang })
  const series = useQuery('series.list', model.data ? { experiment: model.data.experiment.id } : null)
  const wanted = useMemo(() => {
    const list = series.data
    if (!model.data || !list) return null
    const { comparisons, runs } = model.data
    return comparisons.flatMap((comparison, index) =>
      seriesGroups(comparison, runs, list)
        .filter(isTold)
        .slice(0, maxDistributions)
        .map((group) => ({ comparison: index, group })),
    )
  }, [model.data, series.data])
  const groups = useMemo(() => wanted?.map(({ group }) => group) ?? null, [wanted])
  const loaded = useDistributions(groups)
  const flames = useFlames(model.data, lang)
  const data = useMemo(() => {
    if (!model.data || !wanted || !loaded.distributions || !flames) return null
    const found = loaded.distributions
    return {
      model: model.data,
      flames,
      distributions: wanted.flatMap(({ comparison }, index) => {
        const distribution = found[index]
        return distribution ? [{ comparison, distribution }] : []
      }),
    }
  }, [model.data, wanted, loaded.distributions, flames])
  return { data, failure: model.failure ?? series.failure ?? loaded.failure }
}
