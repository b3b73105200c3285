import type { Measurement, Series } from '../../../preload/contract'
import { measurementOf, randomOf, seriesOf } from './fixtures'

const seedOf = (runId: string): number => [...runId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)

/** What the run with this id measured: a pure function, so that a reader can tell whether all of it is there. */
export const measurementsOf = (runId: string): Measurement[] => {
  const random = randomOf(seedOf(runId))
  return Array.from({ length: 20 }, (_, i) => measurementOf(random(), 1024 * (i + 1)))
}

export const seriesOfRun = (runId: string): Series[] => {
  const random = randomOf(seedOf(runId) ^ 0x5bd1)
  return [seriesOf(Float64Array.from({ length: 12_000 }, () => random()))]
}

export const logOf = (runId: string): Uint8Array => Buffer.from(`output of ${runId}\n`.repeat(500))
