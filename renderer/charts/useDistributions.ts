import { useEffect, useMemo, useState } from 'react'
import type { Client } from '../../preload/contract/rpc'
import { useApi, useQuery } from '../app/api'
import { isAbortError, toFailure, type Failure } from '../app/failure'
import { seriesGroups, wholeSamples, type Distribution, type SeriesGroup } from './distributions'
import type { Comparison } from './model'

type RunArms = Parameters<typeof seriesGroups>[1]

/** Every group of series that the comparison's launches brought home. */
export const useSeriesGroups = (
  comparison: Comparison | undefined,
  runs: RunArms | undefined,
): { groups: SeriesGroup[] | null; failure: Failure | null } => {
  const series = useQuery('series.list', comparison ? { experiment: comparison.experiment } : null)
  const groups = useMemo(
    () => (comparison && runs && series.data ? seriesGroups(comparison, runs, series.data) : null),
    [comparison, runs, series.data],
  )
  return { groups, failure: series.failure }
}

const load = async (client: Client, group: SeriesGroup, signal: AbortSignal): Promise<Distribution> => {
  const short = group.launches.filter(({ series }) => series.every(({ count }) => count <= wholeSamples))
  const launches = await Promise.all(
    short.map(async ({ runId, level, series }) => {
      const parts = await Promise.all(series.map(({ id }) => client.call('series.get', { id, maxPoints: wholeSamples }, signal)))
      return { runId, level, sorted: Float64Array.from(parts.flatMap(({ y }) => y)).sort() }
    }),
  )
  return { group, launches, tooLong: group.launches.length - short.length }
}

interface Loaded {
  key: string
  distributions: Distribution[]
  failure: Failure | null
}

/** The samples of these groups; null while they come. Launches with over-long series are counted, not thinned. */
export const useDistributions = (
  groups: readonly SeriesGroup[] | null,
): { distributions: Distribution[] | null; failure: Failure | null } => {
  const { client } = useApi()
  const key = groups === null ? null : JSON.stringify(groups.map(({ id, launches }) => [id, launches.map(({ runId }) => runId)]))
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  useEffect(() => {
    if (groups === null || key === null) return undefined
    const controller = new AbortController()
    Promise.all(groups.map((group) => load(client, group, controller.signal))).then(
      (distributions) => setLoaded({ key, distributions, failure: null }),
      (error: unknown) => {
        if (!isAbortError(error)) setLoaded({ key, distributions: [], failure: toFailure(error) })
      },
    )
    return () => controller.abort()
    // The key stands for the groups, which are made anew with every answer.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key])
  if (loaded === null || loaded.key !== key) return { distributions: null, failure: null }
  return { distributions: loaded.distributions, failure: loaded.failure }
}
