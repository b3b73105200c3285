import type { Confounder, Environment, Run } from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import { armFacts } from './arm-facts'
import { levelKey, type Group } from './launches'

/** A difference between two arms of one probe that is not the factor. */
export interface Difference {
  confounder: Confounder
  probe: string
  /** Texts of the two levels. */
  levels: readonly [string, string]
  /** Rows that carry this dimension compare like with like, so only the others are blocked. */
  dimension: string | null
}

const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Facts that say the same thing in other words: when the factor is one of a family, the whole family may differ. */
const families: readonly (readonly string[])[] = [
  ['ranks', 'worldsize', 'nodes', 'nproc', 'gpuspernode', 'ranksperhost', 'hosts'],
  ['microbatch', 'microbatchsize', 'globalbatchsize'],
  ['gradaccum', 'globalbatchsize'],
  ['backend', 'via', 'library', 'tool'],
  ['nccl', 'ncclversion'],
  ['driver', 'driverversion'],
  ['torch', 'torchversion'],
]

const sameFamily = (factor: string, what: string): boolean => {
  const [left, right] = [normal(factor), normal(what)]
  return left === right || families.some((family) => family.includes(left) && family.includes(right))
}

/** Dimensions whose set of values must agree; a kernel's name or a stream's number need not. */
const comparedDimensions = ['size_bytes', 'dtype', 'redop', 'collective', 'ranks'] as const

const shown = (values: ReadonlySet<string>): string => {
  const all = [...values].sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
  return all.length <= 6 ? all.join(', ') : `${all.slice(0, 3).join(', ')} … ${String(all.at(-1))} (${all.length} values)`
}

const equal = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && [...left].every((value) => right.has(value))

/** The levels themselves may be what differs: `via` is torch/gloo in arm gloo and torch/nccl in arm nccl. */
const isTheFactor = (levels: readonly [string, string], values: readonly [ReadonlySet<string>, ReadonlySet<string>]): boolean =>
  levels.every((level, index) => {
    const words = [...(values[index] as ReadonlySet<string>)]
    return (
      words.length > 0 &&
      words.every((word) =>
        word
          .toLowerCase()
          .split(/[^a-z0-9_.-]+/)
          .includes(level.toLowerCase()),
      )
    )
  })

const difference = (
  probe: string,
  what: string,
  levels: readonly [string, string],
  values: readonly [ReadonlySet<string>, ReadonlySet<string>],
  blocking: boolean,
  dimension: string | null,
  messages: SharedMessages,
): Difference => {
  const texts = [shown(values[0]), shown(values[1])] as const
  return {
    probe,
    levels,
    dimension,
    confounder: {
      what: `${probe}: ${what}`,
      values: { [levels[0]]: texts[0], [levels[1]]: texts[1] },
      blocking,
      message: fill(messages.notes.difference, {
        what,
        probe,
        left: levels[0],
        leftValues: texts[0],
        right: levels[1],
        rightValues: texts[1],
      }),
    },
  }
}

const factDifferences = (
  probe: string,
  runs: readonly Run[],
  environments: readonly Environment[],
  factor: string,
  levels: readonly [string, string],
  messages: SharedMessages,
): Difference[] => {
  const ofLevel = (level: string): Run[] => runs.filter((run) => run.arm[factor] !== undefined && levelKey(run.arm[factor]) === level)
  const [left, right] = [armFacts(ofLevel(levels[0]), environments), armFacts(ofLevel(levels[1]), environments)]
  return [...left].flatMap(([what, fact]): Difference[] => {
    const other = right.get(what)
    // A log that does not say is unknown, not different.
    if (!other || fact.values.size === 0 || other.values.size === 0 || equal(fact.values, other.values)) return []
    const values = [fact.values, other.values] as const
    if (sameFamily(factor, what) || isTheFactor(levels, values)) return []
    return [difference(probe, what, levels, values, fact.blocking, null, messages)]
  })
}

const dimensionDifferences = (
  probe: string,
  groups: readonly Group[],
  factor: string,
  levels: readonly [string, string],
  messages: SharedMessages,
): Difference[] =>
  comparedDimensions.flatMap((dimension): Difference[] => {
    if (sameFamily(factor, dimension)) return []
    const carrying = groups.filter((group) => group.dimensions[dimension] !== undefined)
    const valuesIn = (level: string): Set<string> =>
      new Set(carrying.filter((group) => group.byLevel.has(level)).map((group) => String(group.dimensions[dimension])))
    const values = [valuesIn(levels[0]), valuesIn(levels[1])] as const
    if (values[0].size === 0 || values[1].size === 0 || equal(values[0], values[1])) return []
    const title = dimension === 'size_bytes' ? messages.notes.message_sizes : dimension
    const blocking = groups.some((group) => group.dimensions[dimension] === undefined)
    return [difference(probe, title, levels, values, blocking, dimension, messages)]
  })

/** Everything known that differs between baseline and each other level beside the factor, per probe. Blocking ones forbid a verdict of the rows they reach. */
export const differencesBetweenArms = (
  runs: readonly Run[],
  groups: readonly Group[],
  environments: readonly Environment[],
  factor: string,
  pairs: readonly (readonly [string, string])[],
  messages: SharedMessages,
): Difference[] =>
  [...new Set(runs.map((run) => run.probe))].flatMap((probe) => {
    const own = runs.filter((run) => run.probe === probe)
    const ownGroups = groups.filter((group) => group.probe === probe)
    return pairs.flatMap((levels) => [
      ...factDifferences(probe, own, environments, factor, levels, messages),
      ...dimensionDifferences(probe, ownGroups, factor, levels, messages),
    ])
  })

/** What blocks a row: the names of the differences that reach it. */
export const blockersOf = (differences: readonly Difference[], group: Group, level: string): string[] =>
  differences
    .filter(({ confounder, probe, levels }) => confounder.blocking && probe === group.probe && levels[1] === level)
    .filter(({ dimension }) => dimension === null || group.dimensions[dimension] === undefined)
    .map(({ confounder }) => confounder.message)
