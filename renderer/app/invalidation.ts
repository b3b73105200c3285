import type { EventName, EventPayload, Method } from '../../preload/contract/api'

/** Which cached answers an event makes old; `id` narrows to answers whose input names that experiment or run. */
export interface Invalidation {
  method: Method
  id?: string
}

type Rules = { [E in EventName]: (payload: EventPayload<E>) => Invalidation[] }

const settled = new Set(['done', 'failed', 'refused', 'cancelled'])

const analysesOf = (experimentId: string): Invalidation[] => [
  { method: 'compare.run', id: experimentId },
  { method: 'compare.flame', id: experimentId },
  { method: 'indicators.get', id: experimentId },
  { method: 'series.list', id: experimentId },
  { method: 'reports.model', id: experimentId },
]

/** Event -> methods. Progress and logs are patched or streamed instead, so they make nothing old. */
export const invalidatedBy: Rules = {
  'prompt.requested': () => [{ method: 'prompts.pending' }],
  'prompt.settled': () => [{ method: 'prompts.pending' }],
  'experiment.changed': ({ id }) => [{ method: 'experiments.list' }, { method: 'experiments.get', id }, ...analysesOf(id)],
  'run.changed': (run) => [
    { method: 'runs.get', id: run.id },
    ...(settled.has(run.status) ? [{ method: 'experiments.list' } as const, ...analysesOf(run.experimentId)] : []),
  ],
  'experiment.progress': () => [],
  'run.log': () => [],
  // The last event of a phase names what came after it.
  'flame.progress': () => [],
  'imports.progress': ({ id, phase, problem }) =>
    (phase === 'reading' || phase === 'storing') && !problem ? [] : [{ method: 'imports.status', id }, { method: 'imports.list' }],
  'targets.changed': () => [{ method: 'indicators.get' }, { method: 'reports.model' }],
  'hosts.changed': () => [{ method: 'hosts.list' }, { method: 'hosts.inventory' }],
  problem: () => [],
}

/** Whether a cached answer falls under the invalidation. */
export const isHit = (entry: { method: Method; input: unknown }, invalidation: Invalidation): boolean => {
  if (entry.method !== invalidation.method) return false
  if (invalidation.id === undefined) return true
  if (typeof entry.input !== 'object' || entry.input === null) return false
  return Object.values(entry.input).includes(invalidation.id)
}
