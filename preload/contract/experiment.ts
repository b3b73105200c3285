import { z } from './zod'
import { arm, planSchema, planTelemetry, probeUse } from './plan'
import { inventory } from './inventory'
import { facts, measurement } from './measurement'
import { problem, warning } from './problem'
import { saying } from './saying'

export const runPhases = ['pending', 'deploying', 'running', 'collecting', 'done', 'failed', 'refused', 'cancelled'] as const
export const runStatus = z.enum(runPhases)
export type RunStatus = z.infer<typeof runStatus>

export const artifactRef = z.object({
  /** `client/stdout`: role, then the file's name in the job's out folder. */
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
})
export type ArtifactRef = z.infer<typeof artifactRef>

export const transport = z.object({
  /** The arm's fabric label; null: the arm names no fabric. */
  claimed: z.string().nullable(),
  /** Interfaces and HCAs that carried the traffic, over all hosts. */
  observed: z.array(z.string()),
  proof: z.enum(['counters', 'log', 'none']),
  /** Human-readable lines: counter deltas per host, quoted log lines. */
  evidence: z.array(z.string()).default([]),
})
export type Transport = z.infer<typeof transport>

export const run = z.object({
  id: z.string(),
  experimentId: z.string(),
  probe: z.string(),
  probeVersion: z.string(),
  probeIndex: z.number(),
  hosts: z.array(z.string()),
  arm,
  block: z.number(),
  /** 1-based; 0 for warm-up launches. */
  repeat: z.number(),
  warmup: z.boolean(),
  /** Position in the executed order, 0-based. */
  position: z.number(),
  attempt: z.number(),
  status: runStatus,
  problem: problem.nullable(),
  transport: transport.nullable(),
  facts,
  warnings: z.array(warning),
  simulated: z.boolean(),
  /** Exact commands per role, as executed. */
  commands: z.array(z.object({ role: z.string(), host: z.string(), command: z.string() })),
  kitSha256: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  artifacts: z.array(artifactRef),
})
export type Run = z.infer<typeof run>

export const runDetail = run.extend({ measurements: z.array(measurement) })
export type RunDetail = z.infer<typeof runDetail>

export const experimentStatus = z.enum(['running', 'paused', 'done', 'failed', 'cancelled', 'imported'])
export type ExperimentStatus = z.infer<typeof experimentStatus>

export const experiment = z.object({
  id: z.string(),
  name: z.string(),
  question: z.string(),
  status: experimentStatus,
  /** Null for experiments made by import. */
  plan: planSchema.nullable(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  simulated: z.boolean(),
  programVersion: z.string(),
  counts: z.object({ total: z.number(), done: z.number(), failed: z.number(), refused: z.number(), cancelled: z.number() }),
})
export type Experiment = z.infer<typeof experiment>

/** What the hosts of an experiment were when it started. */
export const environment = z.object({
  experimentId: z.string(),
  host: z.string(),
  /** user@host:port as connected, or `local`. */
  target: z.string(),
  capturedAt: z.string(),
  inventory,
  artifactSha256: z.string().nullable(),
})
export type Environment = z.infer<typeof environment>

export const progress = z.object({
  experimentId: z.string(),
  runId: z.string().nullable(),
  phase: runStatus.nullable(),
  completed: z.number(),
  total: z.number(),
  elapsedSeconds: z.number(),
  /** Null until one launch of each probe is done. */
  secondsLeft: z.number().nullable(),
  message: z.string(),
})
export type Progress = z.infer<typeof progress>

export const previewCommand = z.object({ role: z.string(), host: z.string(), target: z.string(), command: z.string() })
export const planPreview = z.object({
  question: z.string(),
  arms: z.array(arm),
  launches: z.number(),
  warmups: z.number(),
  expectedSeconds: z.number(),
  /** One entry per launch in executed order. */
  order: z.array(
    z.object({
      position: z.number(),
      block: z.number(),
      repeat: z.number(),
      warmup: z.boolean(),
      probe: z.string(),
      arm,
      expectedSeconds: z.number(),
    }),
  ),
  /** Distinct commands per probe and arm. */
  commands: z.array(z.object({ probe: z.string(), arm, commands: z.array(previewCommand) })),
  hosts: z.array(
    z.object({
      host: z.string(),
      target: z.string(),
      reachable: z.boolean(),
      problem: problem.nullable(),
      lacks: z.array(
        z.object({
          probe: z.string(),
          /** Arms in which it cannot run; empty: in none of them can it. */
          arms: z.array(arm),
          why: z.array(saying),
          fix: z.array(saying),
        }),
      ),
    }),
  ),
  /** What the hosts can run in place of what they cannot: an entry for `probes` of the plan, at its place. */
  instead: z.array(z.object({ probeIndex: z.number(), use: probeUse, via: z.string().nullable(), answers: z.string() })),
  /** How launches are watched: the plan's word, or what the program does without one. */
  telemetry: planTelemetry,
  warnings: z.array(warning),
})
export type PlanPreview = z.infer<typeof planPreview>
