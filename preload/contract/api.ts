import { z } from './zod'
import { comparison } from './comparison'
import { environment, experiment, planPreview, progress, run, runDetail } from './experiment'
import { flameComparison, flameProfile, flameProgress } from './flame'
import { hostTest, promptAnswer, promptRequest, savedHost } from './host'
import {
  importCommit,
  importOutcome,
  importPage,
  importPaths,
  importPiece,
  importPreview,
  importProgress,
  importRecord,
  importSmallFiles,
  importStatus,
  stagedFile,
} from './imports'
import { scoreboard, targetChange } from './indicators'
import { inventory } from './inventory'
import { kernelAnalysis } from './kernels'
import { dimensions, metricSpec, parsedFile, unit } from './measurement'
import { hostSpec, planSchema, slug } from './plan'
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
  needs: z.string(),
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
  'probes.list': procedure(z.object({ lang }), z.array(probeInfo)),
  /** Whatever reads files: every probe, and those that only read what other tools measured. */
  'probes.readers': procedure(z.object({ lang }), z.array(probeInfo.pick({ id: true, version: true, title: true, summary: true }))),
  'plans.parse': procedure(
    z.object({ yaml: z.string().max(1_000_000) }),
    z.object({ plan: planSchema.nullable(), problems: z.array(problem) }),
  ),
  'plans.toYaml': procedure(z.object({ plan: planSchema }), z.object({ yaml: z.string() })),
  'plans.check': procedure(z.object({ plan: planSchema, lang }), planPreview),
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
  /** What the counters of a launch of the kernel probe mean: roofline, occupancy, named patterns. */
  'runs.kernels': procedure(byId, kernelAnalysis),
  /** The stacks of a launch of the flame probe as a tree. */
  'runs.flame': procedure(byId, flameProfile),
  'compare.run': procedure(z.object({ experiment: z.string(), by: slug, lang }), comparison),
  /** Two arms of the flame probe frame by frame; without `pair` the first that there is. */
  'compare.flame': procedure(z.object({ experiment: z.string(), by: slug, pair: z.string().max(4096).optional(), lang }), flameComparison),
  /** Every indicator in every arm: value, target, bound and evidence, or what would measure it. */
  'indicators.get': procedure(z.object({ experiment: z.string(), lang }), scoreboard),
  /** For every experiment of the data folder. Answers what held before, which undoes it. */
  'indicators.setTarget': procedure(targetChange, targetChange),
  /** Of one run everything, telemetry too; of the whole experiment what was measured, telemetry left out. */
  'series.list': procedure(z.object({ experiment: z.string(), run: z.string().optional() }), z.array(seriesInfo)),
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
  /** A staged import: files are added, recognised in the background, looked at, and stored all together or not at all. */
  'imports.open': procedure(none, importStatus),
  /** One piece of a file, in order. Throws input.invalid when pieces are missing before it. */
  'imports.add': procedure(importPiece, z.object({ received: z.number() })),
  /** Files that are small enough to be sent whole; one that was sent already is taken as done. */
  'imports.addSmall': procedure(importSmallFiles, z.object({ received: z.number() })),
  /** Folders are walked; links and special files are left out and named. */
  'imports.addPaths': procedure(
    importPaths,
    z.object({ files: z.number(), bytes: z.number(), leftOut: z.array(z.object({ path: z.string(), problem })) }),
  ),
  /** Begins to read what was not read yet and answers at once; `imports.progress` tells the rest. */
  'imports.preview': procedure(importPreview, importStatus),
  'imports.status': procedure(byId, importStatus),
  'imports.files': procedure(importPage, z.object({ files: z.array(stagedFile), total: z.number() })),
  /** Answers when everything is stored. */
  'imports.commit': procedure(importCommit, importOutcome),
  /** Stops reading or storing; what was read stays, what was being stored is gone. */
  'imports.cancel': procedure(byId, importStatus),
  /** Ends the import and removes what was staged. */
  'imports.discard': procedure(byId, none),
  /** Finished imports, newest first; of one experiment or of all. */
  'imports.list': procedure(z.object({ experiment: z.string().optional() }), z.array(importRecord)),
  /** Hides exactly the runs of a finished import. */
  'imports.undo': procedure(byId, importRecord),
  'imports.restore': procedure(byId, importRecord),
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
  'targets.changed': none,
  'imports.progress': importProgress,
  /** Stacks are being read for `runs.flame` of the run or `compare.flame` of the experiment. */
  'flame.progress': flameProgress,
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
