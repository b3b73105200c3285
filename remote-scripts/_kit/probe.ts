import type { z } from 'zod'
import type {
  Arm,
  CanRun,
  FabricSpec,
  Facts,
  Inventory,
  Measurement,
  MetricSpec,
  ParseResult,
  Problem,
  ReadDatabase,
  Saying,
  Series,
  Warning,
} from '../../preload/contract'

/** What a probe may look at when it plans its commands; pure data. */
export interface LaunchContext<Params> {
  params: Params
  arm: Arm
  /** Which repeat of its arm, from 1; 0 is a warm-up. Absent where commands are only shown. */
  repeat?: number
  /** The fabric named by the arm's `fabric` factor, null without one. */
  fabric: { name: string; spec: FabricSpec } | null
  /** Plan hosts in role order. */
  hosts: { name: string; python: string | null; inventory: Inventory | null }[]
}

/** A value that an earlier role publishes on its host once it is ready (`hr_fact port 5201`). */
export interface PublishedFact {
  role: string
  fact: string
}

/** One detached process group on one host. */
export interface RoleJob {
  role: string
  /** Plan host. */
  host: string
  /** Path inside remote-scripts, e.g. `tcp/server.sh`; run by `sh`. */
  script: string
  /** Names are `HR_*` or a tool's documented variable. */
  env: Record<string, string | PublishedFact>
  /** Starts once this role has called `hr_ready`; absent: at once. */
  after?: string
  /** The launch is over when every `main` role has ended; the others are then stopped. */
  main: boolean
  /** The exact command a person would type; `<server.address>` marks what is known only at run time. */
  display: string
}

/** Everything that came home from one launch. File names are relative to the job's `out` folder. */
export interface RunOutput<Params> {
  params: Params
  arm: Arm
  fabric: LaunchContext<Params>['fabric']
  roles: {
    role: string
    host: string
    exitCode: number | null
    files: ReadonlyMap<string, Uint8Array>
    facts: Readonly<Record<string, string>>
  }[]
}

/** What the probe read out of it. */
export interface RunReading {
  tool: { name: string; version: string | null }
  facts: Facts
  measurements: Measurement[]
  series: Series[]
  warnings: Warning[]
  problem: Problem | null
  /** What the tool's own log says about the transport; null: the tool does not log it. */
  transportLog: { observed: string[]; lines: string[] } | null
  /** Payload bytes the busiest host must have moved over the fabric; null: unknown. */
  expectedBytes: number | null
  /** Which of a fabric's two devices must have carried them: kernel sockets take the interface, verbs the HCA. Absent: either. */
  path?: 'interface' | 'hca'
  /** What was measured says itself that it is simulated, on a real host too. */
  simulated?: boolean
}

/** Something else to measure where this probe cannot run. */
export interface Instead {
  /** This probe in another way, or another one. */
  probe: string
  /** This probe: parameters to change in the plan, undefined takes one out. Another one: its parameters. */
  params: Record<string, unknown>
  /** What it would answer, and what not. */
  answers: Saying
}

/** The launch that a watcher stands beside. */
export interface BesideContext {
  /** Id of the probe that measures. */
  probe: string
  hosts: LaunchContext<unknown>['hosts']
  /** Rows a second. */
  hz: number
  bpftrace: boolean
}

export interface BesideOutput {
  roles: RunOutput<unknown>['roles']
  /** Equal for hosts that are one machine. */
  machineOf(host: string): string
  /** As the measuring probe says. */
  measuresOthers: boolean
}

/** What a watcher adds to the launch; `facts.disturbed` keeps the launch out of verdicts. */
export type BesideReading = Pick<RunReading, 'measurements' | 'series' | 'facts' | 'warnings'>

/** Roles that watch the hosts while another probe measures. Whatever happens to them, the launch ends as it would without them. */
export interface Beside {
  /** Role names that no probe uses; `HR_BESIDE` tells each the jobs of the launch on its host. */
  jobs(context: BesideContext): RoleJob[]
  read(output: BesideOutput): BesideReading
}

/** One text format of one tool. Detection is by content only. */
export interface FormatParser {
  id: string
  /** 0 (not mine) to 1 (certain), from the first 64 KiB, launcher prefixes and ANSI already removed. */
  detect(head: string): number
  /** Never throws on any input. Several results when the file holds several outputs. */
  parse(text: string): ParseResult[]
  /**
   * True for a line that `parse` reads. Of a log too large for one string only these lines are kept before it is parsed;
   * absent: such a log is refused.
   */
  keepsLine?(line: string): boolean
  /**
   * A filter for the lines of one such log, in their order, that lets go also of what only repeats an earlier one (NCCL names every
   * channel of every rank); absent: `keepsLine`.
   */
  keeper?(): (line: string) => boolean
}

/** Takes a file in pieces, in order; memory does not grow with its size. Neither verb ever throws. */
export interface StreamReader {
  /** UTF-8 bytes; a piece may end anywhere, also within a character or a line. The reader must not keep the array. */
  push(piece: Uint8Array): void
  end(): ParseResult[]
}

/** A format whose files reach gigabytes: one pass over the bytes. Small files of the format take the same way. */
export interface StreamFormat {
  id: string
  detect(head: string): number
  /** A file of it holds nothing else: where the head is certain, the rest is not looked through for other tools. */
  fillsFile?: true
  open(): StreamReader
}

/** A format that is an SQLite file; told by its tables. `read` never throws. */
export interface DatabaseFormat {
  id: string
  detect(tables: ReadonlyMap<string, readonly string[]>): number
  read(database: ReadDatabase): ParseResult[]
}

/** What reads a tool's output; a folder with only this (`reader.ts`) reads logs and cannot be run. */
export interface ProbeReads {
  id: string
  version: string
  title: Saying
  summary: Saying
  metrics: MetricSpec[]
  formats: FormatParser[]
  streams?: StreamFormat[]
  databases?: DatabaseFormat[]
  /**
   * What several files of one launch say only together (traces of several ranks): further results, none when they are no
   * such set. Pure; gets the results of this probe out of all files, as they were stored.
   */
  combine?(results: readonly ParseResult[]): ParseResult[]
}

export interface ProbeDefinition<Params = unknown> extends ProbeReads {
  /** What has to be on the hosts, and what is optional there. */
  needs: Saying
  /** What it does to the hosts while it runs. */
  disturbs: Saying
  minHosts: number
  maxHosts: number
  params: z.ZodType<Params>
  /** The descriptions in `params` in Chinese, by their English. */
  paramsZhCN?: Readonly<Record<string, string>>
  expectedSeconds(params: Params): number
  /** Can run / why not / how to fix, from the inventory alone. */
  preflight(inventory: Inventory, params: Params | null): CanRun
  /** What could be measured instead, closest first; whether it can run is asked of its own preflight. */
  instead?(params: Params): Instead[]
  jobs(context: LaunchContext<Params>): RoleJob[]
  read(output: RunOutput<Params>): RunReading
  /** The probe can also watch the launches of the others. */
  beside?: Beside
  /** What it measures runs outside its own jobs (a server of the user's), always or with some parameters: other processes on the host are then no disturbance. */
  measuresOthers?: true | ((params: Params) => boolean)
}

export const defineProbe = <Params>(probe: ProbeDefinition<Params>): ProbeDefinition<Params> => probe

export const defineReader = (reader: ProbeReads): ProbeReads => reader
