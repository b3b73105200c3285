import { level } from './plan'
import { dimensions } from './measurement'
import { z } from './zod'

/** Whose code a frame is. */
export const frameKinds = ['python', 'kernel', 'native'] as const
export type FrameKind = (typeof frameKinds)[number]

/** A function by which frames are told apart; of a kernel frame its mark `_[k]` is left out of the name. */
export const frameName = z.object({ name: z.string(), kind: z.enum(frameKinds) })
export type FrameName = z.infer<typeof frameName>

/** What was left out of a graph, so that it can be drawn. */
export const flameCut = z.object({
  /** Frames with a smaller share of all samples are put together, 0 to 1. */
  share: z.number(),
  shown: z.number(),
  hidden: z.number(),
  /** The profile has more or deeper frames than are told apart at all. */
  isCapped: z.boolean(),
})
export type FlameCut = z.infer<typeof flameCut>

const place = {
  /** Into `names`; -1: frames below the cut-off, put together. */
  name: z.number(),
  /** 0: all samples. Nodes come in preorder: the children of a node follow it, one deeper. */
  depth: z.number(),
  /** Frames that were put together here; 0: this is one. */
  hidden: z.number(),
}

export const flameNode = z.object({ ...place, self: z.number(), total: z.number() })
export type FlameNode = z.infer<typeof flameNode>

/** The stacks of one launch as a tree, frames that lead down the same way put together. */
export const flameProfile = z.object({
  samples: z.number(),
  /** Distinct stacks in the files. */
  stacks: z.number(),
  names: z.array(frameName),
  nodes: z.array(flameNode),
  cut: flameCut,
  /** Functions with most samples of their own and in all; a function that calls itself counts once a stack. */
  functions: z.array(z.object({ name: z.number(), self: z.number(), total: z.number() })),
  /** The file holds two profiles, before and after; this is the one after. */
  isDifferential: z.boolean(),
})
export type FlameProfile = z.infer<typeof flameProfile>

/**
 * A share in both arms (means over launches, 0 to 1) and the difference `after - before` with an interval that holds for all frames at once.
 * more, less: the interval leaves out 0; noise: it does not; unknown: nothing can be said.
 */
const change = {
  before: z.number(),
  after: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  verdict: z.enum(['more', 'less', 'noise', 'unknown']),
}
export const flameChange = z.object(change)
export type FlameChange = z.infer<typeof flameChange>

export const flameDiffNode = z.object({ ...place, ...change })
export type FlameDiffNode = z.infer<typeof flameDiffNode>

export const flameSide = z.object({ level, launches: z.number(), samples: z.number(), runIds: z.array(z.string()) })

/** Two arms of the flame probe, frame by frame. */
export const flameDiff = z.object({
  before: flameSide,
  after: flameSide,
  names: z.array(frameName),
  nodes: z.array(flameDiffNode),
  cut: flameCut,
  /** By the share of a function's own samples. */
  functions: z.array(z.object({ name: z.number(), ...change })),
  /** Arrangements of the launches that the interval rests on; null: no difference can be told, and `reason` says why. */
  permutations: z.number().nullable(),
  reason: z.string().nullable(),
})
export type FlameDiff = z.infer<typeof flameDiff>

export const flamePair = z.object({
  id: z.string(),
  before: level,
  after: level,
  /** Levels of the other factors, and the entry of the plan where it has several. */
  setting: dimensions,
})
export type FlamePair = z.infer<typeof flamePair>

/** How far the reading is; `id` as it was asked for. */
export const flameProgress = z.object({ id: z.string(), bytes: z.number(), totalBytes: z.number() })
export type FlameProgress = z.infer<typeof flameProgress>

/** What can be set against each other in an experiment, and one of it. */
export const flameComparison = z.object({ pairs: z.array(flamePair), shown: flameDiff.nullable(), simulated: z.boolean() })
export type FlameComparison = z.infer<typeof flameComparison>
