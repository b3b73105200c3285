import { events, type EventName, type EventPayload, type Output } from '../../preload/contract/api'
import type { Run } from '../../preload/contract/experiment'
import type { Problem } from '../../preload/contract/problem'
import type { Connection } from '../client'
import type { ConnectionStatus } from '../transport/types'
import { invalidatedBy } from './invalidation'
import type { QueryCache } from './query'

type ExperimentView = Output<'experiments.get'>

/** The run in its place, or a new one (a retry) at the end. */
export const withRun = (view: ExperimentView, run: Run): ExperimentView => {
  const known = view.runs.some((each) => each.id === run.id)
  return { ...view, runs: known ? view.runs.map((each) => (each.id === run.id ? run : each)) : [...view.runs, run] }
}

interface LiveOptions {
  connection: Connection
  cache: QueryCache
  onStatus: (status: ConnectionStatus) => void
  onProblem: (problem: Problem) => void
}

/** Wires contract events to the cache: patches what the event carries, makes old what it names, resyncs after a reconnect. */
export const startLive = ({ connection, cache, onStatus, onProblem }: LiveOptions): void => {
  const { client, transport } = connection
  let wasOpen = false
  const follow = <E extends EventName>(event: E): void => {
    client.on(event, (payload: EventPayload<E>) => cache.invalidate(invalidatedBy[event](payload)))
  }
  for (const event of Object.keys(events) as EventName[]) follow(event)
  client.on('run.changed', (run) => cache.patch('experiments.get', { id: run.experimentId }, (view) => withRun(view, run)))
  client.on('experiment.progress', (progress) =>
    cache.patch('experiments.get', { id: progress.experimentId }, (view) => ({ ...view, progress })),
  )
  client.on('imports.progress', (progress) => cache.patch('imports.status', { id: progress.id }, (status) => ({ ...status, progress })))
  client.on('problem', onProblem)
  transport.onStatus((status) => {
    if (status === 'open' && wasOpen) cache.invalidateAll()
    if (status === 'open') wasOpen = true
    onStatus(status)
  })
}
