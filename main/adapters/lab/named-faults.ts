import type { LabFaults } from './state'

/** Faults that a lab can be started with, by name, and what Headroom has to notice. */
export const namedFaults = {
  'locked-counters': { lockedCounters: 'announced' },
  'locked-counters-unannounced': { lockedCounters: 'silent' },
  'dcgm-holds-counters': { monitoredByDcgm: true },
  'hot-gpu': { throttle: ['gpu-a'] },
  'mislabelled-infiniband': { reroute: { mlx5_0: 'eth0' } },
} as const satisfies Readonly<Record<string, LabFaults>>
export type FaultName = keyof typeof namedFaults
export const faultNames = Object.keys(namedFaults) as FaultName[]
