import { z } from './zod'
import { comparison } from './comparison'
import { environment, experiment, planPreview, progress, run, runDetail } from './experiment'
import { hostTest, promptAnswer, promptRequest, savedHost } from './host'
import { inventory } from './inventory'
import { dimensions, metricSpec, parsedFile, unit } from './measurement'
import { arm, hostSpec, planSchema, slug } from './plan'
import { problem } from './problem'
import { reportModel } from './report'

const procedure = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output })
const none = z.object({})
/** Language of the sentences in the answer. */
const lang = z.enum(['en', 'zh-CN']).default('en')
const byId = z.object({ id: z.string() })

export const probeInfo = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  disturbs: z.string(),
  minHosts: z.number(),
  maxHosts: z.number(),
  metrics: z.array(metricSpec),
  /** JSON Schema of the parameters: forms and `probes describe` come from it. */
  paramsSchema: z.record(z.string(), z.unknown()),
})
export type ProbeInfo = z.infer<typeof probeInfo>

export const verifyFinding = z.object({
  kind: z.enum(['database', 'reference', 'artifact_missing', 'artifact_damaged', 'artifact_unreferenced', 'series_damaged']),
  subject: z.string(),
  message: z.string(),
})
export const verifyReport = z.object({
  ok: z.boolean(),
  checked: z.object({ artifacts: z.number(), bytes: z.number(), rows: z.number(), series: z.number() }),
  findings: z.array(verifyFinding),
})
export type VerifyReport = z.infer<typeof verifyReport>

export const seriesInfo = z.object({
  id: z.number(),
  runId: z.string(),
  metric: z.string(),
  unit,
  dimensions,
  count: z.number(),
})
export type SeriesInfo = z.infer<typeof seriesInfo>

/** Name -> {input, output}. Types on both sides are inferred from here and nowhere else. */
export const procedures = {
  'system.info': procedure(
    none,
    z.object({
      version: z.string(),
      platform: z.string(),
      dataDir: z.string(),
      host: z.enum(['electron', 'web']),
      sshConfig: z.string(),
    }),
  ),
  'hosts.list': procedure(none, z.object({ hosts: z.array(savedHost), sshAliases: z.array(z.string()) })),
  'hosts.add': procedure(z.object({ name: slug, spec: hostSpec }), savedHost),
  'hosts.remove': procedure(z.object({ name: slug }), none),
  'hosts.test': procedure(z.object({ name: slug }), hostTest),
  'hosts.inventory': procedure(z.object({ name: slug }), inventory),
  'hosts.clean': procedure(z.object({ name: slug }), z.object({ removedBytes: z.number() })),
  'prompts.pending': procedure(none, z.array(promptRequest)),
  'prompts.answer': procedure(promptAnswer, none),
  'probes.list': procedure(none, z.array(probeInfo)),
  'plans.parse': procedure(
    z.object({ yaml: z.string().max(1_000_000) }),
    z.object({ plan: planSchema.nullable(), problems: z.array(problem) }),
  ),
  'plans.toYaml': procedure(z.object({ plan: planSchema }), z.object({ yaml: z.string() })),
  'plans.check': procedure(z.object({ plan: planSchema }), planPreview),
  'experiments.list': procedure(none, z.array(experiment)),
  'experiments.get': procedure(
    byId,
    z.object({ experiment, runs: z.array(run), environments: z.array(environment), progress: progress.nullable() }),
  ),
  'experiments.start': procedure(z.object({ plan: planSchema }), experiment),
  'experiments.resume': procedure(byId, experiment),
  'experiments.cancel': procedure(byId, experiment),
  'experiments.remove': procedure(byId, none),
  'experiments.restore': procedure(byId, experiment),
  'runs.get': procedure(byId, runDetail),
  /** Text of a log file from a byte offset; control sequences are already neutralised. */
  'runs.log': procedure(
    z.object({ id: z.string(), name: z.string(), offset: z.number().int().min(0).default(0) }),
    z.object({ text: z.string(), nextOffset: z.number(), totalBytes: z.number(), names: z.array(z.string()) }),
  ),
  'runs.retry': procedure(byId, run),
  'compare.run': procedure(z.object({ experiment: z.string(), by: slug, lang }), comparison),
  'series.list': procedure(z.object({ experiment: z.string() }), z.array(seriesInfo)),
  /** Min/max downsampled, exact extremes kept; refine by asking for a narrower range. */
  'series.get': procedure(
    z.object({
      id: z.number().int(),
      maxPoints: z.number().int().min(4).max(20_000).default(4000),
      from: z.number().optional(),
      to: z.number().optional(),
    }),
    z.object({
      info: seriesInfo,
      x: z.array(z.number()),
      y: z.array(z.number()),
      min: z.number(),
      max: z.number(),
      shown: z.number(),
      total: z.number(),
    }),
  ),
  'reports.model': procedure(z.object({ experiment: z.string(), lang }), reportModel),
  /** Prints the PDF; `path` is where it lies on the machine that runs the core. */
  'reports.export': procedure(
    z.object({ experiment: z.string(), lang: z.enum(['en', 'zh-CN']), paper: z.enum(['A4', 'Letter']).default('A4') }),
    z.object({ path: z.string(), bytes: z.number(), pages: z.number(), sha256: z.string() }),
  ),
  'files.parse': procedure(
    z.object({ files: z.array(z.object({ name: z.string(), base64: z.string() })).max(64), probe: slug.optional() }),
    z.array(parsedFile),
  ),
  'files.import': procedure(
    z.object({
      files: z
        .array(z.object({ name: z.string(), base64: z.string() }))
        .min(1)
        .max(64),
      experiment: z.string().min(1).max(120),
      arm,
      probe: slug.optional(),
    }),
    z.object({ experiment, runs: z.array(run), parsed: z.array(parsedFile) }),
  ),
  'store.verify': procedure(none, verifyReport),
} as const

export const events = {
  'prompt.requested': promptRequest,
  'prompt.settled': z.object({ id: z.string() }),
  'experiment.changed': z.object({ id: z.string() }),
  'run.changed': run,
  'experiment.progress': progress,
  /** New log text of a running role; sanitised. */
  'run.log': z.object({ runId: z.string(), name: z.string(), text: z.string() }),
  'hosts.changed': none,
  problem: problem,
} as const

export type Procedures = typeof procedures
export type Method = keyof Procedures
export type Input<M extends Method> = z.input<Procedures[M]['input']>
export type ParsedInput<M extends Method> = z.output<Procedures[M]['input']>
export type Output<M extends Method> = z.output<Procedures[M]['output']>
export type Events = typeof events
export type EventName = keyof Events
export type EventPayload<E extends EventName> = z.infer<Events[E]>

export type Unsubscribe = () => void
