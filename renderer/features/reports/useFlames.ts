import { useEffect, useState } from 'react'
import type { Client } from '../../../preload/contract/rpc'
import type { FlameDiff } from '../../../preload/contract/flame'
import type { Language } from '../../../preload/contract/messages'
import type { ReportModel } from '../../../preload/contract/report'
import { useApi } from '../../app/api'
import { isAbortError, toFailure } from '../../app/failure'

/** Graphs of one report, all comparisons together. */
const mostFlames = 4
/** For all of them: the printer does not wait for ever, and a report without them is better than none. */
const patienceMs = 25_000

/** Two arms frame by frame; without a graph, what was the matter, or null: reading took too long. */
export interface ReportFlame {
  factor: string
  diff: FlameDiff | null
  problem: string | null
}

interface Asked {
  client: Client
  experiment: string
  lang: Language
  signal: AbortSignal
}

const flamesBy = async ({ client, experiment, lang, signal }: Asked, factor: string): Promise<ReportFlame[]> => {
  try {
    const request = { experiment, by: factor, lang }
    const { pairs, shown } = await client.call('compare.flame', request, signal)
    const flames: ReportFlame[] = shown ? [{ factor, diff: shown, problem: null }] : []
    for (const { id } of pairs.slice(1, mostFlames)) {
      const other = await client.call('compare.flame', { ...request, pair: id }, signal)
      if (other.shown) flames.push({ factor, diff: other.shown, problem: null })
    }
    return flames
  } catch (error) {
    return [{ factor, diff: null, problem: isAbortError(error) || signal.aborted ? null : toFailure(error).message }]
  }
}

/** Whatever the flame probe saw differ between the arms of the report's comparisons; null while it comes. Never fails. */
export const useFlames = (model: ReportModel | undefined, lang: Language): ReportFlame[] | null => {
  const { client } = useApi()
  const [loaded, setLoaded] = useState<{ of: ReportModel; flames: ReportFlame[] } | null>(null)
  const hasFlames = model?.runs.some(({ probe, status }) => probe === 'flame' && status === 'done') ?? false
  useEffect(() => {
    if (!model || !hasFlames) return undefined
    const left = new AbortController()
    const asked = { client, experiment: model.experiment.id, lang, signal: AbortSignal.any([left.signal, AbortSignal.timeout(patienceMs)]) }
    const load = async (): Promise<void> => {
      const flames: ReportFlame[] = []
      for (const { factor } of model.comparisons) flames.push(...(await flamesBy(asked, factor)))
      if (!left.signal.aborted) setLoaded({ of: model, flames: flames.slice(0, mostFlames) })
    }
    void load()
    return () => left.abort()
  }, [client, model, hasFlames, lang])
  if (!model) return null
  if (!hasFlames) return []
  return loaded?.of === model ? loaded.flames : null
}
