import {
  appError,
  arm as armSchema,
  type Arm,
  type Experiment,
  type ParsedFile,
  type ParseResult,
  type Run,
} from '../../../preload/contract'
import { armKey } from '../../core/runs/design'
import type { Deps } from '../deps'
import { parseFile } from '../parse/parse-file'
import { proveImported } from './imported-transport'

export interface ImportRequest {
  files: { name: string; bytes: Uint8Array }[]
  /** Id or name; made when there is none of that name. */
  experiment: string
  arm: Arm
  probe?: string
}

export interface Imported {
  experiment: Experiment
  runs: Run[]
  parsed: ParsedFile[]
}

const findOrMake = (deps: Deps, name: string): Experiment => {
  const found = deps.store.findExperiment(name)
  if (found) return found
  const experiment: Experiment = {
    id: deps.ids.next('imp'),
    name,
    question: name,
    status: 'imported',
    plan: null,
    createdAt: deps.clock.nowIso(),
    endedAt: null,
    simulated: false,
    programVersion: deps.version,
    counts: { total: 0, done: 0, failed: 0, refused: 0, cancelled: 0 },
  }
  deps.store.createExperiment(experiment, [])
  return experiment
}

const statusOf = (results: ParseResult[], contradicted: boolean): Run['status'] => {
  if (!results.some((result) => result.measurements.length > 0)) return 'failed'
  return contradicted ? 'refused' : 'done'
}

const runOf = (deps: Deps, experiment: Experiment, arm: Arm, results: ParseResult[], position: number, repeat: number): Run => {
  const [first] = results
  const probe = first?.probe ?? ''
  const proof = proveImported(arm, results)
  const facts: Run['facts'] = Object.assign({}, ...results.map((result) => result.facts))
  return {
    id: `${deps.ids.next('run')}-${position}`,
    experimentId: experiment.id,
    probe,
    probeVersion: deps.probes.get(probe)?.version ?? '',
    probeIndex: 0,
    hosts: [],
    arm,
    block: repeat,
    repeat,
    warmup: false,
    position,
    attempt: 1,
    status: statusOf(results, proof.problem !== null),
    problem: proof.problem ?? results.find((result) => result.problem)?.problem ?? null,
    transport: proof.transport,
    facts: { ...facts, imported: true, tool: first?.tool.name ?? null, tool_version: first?.tool.version ?? null },
    warnings: results.flatMap((result) => result.warnings),
    simulated: false,
    commands: [],
    kitSha256: null,
    startedAt: null,
    endedAt: deps.clock.nowIso(),
    artifacts: [],
  }
}

const groupByProbe = (results: ParseResult[]): ParseResult[][] => [...Map.groupBy(results, (result) => result.probe).values()]

const nextRepeat = (runs: Run[], probe: string, arm: Arm): number =>
  1 + runs.filter((run) => run.probe === probe && armKey(run.arm) === armKey(arm)).length

/** Each file is one launch of the arm; its bytes are kept before any row names them. Unreadable files are reported and stored nowhere. */
export const importFiles = async (deps: Deps, { files, experiment: name, arm: asked, probe }: ImportRequest): Promise<Imported> => {
  const arm = armSchema.parse(asked)
  const parsed = files.map((file) => parseFile(file.name, file.bytes, { probe }))
  if (parsed.every((file) => file.results.length === 0)) {
    throw appError(
      'parse.unrecognised',
      `Nothing was imported: ${parsed.map((file) => `${file.file}: ${file.problem?.message ?? 'no results'}`).join('; ')}`,
    )
  }
  const experiment = findOrMake(deps, name)
  const runs: Run[] = []
  for (const [index, file] of files.entries()) {
    const results = parsed[index]?.results ?? []
    if (results.length === 0) continue
    const artifact = await deps.artifacts.put(file.name.replace(/[^\w.-]+/g, '_').slice(-100), file.bytes)
    for (const group of groupByProbe(results)) {
      const existing = deps.store.listRuns(experiment.id)
      const repeat = nextRepeat(existing, group[0]?.probe ?? '', arm)
      const run = { ...runOf(deps, experiment, arm, group, existing.length, repeat), artifacts: [artifact] }
      deps.store.addRun(run)
      deps.store.completeRun(
        run,
        group.flatMap((result) => result.measurements),
        [],
      )
      runs.push(run)
    }
  }
  deps.events.emit('experiment.changed', { id: experiment.id })
  return { experiment: deps.store.findExperiment(experiment.id) ?? experiment, runs, parsed }
}
