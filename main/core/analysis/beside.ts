import type { Dimensions } from '../../../preload/contract'
import type { Group, MeasuredValue } from './launches'

/** Telemetry beside a launch names the probe that was measured; nothing else does. */
const isBeside = (dimensions: Dimensions): boolean => dimensions['probe'] !== undefined && dimensions['host'] !== undefined

const withoutGpu = (dimensions: Dimensions): Dimensions => {
  const { gpu, ...others } = dimensions
  return gpu === undefined ? dimensions : others
}

const subjectOf = ({ metric, dimensions }: MeasuredValue): string =>
  JSON.stringify([metric, dimensions['host'], dimensions['interface'], dimensions['probe'], dimensions['stat']])

/**
 * Measurements as rows of a comparison are made from them: figures of telemetry without the number of the GPU, so that a host's GPUs give
 * one row (their median per launch); those that were zero in every launch (drops, errors, idle links) are no news and left out.
 */
export const forRows = (measurements: readonly MeasuredValue[]): MeasuredValue[] => {
  const seen = new Set(measurements.flatMap((one) => (isBeside(one.dimensions) && one.value !== 0 ? [subjectOf(one)] : [])))
  return measurements.flatMap((one) => {
    if (!isBeside(one.dimensions)) return [one]
    return seen.has(subjectOf(one)) ? [{ ...one, dimensions: withoutGpu(one.dimensions) }] : []
  })
}

/** What stands beside the question is shown and not judged: so many rows would give verdicts by chance. */
export const unjudged = (group: Group): Group =>
  isBeside(group.dimensions) ? { ...group, spec: { ...group.spec, better: 'none' } } : group
