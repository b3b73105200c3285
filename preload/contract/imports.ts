import { z } from './zod'
import { arm, level, slug } from './plan'
import { problem, warning } from './problem'

/** A piece of a file that a browser sends has at most this many bytes. */
export const maxPieceBytes = 1024 * 1024
/** Base64 of that many bytes. */
const maxPieceText = 4 * Math.ceil(maxPieceBytes / 3)
/** More files than a person collects in years; beyond it a folder was dropped by mistake. */
export const maxImportFiles = 200_000

/** A staged file's path inside what was dropped: `runs/ib/rep1.log`, with `/` on every system; never leads out of it. */
export const stagedPath = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\u0000-\u001F\\/]+(?:\/[^\u0000-\u001F\\/]+)*$/, 'a relative path with "/" between its folders')
  .refine((path) => path.split('/').every((part) => part !== '.' && part !== '..'), 'no "." or ".." in the path')

/**
 * `adding`: files may be added, some are unread. `reading`: being recognised. `ready`: everything added was read. `storing`: the
 * runs are being written; none is visible before all are. `stored`: over, and undone by its import id. `discarded`: gone.
 */
export const importPhase = z.enum(['adding', 'reading', 'ready', 'storing', 'stored', 'discarded'])
export type ImportPhase = z.infer<typeof importPhase>

/** Of the phase under way; the last event of a phase has what came after it. */
export const importProgress = z.object({
  id: z.string(),
  phase: importPhase,
  /** Files of the phase, done and in all. */
  done: z.number(),
  total: z.number(),
  bytes: z.number(),
  totalBytes: z.number(),
  /** Null before enough is known. */
  filesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** Why the phase ended before its end: cancelled, disk full. */
  problem: problem.nullable(),
})
export type ImportProgress = z.infer<typeof importProgress>

/** One result that a parser found in a file, without its values. */
export const recognised = z.object({
  probe: z.string(),
  tool: z.object({ name: z.string(), version: z.string().nullable() }),
  /** Measurements. */
  values: z.number(),
  rows: z.object({ understood: z.number(), skipped: z.number() }),
  warnings: z.array(warning),
  problem: problem.nullable(),
})
export type Recognised = z.infer<typeof recognised>

export const stagedFile = z.object({
  path: z.string(),
  bytes: z.number(),
  /** `waiting`: not read yet. `recognised`: `recognised` is not empty. `unrecognised`: it will not be stored, `problem` says why. */
  state: z.enum(['waiting', 'recognised', 'unrecognised']),
  /** Of the bytes as they would be kept, secrets masked; null while waiting. */
  sha256: z.string().nullable(),
  recognised: z.array(recognised),
  problem: problem.nullable(),
  /** Secrets masked in the bytes that would be kept. */
  redactedSecrets: z.number(),
  /** Guessed from the names of folders and file; only factors whose levels differ among the files. */
  arm,
  /** Files with the same text are ranks of one launch and become one run; null: a launch by itself. */
  launch: z.string().nullable(),
  rank: z.number().nullable(),
  /** A run that keeps the same bytes already. */
  duplicate: z.object({ runId: z.string(), experimentId: z.string(), experiment: z.string() }).nullable(),
  /** An earlier file of this import with the same bytes. */
  sameAs: z.string().nullable(),
})
export type StagedFile = z.infer<typeof stagedFile>

/** What is known of an import as a whole. */
export const importStatus = z.object({
  id: z.string(),
  progress: importProgress,
  /** Guessed factors with their levels and how many files have each; files that name none are not counted. */
  factors: z.array(z.object({ name: z.string(), levels: z.array(z.object({ level, files: z.number() })) })),
  totals: z.object({
    files: z.number(),
    bytes: z.number(),
    waiting: z.number(),
    recognised: z.number(),
    unrecognised: z.number(),
    /** With the same bytes as a stored run or as an earlier file. */
    duplicates: z.number(),
    /** Runs that storing everything would make. */
    launches: z.number(),
    values: z.number(),
    redactedSecrets: z.number(),
  }),
})
export type ImportStatus = z.infer<typeof importStatus>

/** A finished import; `undone` hides its runs, restoring shows them again. */
export const importRecord = z.object({
  id: z.string(),
  experimentId: z.string(),
  at: z.string(),
  files: z.number(),
  runs: z.number(),
  undone: z.boolean(),
})
export type ImportRecord = z.infer<typeof importRecord>

export const importPiece = z.object({
  id: z.string(),
  path: stagedPath,
  /** Bytes of this file sent before; a piece that was sent already is taken as done. */
  offset: z.number().int().min(0),
  base64: z.string().max(maxPieceText),
  last: z.boolean(),
})

/** Whole small files in one message, because ten thousand messages cost more than their bytes. */
export const importSmallFiles = z.object({
  id: z.string(),
  files: z
    .array(z.object({ path: stagedPath, base64: z.string().max(maxPieceText) }))
    .min(1)
    .max(500)
    .refine((files) => files.reduce((sum, { base64 }) => sum + base64.length, 0) <= maxPieceText, 'as many bytes as one piece may have'),
})

export const importPaths = z.object({
  id: z.string(),
  /** Files and folders on the machine that runs the core, absolute; read where they lie. */
  paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000),
})

export const importFilter = z.enum(['all', 'recognised', 'unrecognised', 'duplicate', 'problem'])
export type ImportFilter = z.infer<typeof importFilter>

export const importPage = z.object({
  id: z.string(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(200),
  show: importFilter.default('all'),
})

export const importPreview = z.object({
  id: z.string(),
  /** Read with this probe's formats; absent: told by content. With `paths` these are read again, whatever they were taken for. */
  probe: slug.optional(),
  paths: z.array(stagedPath).max(10_000).optional(),
})

export const importCommit = z.object({
  id: z.string(),
  /** Id or name; made when there is none of that name. */
  experiment: z.string().min(1).max(120),
  /** For every file instead of its guess. */
  arm: arm.optional(),
  /** Files that differ from that: their own arm, or left out. */
  files: z
    .array(z.object({ path: stagedPath, arm: arm.optional(), skip: z.boolean().default(false) }))
    .max(maxImportFiles)
    .default([]),
  /** Leave out files whose bytes a run keeps already, or that repeat an earlier file. */
  skipDuplicates: z.boolean().default(false),
})

/** What was stored, and what was not. */
export const importOutcome = z.object({
  import: importRecord,
  experiment: z.string(),
  runs: z.object({ total: z.number(), done: z.number(), failed: z.number(), refused: z.number() }),
  /** Files left out by the request, and files that no parser recognised. */
  skipped: z.number(),
  unrecognised: z.number(),
})
export type ImportOutcome = z.infer<typeof importOutcome>
