import type { Act, Operation } from './schedule'

/** One collective of one rank: microseconds since the step began, and the bytes it sent. */
export interface Call {
  operation: Operation
  bytes: number
  startUs: number
  endUs: number
}

/** One step of one rank, as the benchmark tells it. */
export interface RankTimes {
  timeUs: number
  dataUs: number
  computeUs: number
  communicationUs: number
  exposedUs: number
  calls: Call[]
}

export interface StepConditions {
  /** How long each rank's work takes, against the model: its own factor with the step's. */
  computeFactors: readonly number[]
  dataUs: readonly number[]
  /** Time of one collective over a buffer of so many bytes once every rank is there. */
  collectiveUs(operation: Operation, buffer: number): number
  /** What one rank sends in it. */
  sentBytes(operation: Operation, buffer: number): number
}

/** A stream that waits for an event of another stands still for some microseconds even when it has long happened. */
const eventUs = 3

type Span = readonly [from: number, to: number]

const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, [from, to]) => sum + to - from, 0)

/** Length of what both have; each sorted and without overlaps of its own. */
const overlapOf = (left: readonly Span[], right: readonly Span[]): number => {
  let [atLeft, atRight, sum] = [0, 0, 0]
  while (atLeft < left.length && atRight < right.length) {
    const [one, other] = [left[atLeft] as Span, right[atRight] as Span]
    sum += Math.max(0, Math.min(one[1], other[1]) - Math.max(one[0], other[0]))
    if (one[1] < other[1]) atLeft++
    else atRight++
  }
  return sum
}

/** One rank's two tracks: its stream of computation, and its stream of collectives. */
class Rank {
  readonly calls: Call[] = []
  readonly stands: Span[]
  wire = 0

  constructor(
    public now: number,
    private readonly factor: number,
  ) {
    this.stands = [[0, now]]
  }

  compute(us: number): void {
    this.now += us * this.factor
  }

  wait(endUs: number): void {
    const until = Math.max(endUs, this.now + eventUs)
    this.stands.push([this.now, until])
    this.now = until
  }

  times(dataUs: number): RankTimes {
    const communication = this.calls.map(({ startUs, endUs }): Span => [startUs, endUs])
    return {
      timeUs: this.now,
      dataUs,
      computeUs: this.now - lengthOf(this.stands),
      communicationUs: lengthOf(communication),
      exposedUs: overlapOf(communication, this.stands),
      calls: this.calls,
    }
  }
}

/**
 * Plays a step on all ranks. A collective begins on a rank when its stream is free and the data are there, and ends on all of them together, when the
 * last has come and the bytes are through; one follows the other.
 */
export const playStep = (step: readonly Act[], conditions: StepConditions): RankTimes[] => {
  const ranks = conditions.computeFactors.map((factor, index) => new Rank(conditions.dataUs[index] ?? 0, factor))
  const ends: number[] = []
  for (const act of step) {
    if (act.do === 'compute') for (const rank of ranks) rank.compute(act.us)
    else if (act.do === 'wait') {
      const endUs = ends[act.ticket]
      if (endUs !== undefined) for (const rank of ranks) rank.wait(endUs)
    } else if (act.do === 'submit') {
      const { operation, buffer } = act
      const starts = ranks.map(({ wire, now }) => Math.max(wire, now))
      const endUs = Math.max(...starts) + conditions.collectiveUs(operation, buffer)
      ends[act.ticket] = endUs
      ranks.forEach((rank, index) => {
        rank.calls.push({ operation, bytes: conditions.sentBytes(operation, buffer), startUs: starts[index] ?? endUs, endUs })
        rank.wire = endUs
      })
    }
  }
  return ranks.map((rank, index) => rank.times(conditions.dataUs[index] ?? 0))
}
