import { normal, seededRandom } from '../random'
import type { ZeroSettings } from './settings'

/** Where the curve ends, and how many steps it needs to come near. */
const floor = 1.2
const stepsToFall = 260
const unrest = 0.02

/** Loss of one rank's share of the batch: a function of the seed, the step and the rank alone, and so the same in every stage and on every fabric. */
export const lossOf = ({ seed, vocab }: Pick<ZeroSettings, 'seed' | 'vocab'>, step: number, rank: number): number => {
  const random = seededRandom(`zero-loss/${seed}/${step}/${rank}`)
  // A model that knows nothing gives every token the same chance.
  const start = Math.max(floor, Math.log(vocab))
  return floor + (start - floor) * Math.exp(-step / stepsToFall) + unrest * normal(random)
}
