import type { Measurement } from '../../preload/contract'

/** Dimensions that name a kernel, a call or a range: of each there may be thousands. */
const named = ['kernel', 'api', 'name', 'range', 'op'] as const

/** Families of figures, and the one by which their names are ordered. */
const orderings: readonly (readonly [family: string, by: string])[] = [
  ['timeline.nvtx_gpu_', 'timeline.nvtx_gpu_total_time'],
  ['timeline.nvtx_', 'timeline.nvtx_total_time'],
  ['timeline.kernel_', 'timeline.kernel_total_time'],
  ['timeline.memop_', 'timeline.memop_total_time'],
  ['timeline.api_', 'timeline.api_total_time'],
  ['timeline.osrt_', 'timeline.osrt_total_time'],
]

const nameOf = ({ dimensions }: Measurement): string | null => {
  const dimension = named.find((one) => dimensions[one] !== undefined)
  return dimension === undefined ? null : String(dimensions[dimension])
}

/**
 * Keeps of each family (kernels, ranges, calls …) the figures of the `top` names whose time over all ranks is longest.
 * What has no name, and families without a total (operators, whose table is cut already), stay as they are.
 */
export const longestNames = (measurements: readonly Measurement[], top: number): Measurement[] => {
  const kept = new Map<string, ReadonlySet<string>>()
  for (const [family, by] of orderings) {
    const totals = new Map<string, number>()
    for (const one of measurements) {
      const name = one.metric === by ? nameOf(one) : null
      if (name !== null) totals.set(name, (totals.get(name) ?? 0) + one.value)
    }
    const longest = [...totals].sort(([, a], [, b]) => b - a).slice(0, top)
    if (totals.size > 0) kept.set(family, new Set(longest.map(([name]) => name)))
  }
  return measurements.filter((one) => {
    const name = nameOf(one)
    const family = orderings.find(([prefix]) => one.metric.startsWith(prefix))?.[0]
    const names = family === undefined ? undefined : kept.get(family)
    return name === null || names === undefined || names.has(name)
  })
}
