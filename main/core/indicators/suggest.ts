import type { Environment, IndicatorRow, Plan, ProbeUse } from '../../../preload/contract'
import type { SharedMessages } from '../../../preload/contract/messages'
import type { IndicatorDefinition } from './definitions'

type HowTo = Omit<NonNullable<IndicatorRow['howTo']>, 'yaml' | 'lacks'>

/** Probes that measure one host at a time. */
const oneHost: ReadonlySet<string> = new Set(['serving', 'kernel'])

const endpoint = { url: 'http://127.0.0.1:8000/v1/completions', api: 'completions', model: 'MODEL' }

const paramsOf = ({ id, probe }: IndicatorDefinition, withGpus: boolean): ProbeUse['params'] => {
  if (id === 'accuracy_at_5') return { ...endpoint, labels_file: '~/labels.jsonl', accuracy_k: [1, 5] }
  if (probe === 'serving') return { ...endpoint, prompt: 'Hello' }
  if (probe === 'kernel') return { command: 'python3 train.py' }
  return probe === 'zero' && withGpus ? { preset: '125m' } : {}
}

const needOf = ({ id, probe }: IndicatorDefinition, withGpus: boolean, { needs }: SharedMessages['indicators']): string => {
  if (id === 'accuracy_at_5') return needs.labels
  if (id === 'gpu_utilisation') return needs.dcgm
  if (id === 'mfu' && !withGpus) return needs.gpus
  return probe === 'serving' ? needs.endpoint : probe === 'kernel' ? needs.command : ''
}

/** The entry of a plan that measures an indicator, on the hosts of this one; `a` and `b` where there is no plan. */
export const suggestProbe = (
  definition: IndicatorDefinition,
  plan: Plan | null,
  environments: readonly Environment[],
  { indicators }: SharedMessages,
): HowTo => {
  const { probe } = definition
  const known = plan ? Object.keys(plan.hosts) : []
  const hosts = known.length > 0 ? known : ['a', 'b']
  const withGpus = environments.length > 0 && environments.every(({ inventory }) => inventory.gpus.length > 0)
  return {
    probe,
    use: { probe, hosts: oneHost.has(probe) ? hosts.slice(0, 1) : hosts.slice(0, 64), params: paramsOf(definition, withGpus) },
    needs: needOf(definition, withGpus, indicators),
  }
}
