import type { ParseResult } from '../../../preload/contract'
import type { StagedReading } from '../../ports/file-parser'

/** What a file says about the launch that it is one rank of; null when it says nothing of the kind, or more than one thing. */
export const launchOf = (results: readonly ParseResult[]): StagedReading['launch'] => {
  const [result] = results
  if (!result || results.length > 1) return null
  const { rank, world_size: worldSize, backend = null, job = null } = result.facts
  if (typeof rank !== 'number' || typeof worldSize !== 'number' || worldSize < 2) return null
  return { key: JSON.stringify([result.probe, result.tool.name, worldSize, backend, job]), rank }
}

interface Ranked {
  path: string
  launch: StagedReading['launch']
}

/** `run1/trace_rank3.json.gz` of rank 3 as `run1/trace_rank*.json.gz`: what the paths of one launch's ranks share. */
const withoutRank = (path: string, rank: number): string => path.replace(new RegExp(`(?<!\\d)0*${rank}(?!\\d)`, 'g'), '*')

/** Finds files that are several ranks of one launch: same job, same path but for the rank, no rank twice. */
export class LaunchGuess {
  private readonly groups = new Map<string, { name: string; paths: string[]; ranks: Set<number> }>()

  add({ path, launch }: Ranked): void {
    if (launch === null) return
    const name = withoutRank(path, launch.rank)
    const key = `${launch.key} ${name}`
    const group = this.groups.get(key) ?? { name, paths: [], ranks: new Set() }
    this.groups.set(key, group)
    group.paths.push(path)
    group.ranks.add(launch.rank)
  }

  /** Path -> name of the launch. */
  names(): Map<string, string> {
    const launches = [...this.groups.values()].filter(({ paths, ranks }) => paths.length > 1 && ranks.size === paths.length)
    return new Map(launches.flatMap(({ name, paths }) => paths.map((path): [string, string] => [path, name])))
  }
}
