import { appError, type Arm, type Experiment, type Measurement, type ParsedFile, type ParseResult, type Run } from '../../../preload/contract'
import type { Deps } from '../deps'
import { parseFile } from '../parse/parse-file'

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

const runOf = (deps: Deps, experiment: Experiment, arm: Arm, results: ParseResult[], position: number, repeat: number): Run => {
  const [first] = results
  const transportFact = first?.facts.transport
  return {
    id: `${deps.ids.next('run')}-${position}`,
    experimentId: experiment.id,
    probe: first?.probe ?? '',
    probeVersion: deps.probes.get(first?.probe ?? '')?.version ?? '',
    probeIndex: 0,
    hosts: [],
    arm,
    block: repeat,
    repeat,
    warmup: false,
    position,
    attempt: 1,
    status: results.some((result) => result.measurements.length > 0) ? 'done' : 'failed',
    problem: results.find((result) => result.problem)?.problem ?? null,
    transport: {
      claimed: arm.fabric === undefined ? null : String(arm.fabric),
      observed: typeof transportFact === 'string' ? [transportFact] : [],
      proof: typeof transportFact === 'string' ? 'log' : 'none',
      evidence: [],
    },
    facts: Object.assign({}, ...results.map((result) => result.facts), { imported: true, tool: first?.tool.name ?? null, tool_version: first?.tool.version ?? null }) as Run['facts'],
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
  1 + runs.filter((run) => run.probe === probe && JSON.stringify(run.arm) === JSON.stringify(arm)).length

/** Each file is one launch of the arm; its bytes are kept before any row names them. Unreadable files are reported and stored nowhere. */
export const importFiles = async (deps: Deps, { files, experiment: name, arm, probe }: ImportRequest): Promise<Imported> => {
  const parsed = files.map((file) => parseFile(file.name, file.bytes, { probe }))
  if (parsed.every((file) => file.results.length === 0)) {
    throw appError('parse.unrecognised', `Nothing was imported: ${parsed.map((file) => `${file.file}: ${file.problem?.message ?? 'no results'}`).join('; ')}`)
  }
  const experiment = findOrMake(deps, name)
  const runs: Run[] = []
  for (const [index, file] of files.entries()) {
    const results = parsed[index]?.results ?? []
    if (results.length === 0) continue
    const artifact = await deps.artifacts.put(file.name.replace(/[^\w.-]+/g, '_').slice(-100), file.bytes)
    for (const group of groupByProbe(results)) {
      const existing = deps.store.listRuns(experiment.id)
      const run = { ...runOf(deps, experiment, arm, group, existing.length, nextRepeat(existing, group[0]?.probe ?? '', arm)), artifacts: [artifact] }
      const measurements: Measurement[] = group.flatMap((result) => result.measurements)
      deps.store.addRun(run)
      deps.store.completeRun(run, measurements, [])
      runs.push(run)
    }
  }
  deps.events.emit('experiment.changed', { id: experiment.id })
  return { experiment: deps.store.findExperiment(experiment.id) ?? experiment, runs, parsed }
}
