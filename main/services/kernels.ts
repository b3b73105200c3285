import { appError, type Facts, type KernelAnalysis, type Run } from '../../preload/contract'
import { analyseKernels } from '../core/analysis/kernel-analysis'
import type { Deps } from './deps'

type Store = Pick<Deps, 'store'>

/** The best copy within a GPU's memory that the memory-bandwidth probe measured on the host in the same experiment, GB/s; null: none. */
const measuredBandwidth = ({ store }: Store, run: Run): number | null => {
  const [host] = run.hosts
  const onSameHost = store
    .listRuns(run.experimentId)
    .filter((other) => other.probe === 'memory-bandwidth' && other.status === 'done' && host !== undefined && other.hosts.includes(host))
  const copies = onSameHost.flatMap((other) =>
    store
      .measurementsOfRun(other.id)
      .filter(({ metric, dimensions }) => metric === 'memory.copy_bandwidth' && String(dimensions['device'] ?? '').startsWith('cuda'))
      .filter(({ dimensions }) => dimensions['host'] === undefined || dimensions['host'] === host),
  )
  return copies.length === 0 ? null : Math.max(...copies.map(({ value }) => value))
}

/** The profilers do not print everything about the GPU; the host's inventory has it, where all its GPUs agree. */
const withGpu = ({ store }: Store, run: Run): Facts => {
  const gpus = store.environments(run.experimentId).find(({ host }) => host === run.hosts[0])?.inventory?.gpus ?? []
  const only = (values: (string | null)[]): string | null => (new Set(values).size === 1 ? (values[0] ?? null) : null)
  const known = { cc: only(gpus.map(({ computeCapability }) => computeCapability)), gpu: only(gpus.map(({ name }) => name)) }
  return { ...known, ...run.facts }
}

/** What the counters of a launch of the kernel probe mean: roofline, occupancy, named patterns. Empty for other probes. Throws store.not_found. */
export const kernelsOfRun = (deps: Store, id: string): KernelAnalysis => {
  const run = deps.store.findRun(id)
  if (!run) throw appError('store.not_found', `There is no run "${id}".`)
  const measurements = run.probe === 'kernel' ? deps.store.measurementsOfRun(id) : []
  return analyseKernels(measurements, withGpu(deps, run), measuredBandwidth(deps, run))
}

/** Kernels that a screen draws: the longest. */
const mostShown = 100

/** The same for a screen. */
export const shownKernelsOfRun = (deps: Store, id: string): KernelAnalysis => {
  const analysis = kernelsOfRun(deps, id)
  return { ...analysis, kernels: analysis.kernels.slice(0, mostShown) }
}
