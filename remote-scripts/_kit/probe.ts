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
  Series,
  Warning,
} from '../../preload/contract'

/** What a probe may look at when it plans its commands; pure data. */
export interface LaunchContext<Params> {
  params: Params
  arm: Arm
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
}

/** One format of one tool. Detection is by content only. */
export interface FormatParser {
  id: string
  /** 0 (not mine) to 1 (certain), from the first 64 KiB, launcher prefixes and ANSI already removed. */
  detect(head: string): number
  /** Never throws on any input. Several results when the file holds several outputs. */
  parse(text: string): ParseResult[]
}

export interface ProbeDefinition<Params = unknown> {
  id: string
  version: string
  title: string
  summary: string
  /** What it does to the hosts while it runs. */
  disturbs: string
  minHosts: number
  maxHosts: number
  params: z.ZodType<Params>
  metrics: MetricSpec[]
  expectedSeconds(params: Params): number
  /** Can run / why not / how to fix, from the inventory alone. */
  preflight(inventory: Inventory, params: Params | null): CanRun
  jobs(context: LaunchContext<Params>): RoleJob[]
  formats: FormatParser[]
  read(output: RunOutput<Params>): RunReading
}

export const defineProbe = <Params>(probe: ProbeDefinition<Params>): ProbeDefinition<Params> => probe
