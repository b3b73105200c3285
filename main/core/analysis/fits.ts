import type { AlphaBetaFit, Dimensions, Level } from '../../../preload/contract'
import { fitAlphaBeta, type LaunchTimes } from './alpha-beta'
import { levelKey, type Group } from './launches'

interface Sweep {
  dimensions: Dimensions
  /** Run id -> size -> time. */
  times: Map<string, Map<number, number>>
}

const isTimeBySize = ({ spec, dimensions }: Group): boolean =>
  spec.unit === 'us' && spec.id.endsWith('.time') && typeof dimensions.size_bytes === 'number'

/** Sweeps over message size of one level, by the other dimensions. */
const sweepsOf = (groups: readonly Group[], level: string): Sweep[] => {
  const sweeps = new Map<string, Sweep>()
  for (const group of groups) {
    const { size_bytes: size, ...dimensions } = group.dimensions
    const key = JSON.stringify([group.spec.id, Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1))])
    const sweep = sweeps.get(key) ?? { dimensions: { metric: group.spec.id, ...dimensions }, times: new Map() }
    sweeps.set(key, sweep)
    for (const { run, value } of group.byLevel.get(level) ?? []) {
      const times = sweep.times.get(run.id) ?? new Map<number, number>()
      times.set(Number(size), value)
      sweep.times.set(run.id, times)
    }
  }
  return [...sweeps.values()]
}

/** Alpha-beta fits of every time-against-size sweep in every level; in-place sweeps only where there is no other. */
export const fitsOf = (groups: readonly Group[], levels: readonly Level[], seed: number): AlphaBetaFit[] => {
  const timed = groups.filter(isTimeBySize)
  const outOfPlace = timed.filter(({ dimensions }) => dimensions.in_place !== true)
  const used = outOfPlace.length > 0 ? outOfPlace : timed
  return levels.flatMap((level) =>
    sweepsOf(used, levelKey(level)).flatMap(({ dimensions, times }): AlphaBetaFit[] => {
      const launches: LaunchTimes[] = [...times.values()]
      const fit = fitAlphaBeta(launches, seed)
      return fit ? [{ level, dimensions, ...fit }] : []
    }),
  )
}
