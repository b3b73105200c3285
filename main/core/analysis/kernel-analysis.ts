import type { Ceiling, Facts, KernelAnalysis, KernelRow, Measurement } from '../../../preload/contract'
import { firstOf, profiledLaunches, type ProfiledLaunch } from './kernel-launches'
import { occupancyOf } from './occupancy'
import { patternsOf } from './patterns'
import { ceilingsOf, rooflineOf, workOf, type Profiler, type Work } from './roofline'

const capabilityOf = (facts: Facts): string | null => (typeof facts['cc'] === 'string' ? facts['cc'] : null)

const profilerOf = (facts: Facts): Profiler => (facts['tool'] === 'nvprof' ? 'nvprof' : 'ncu')

const gpuOf = (facts: Facts): string | null => {
  const { gpu } = facts
  if (typeof gpu === 'string') return gpu
  return Array.isArray(gpu) && typeof gpu[0] === 'string' ? gpu[0] : null
}

/** Launches of one kernel are one row while their grid and block are the same. */
const rowKey = (launch: ProfiledLaunch): string =>
  JSON.stringify([launch.kernel, firstOf(launch, 'kernel.grid_size'), firstOf(launch, 'kernel.block_size')])

const total = (values: readonly (number | null)[]): number | null =>
  values.every((value) => value !== null) ? values.reduce((sum, value) => sum + value, 0) : null

/** Work of all launches of a row: one that is not known makes the sum unknown. */
const together = (works: readonly { work: Work; launches: number }[]): Work => {
  const pipe = (name: keyof NonNullable<Work['flop']>): number | null =>
    total(works.map(({ work, launches }) => (work.flop === null ? null : work.flop[name] * launches)))
  const [fp16, fp32, fp64, tensor] = [pipe('fp16'), pipe('fp32'), pipe('fp64'), pipe('tensor')]
  return {
    flop: fp16 === null || fp32 === null || fp64 === null || tensor === null ? null : { fp16, fp32, fp64, tensor },
    dramBytes: total(works.map(({ work, launches }) => (work.dramBytes === null ? null : work.dramBytes * launches))),
    timeUs: total(works.map(({ work, launches }) => (work.timeUs === null ? null : work.timeUs * launches))),
    missing: [...new Set(works.flatMap(({ work }) => work.missing))],
  }
}

const rowOf = (group: readonly ProfiledLaunch[], capability: string | null, tool: Profiler, ceilings: readonly Ceiling[]): KernelRow => {
  const number = capability === null ? null : Number(capability)
  const work = together(group.map((launch) => ({ work: workOf(launch, number, tool), launches: launch.launches })))
  const { flop, ...point } = rooflineOf(work, ceilings)
  const [longest] = group.toSorted((a, b) => (firstOf(b, 'kernel.duration') ?? 0) - (firstOf(a, 'kernel.duration') ?? 0))
  const launch = longest ?? { kernel: '', launches: 0, counters: new Map() }
  const occupancy = occupancyOf(launch, capability)
  return {
    kernel: launch.kernel,
    launches: group.reduce((sum, { launches }) => sum + launches, 0),
    timeUs: work.timeUs,
    flop,
    dramBytes: work.dramBytes,
    ...point,
    occupancy,
    patterns: patternsOf(launch, occupancy),
  }
}

/**
 * Roofline point, occupancy and named patterns of every kernel that was profiled, the longest first. `measuredGBps`: device-memory bandwidth that the
 * memory-bandwidth probe measured on the same host; null: the GPU's own peak is the ceiling.
 */
export const analyseKernels = (measurements: readonly Measurement[], facts: Facts, measuredGBps: number | null): KernelAnalysis => {
  const launches = profiledLaunches(measurements)
  const capability = capabilityOf(facts)
  const best = launches.map((launch) => ceilingsOf(launch, capability, measuredGBps)).toSorted((a, b) => b.length - a.length)[0] ?? []
  const groups = [...Map.groupBy(launches, rowKey).values()]
  const rows = groups
    .map((group) => rowOf(group, capability, profilerOf(facts), best))
    .toSorted((a, b) => (b.timeUs ?? 0) - (a.timeUs ?? 0))
  return { gpu: gpuOf(facts), computeCapability: capability, ceilings: best, kernels: rows }
}
