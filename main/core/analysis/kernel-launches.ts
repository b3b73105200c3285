import type { Measurement, Unit } from '../../../preload/contract'

/** One counter of one launch, in its canonical unit (shares from 0 to 1). */
export interface Counted {
  value: number
  unit: Unit
}

/** What a profiler counted of one launch; of nvprof, the mean of a kernel's launches. */
export interface ProfiledLaunch {
  kernel: string
  /** Launches that the figures are the mean of. */
  launches: number
  counters: ReadonlyMap<string, Counted>
}

const meanOf = (values: readonly Counted[]): Counted => ({
  value: values.reduce((sum, { value }) => sum + value, 0) / values.length,
  unit: values[0]?.unit ?? '1',
})

/** The name by which a figure is looked up: the tool's own, else the metric's. */
const nameOf = ({ metric, dimensions }: Measurement): string =>
  metric === 'kernel.counter' || metric === 'kernel.level' ? String(dimensions['counter']) : metric

interface Group {
  kernel: string
  /** By name; several where only the launches themselves are known. */
  values: Map<string, Counted[]>
  invocations: number
}

/**
 * Counters of the kernel probe by launch. nvprof gives each counter's mean over a kernel's launches, and durations of each of them:
 * these become one entry with the mean duration.
 */
export const profiledLaunches = (measurements: readonly Measurement[]): ProfiledLaunch[] => {
  const kernels = measurements.filter(({ dimensions }) => typeof dimensions['kernel'] === 'string')
  const byKernel = new Set(kernels.filter(({ dimensions }) => dimensions['stat'] === 'avg').map(({ dimensions }) => dimensions['kernel']))
  const groups = new Map<string, Group>()
  for (const one of kernels) {
    const { kernel = '', launch = '', stat } = one.dimensions
    if (stat === 'min' || stat === 'max' || stat === 'total') continue
    const key = JSON.stringify(byKernel.has(kernel) ? [kernel] : [kernel, launch])
    const group = groups.get(key) ?? { kernel: String(kernel), values: new Map<string, Counted[]>(), invocations: 0 }
    groups.set(key, group)
    if (one.metric === 'kernel.duration') group.invocations += 1
    const name = nameOf(one)
    group.values.set(name, [...(group.values.get(name) ?? []), { value: one.value, unit: one.unit }])
  }
  return [...groups.values()].map(({ kernel, values, invocations }) => ({
    kernel,
    launches: Math.max(1, invocations),
    counters: new Map([...values].map(([name, all]) => [name, meanOf(all)])),
  }))
}

/** The value of the first of these names that was counted; null: none was. */
export const firstOf = ({ counters }: Pick<ProfiledLaunch, 'counters'>, ...names: string[]): number | null => {
  for (const name of names) {
    const found = counters.get(name)
    if (found) return found.value
  }
  return null
}
