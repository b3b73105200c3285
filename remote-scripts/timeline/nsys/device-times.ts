import { OrderedOverlap } from '../../_kit/intervals'
import { add, type Reading } from '../../_kit/reading'

/** NCCL names its kernels `ncclDevKernel_…`, formerly `ncclKernel_…`. */
export const isNccl = (name: string): boolean => /^(?:void )?nccl/i.test(name)

export type Activity = 'communication' | 'compute' | 'graph' | 'memory'

/** What ran on one device, in order of the starts (ns): busy, idle, and communication over computing, on unions of intervals. */
export class DeviceTimes {
  /** First kind: NCCL's kernels; second: all others. */
  readonly #kernels = new OrderedOverlap()
  /** First kind: kernels and graphs; second: copies and fills. */
  readonly #all = new OrderedOverlap()

  /** False when it comes out of order or is no interval; then it does not count. */
  add(activity: Activity, start: number, end: number): boolean {
    const isKernel = activity === 'communication' || activity === 'compute'
    if (isKernel && !this.#kernels.add(activity === 'communication', start, end)) return false
    return this.#all.add(isKernel || activity === 'graph', start, end)
  }

  measure(reading: Reading, device: number | string): void {
    const dimensions = { device }
    const { first: communication, second: compute, both, either, span } = this.#kernels
    const inUs = (metric: string, ns: number): boolean => add(reading, `timeline.${metric}`, 'us', ns / 1000, dimensions)
    if (span > 0) inUs('kernel_busy_time', either)
    const { either: active, span: whole } = this.#all
    if (whole > 0) add(reading, 'timeline.idle_share', '1', (whole - active) / whole, dimensions)
    if (communication === 0) return
    inUs('communication_time', communication)
    inUs('compute_time', compute)
    inUs('exposed_communication', communication - both)
    add(reading, 'timeline.overlap_share', '1', both / communication, dimensions)
  }
}
