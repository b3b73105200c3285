import type { Arm, ArtifactRef, Experiment, ParseResult, Run } from '../../../preload/contract'
import type { ImportDeps } from './deps'
import { proveImported } from './imported-transport'
import type { PlannedRun } from './plan-runs'

/** What one probe read in one file of a launch. */
export interface FileResults {
  rank: number | null
  results: ParseResult[]
}

const statusOf = (measured: boolean, contradicted: boolean): Run['status'] => {
  if (!measured) return 'failed'
  return contradicted ? 'refused' : 'done'
}

export interface RunSetting {
  id: string
  deps: Pick<ImportDeps, 'clock' | 'readers'>
  experiment: Experiment
  arm: Arm
  artifacts: ArtifactRef[]
  secrets: number
  /** Whether anything was measured; the measurements themselves may come later. */
  measured: boolean
}

export const importedRun = (planned: PlannedRun, files: readonly FileResults[], setting: RunSetting): Run => {
  const { id, deps, experiment, arm, artifacts, secrets, measured } = setting
  const results = files.flatMap((file) => file.results)
  const tool = results[0]?.tool
  const proof = proveImported(arm, results)
  const facts: Run['facts'] = Object.assign({}, ...results.map((result) => result.facts))
  const ranks = files.flatMap(({ rank }) => rank ?? [])
  return {
    id,
    experimentId: experiment.id,
    probe: planned.probe,
    probeVersion: deps.readers.get(planned.probe)?.version ?? '',
    probeIndex: 0,
    hosts: [],
    arm,
    block: planned.repeat,
    repeat: planned.repeat,
    warmup: false,
    position: planned.position,
    attempt: 1,
    status: statusOf(measured, proof.problem !== null),
    problem: proof.problem ?? results.find((result) => result.problem)?.problem ?? null,
    transport: proof.transport,
    facts: {
      ...facts,
      imported: true,
      tool: tool?.name ?? null,
      tool_version: tool?.version ?? null,
      ...(secrets > 0 ? { redacted_secrets: secrets } : {}),
      ...(files.length > 1 ? { rank: ranks } : {}),
    },
    warnings: results.flatMap((result) => result.warnings),
    // A file that says so itself, as that of a load test of the simulated lab's server.
    simulated: facts['simulated'] === true,
    commands: [],
    kitSha256: null,
    startedAt: null,
    endedAt: deps.clock.nowIso(),
    artifacts,
  }
}
