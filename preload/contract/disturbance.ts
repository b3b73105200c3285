import { z } from './zod'
import type { Dimensions, Facts } from './measurement'

/**
 * What made a launch unlike its peers: clocks held down by heat or hardware; another process on a GPU that the launch used; processors busy
 * with something else; processor time that the hypervisor gave to others; GPU clocks far below those of the arm's other launches.
 */
export const disturbanceKinds = ['throttled', 'gpu_shared', 'cpu_busy', 'cpu_stolen', 'clock_low'] as const
export type DisturbanceKind = (typeof disturbanceKinds)[number]

/** One kind's evidence, from the host where it was worst; names fill the sentence of messages.disturbances. */
export type DisturbanceEvidence = Record<string, string | number>

const evidence = z.record(z.string(), z.union([z.string(), z.number()]))

/** True for a series that telemetry recorded of a host, beside a launch or by itself. */
export const isTelemetry = ({ metric, dimensions }: { metric: string; dimensions: Dimensions }): boolean =>
  dimensions['host'] !== undefined && /^(?:host|net|gpu)\./.test(metric)

/** Kinds and evidence that a run's facts carry as `disturbed`; empty for an undisturbed or unwatched run. */
export const disturbancesOf = (facts: Facts): { kind: DisturbanceKind; evidence: DisturbanceEvidence }[] => {
  const table = facts['disturbed']
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return []
  return disturbanceKinds.flatMap((kind) => {
    const found = Object.hasOwn(table, kind) ? evidence.safeParse(table[kind]) : null
    return found?.success ? [{ kind, evidence: found.data }] : []
  })
}
