import type { FlameDiff, FlameProfile, Level } from '../../../preload/contract'
import { fill, sharedMessages } from '../../../preload/contract/messages'
import { flameDiffOf, LaunchLeaves, LaunchShares } from '../../core/flame/difference'
import { smallestP } from '../../core/flame/family'
import { foldedLines } from '../../core/flame/folded'
import { flameProfileOf } from '../../core/flame/profile'
import { prune } from '../../core/flame/prune'
import { FlameTree, FrameNames } from '../../core/flame/tree'
import type { FlameAnswers, FlameTask, FlameTasks, StackLaunch, StackSides } from '../../ports/file-parser'
import { readStacks, stackFiles, type StackReading } from './stacks'

const alpha = 0.05

const profileOf = async (reading: StackReading, launch: StackLaunch): Promise<FlameProfile> => {
  const [tree, names] = [new FlameTree(1), new FrameNames()]
  const files = await stackFiles(reading, launch)
  const isDifferential = await readStacks(reading, files, names, (frames, count) => tree.add(frames, count))
  return flameProfileOf(tree, names, isDifferential)
}

const sideOf = (level: Level, launches: readonly StackLaunch[], samples: readonly number[]): FlameDiff['before'] => ({
  level,
  launches: launches.length,
  samples: samples.reduce((sum, one) => sum + one, 0),
  runIds: launches.map(({ id }) => id),
})

/** Launches per arm that could show a difference. */
const neededLaunches = (): number => {
  let needed = 2
  while (smallestP(needed, needed) > alpha) needed += 1
  return needed
}

interface SidesRead {
  /** Launches that have samples. */
  before: StackLaunch[]
  after: StackLaunch[]
  tree: FlameTree
  names: FrameNames
  /** Of every launch, before and after. */
  leaves: LaunchLeaves[]
}

const readSides = async (reading: StackReading, sides: StackSides): Promise<SidesRead> => {
  // One profile alone has one count a line.
  const [tree, names] = [new FlameTree(sides.after.length > 0 ? 2 : 1), new FrameNames()]
  const leaves: LaunchLeaves[] = []
  const readSide = async (profile: 0 | 1, launches: readonly StackLaunch[]): Promise<StackLaunch[]> => {
    const counted: StackLaunch[] = []
    for (const launch of launches) {
      const own = new LaunchLeaves()
      const files = await stackFiles(reading, launch)
      await readStacks(reading, files, names, (frames, count) => own.push(tree.add(frames, count, profile), frames.at(-1) ?? 0, count))
      // A launch without samples has no shares: zeros in their place would be a difference.
      if (own.samples === 0) continue
      leaves.push(own)
      counted.push(launch)
    }
    return counted
  }
  const before = await readSide(0, sides.before)
  return { before, after: await readSide(1, sides.after), tree, names, leaves }
}

const differenceOf = async (reading: StackReading, task: FlameTasks['difference']): Promise<FlameDiff> => {
  const { pair, blocked, lang } = task
  const { before, after, tree, names, leaves } = await readSides(reading, task.sides)
  const shares = new LaunchShares(tree, prune(tree, names.list), before.length, leaves)
  const reasons = sharedMessages[lang].reasons
  const counts = { nBaseline: before.length, nLevel: after.length, alphaPercent: alpha * 100, needed: neededLaunches() }
  return flameDiffOf({
    tree,
    names,
    shares,
    before: sideOf(pair.before, before, shares.samples.slice(0, before.length)),
    after: sideOf(pair.after, after, shares.samples.slice(before.length)),
    blocked,
    tooFew: fill(reasons.too_few_launches, { ...counts, smallestP: Number(smallestP(before.length, after.length).toPrecision(2)) }),
  })
}

const foldedOf = async (reading: StackReading, sides: StackSides): Promise<string[]> => {
  const { tree, names } = await readSides(reading, sides)
  return foldedLines(tree, names)
}

/** Everything about stacks that grows with their number; for worker threads. */
export const flameWork = (task: FlameTask, reading: StackReading): Promise<FlameAnswers[keyof FlameAnswers]> => {
  if (task.answer === 'profile') return profileOf(reading, task.launch)
  if (task.answer === 'folded') return foldedOf(reading, task.sides)
  return differenceOf(reading, task)
}
