import type { Dimensions, ParseResult } from '../../../preload/contract'
import { likely, notMine } from '../../_kit/detect'
import { functionOf, kindOf, maxStackLength, readStack, StackLines, type Stack } from '../../_kit/folded-line'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { Profile } from './profile'

/** Functions given by name: so many by their own samples, and so many by all. */
const listed = 50
const profileNames = ['before', 'after'] as const

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

class FoldedReader implements StreamReader {
  private readonly reading = newReading('flame', 'folded stacks')
  private readonly profiles: Profile[] = []
  private depth = { least: Infinity, most: 0, weighted: 0 }
  private readonly seen = { python: 0, kernel: 0, native: 0 }
  private readonly lines = new StackLines((stack, line) => this.row(stack, line))

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  private row(stack: Stack | null, line: string): void {
    if (stack) this.accept(stack)
    else if (line.length > maxStackLength) skipRow(this.reading, line, 'longer than any stack')
    else if (/;|\s[\d.]{1,20}\s*$/.test(line)) skipRow(this.reading, line, 'no frames with a count behind them')
  }

  private accept({ frames, counts }: Stack): void {
    const functions = frames.map(functionOf)
    counts.forEach((count, index) => {
      const profile = (this.profiles[index] ??= new Profile())
      profile.add(functions, count)
    })
    const { depth } = this
    depth.least = Math.min(depth.least, frames.length)
    depth.most = Math.max(depth.most, frames.length)
    depth.weighted += frames.length * (counts.at(-1) ?? 0)
    this.seen[kindOf(frames.at(-1) ?? '')] += 1
    this.reading.rows.understood += 1
  }

  end(): ParseResult[] {
    const { reading } = this
    const rest = this.lines.end()
    if (rest.trim() !== '') this.cut(rest)
    if (reading.rows.understood + reading.rows.skipped === 0) return []
    this.profiles.forEach((profile, index) =>
      addProfile(reading, profile, this.lines.columns === 2 ? { profile: profileNames[index] ?? '' } : {}),
    )
    this.describe()
    if (reading.rows.understood === 0)
      fail(reading, 'parse.no_rows', 'No line is a folded stack: frames with ";" between them and a count.')
    return [reading]
  }

  /** The count of a last line without its end may have lost digits. */
  private cut(rest: string): void {
    skipRow(this.reading, rest, 'the text ends in it')
    warn(this.reading, 'truncated', 'The file breaks off in its last line: a count may have lost digits.')
    fail(this.reading, 'parse.truncated', 'The file breaks off in its last line.', rest)
  }

  private describe(): void {
    const { reading, depth, seen } = this
    const last = this.profiles.at(-1)
    if (!last) return
    const { understood } = reading.rows
    setFacts(reading, {
      stacks: understood,
      functions: last.size,
      depth_min: depth.least,
      depth_max: depth.most,
      depth_mean: shareOf(depth.weighted, last.samples),
      ...(seen.python > understood / 2 ? { profiler: 'py-spy' } : seen.kernel > 0 ? { profiler: 'perf' } : {}),
      ...(this.lines.columns === 2 ? { differential: true } : {}),
    })
  }
}

const addProfile = (reading: Reading, profile: Profile, which: Dimensions): void => {
  add(reading, 'flame.samples', '1', profile.samples, which)
  const top = profile.top(listed)
  for (const { name, self, total } of top) {
    const dimensions = { function: name, ...which }
    if (self > 0) {
      add(reading, 'flame.self_samples', '1', self, dimensions)
      add(reading, 'flame.self_share', '1', shareOf(self, profile.samples), dimensions)
    }
    add(reading, 'flame.total_samples', '1', total, dimensions)
    add(reading, 'flame.total_share', '1', shareOf(total, profile.samples), dimensions)
  }
  const rest = profile.samples - top.reduce((sum, { self }) => sum + self, 0)
  setFacts(reading, { functions_not_listed: profile.size - top.length, samples_not_listed: rest })
  if (profile.uncounted > 0)
    warn(
      reading,
      'functions_uncounted',
      `The profile has more functions than are counted by name: ${profile.uncounted} samples are in none.`,
    )
}

/** Enough lines of the head are stacks, and most of these have more than one frame; the name of no tool is in such a file. */
const looksFolded = (head: string): boolean => {
  const lines = head.split('\n')
  // The last line of a head is cut.
  if (lines.length > 1) lines.pop()
  const filled = lines.filter((line) => line.trim() !== '' && !line.startsWith('# ')).slice(0, 400)
  const stacks = filled.flatMap((line) => readStack(line, null) ?? [])
  const deep = stacks.filter(({ frames }) => frames.length > 1).length
  return stacks.length >= 2 && stacks.length >= filled.length * 0.8 && deep >= stacks.length * 0.5
}

/** Folded stacks: perf script collapsed, py-spy's raw format, and anything else that feeds a flame graph. */
export const foldedStacks: StreamFormat = {
  id: 'folded-stacks',
  detect: (head) => (head.includes(';') && looksFolded(head) ? likely : notMine),
  open: () => new FoldedReader(),
}
