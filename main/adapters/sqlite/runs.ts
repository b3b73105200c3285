import {
  appError,
  arm as armSchema,
  run as runSchema,
  type Arm,
  type ArtifactRef,
  type Run,
  type RunStatus,
} from '../../../preload/contract'
import { type ArtifactRepository, type NamedArtifact, toReferences } from './artifacts'
import { validated } from './errors'
import type { Handle } from './handle'
import { fromJson } from './json'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = [
  'id',
  'experiment_seq',
  'probe',
  'probe_version',
  'probe_index',
  'hosts_json',
  'arm_json',
  'block',
  'repeat',
  'warmup',
  'position',
  'attempt',
  'status',
  'problem_json',
  'transport_json',
  'facts_json',
  'warnings_json',
  'simulated',
  'commands_json',
  'kit_sha256',
  'started_at',
  'ended_at',
] as const
export type RunRow = Row<(typeof columns)[number]> & { seq: number }

const toRow = (run: Run, experimentSeq: number): Row<(typeof columns)[number]> => ({
  id: run.id,
  experiment_seq: experimentSeq,
  probe: run.probe,
  probe_version: run.probeVersion,
  probe_index: run.probeIndex,
  hosts_json: JSON.stringify(run.hosts),
  arm_json: JSON.stringify(run.arm),
  block: run.block,
  repeat: run.repeat,
  warmup: run.warmup ? 1 : 0,
  position: run.position,
  attempt: run.attempt,
  status: run.status,
  problem_json: JSON.stringify(run.problem),
  transport_json: JSON.stringify(run.transport),
  facts_json: JSON.stringify(run.facts),
  warnings_json: JSON.stringify(run.warnings),
  simulated: run.simulated ? 1 : 0,
  commands_json: JSON.stringify(run.commands),
  kit_sha256: run.kitSha256,
  started_at: run.startedAt,
  ended_at: run.endedAt,
})

const toRun = (where: string, row: RunRow, experimentId: string, artifacts: ArtifactRef[]): Run => {
  const content = {
    id: row.id,
    experimentId,
    probe: row.probe,
    probeVersion: row.probe_version,
    probeIndex: row.probe_index,
    hosts: fromJson(where, 'hosts_json', row.hosts_json),
    arm: fromJson(where, 'arm_json', row.arm_json),
    block: row.block,
    repeat: row.repeat,
    warmup: row.warmup === 1,
    position: row.position,
    attempt: row.attempt,
    status: row.status,
    problem: fromJson(where, 'problem_json', row.problem_json),
    transport: fromJson(where, 'transport_json', row.transport_json),
    facts: fromJson(where, 'facts_json', row.facts_json),
    warnings: fromJson(where, 'warnings_json', row.warnings_json),
    simulated: row.simulated === 1,
    commands: fromJson(where, 'commands_json', row.commands_json),
    kitSha256: row.kit_sha256,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    artifacts,
  }
  return validated(where, runSchema.safeParse(content))
}

/** Rows of `runs`; the artifacts come from `run_artifacts`. */
export const runRepository = ({ db }: Handle, artifacts: ArtifactRepository) => {
  const table = sealedTable(db, 'runs', columns, (row) => String(row.id))
  const byId = table.query('WHERE id = ?')
  const visible = 'seq NOT IN (SELECT run_seq FROM hidden_runs)'
  const visibleById = table.query(`WHERE id = ? AND ${visible}`)
  const byExperiment = table.query(`WHERE experiment_seq = ? AND ${visible} ORDER BY position, attempt, seq`)
  const byStatus = table.query(
    `WHERE status IN (SELECT value FROM json_each(?))
     AND experiment_seq IN (SELECT seq FROM experiments WHERE removed = 0) AND ${visible} ORDER BY experiment_seq, position, attempt, seq`,
  )
  const all = table.query('ORDER BY seq')
  const experimentIdOf = db.prepare<SqlValue[], string>('SELECT id FROM experiments WHERE seq = ?').pluck()
  const countOf = db.prepare<SqlValue[], number>(`SELECT count(*) FROM runs WHERE experiment_seq = ? AND ${visible}`).pluck()

  const launches = db.prepare<SqlValue[], { probe: string; arm: string; count: number }>(
    `SELECT probe, arm_json AS arm, count(*) AS count FROM runs WHERE experiment_seq = ? AND ${visible} GROUP BY probe, arm_json`,
  )

  const readWith = (row: RunRow, experimentId: string, named: NamedArtifact[]): Run =>
    toRun(table.where(row), row, experimentId, toReferences(String(row.id), named))
  const read = (row: RunRow): Run => readWith(row, experimentIdOf.get(row.experiment_seq) ?? '', artifacts.ofRun(row.seq))

  const existing = (id: string): RunRow => {
    const row = byId.get(id)
    if (!row) throw appError('store.not_found', `There is no run ${id}.`)
    return row
  }

  return {
    table,
    all,
    read,
    seqOf: (id: string): number => existing(id).seq,
    insert(run: Run, experimentSeq: number): number {
      if (byId.get(run.id)) throw appError('input.invalid', `Run ${run.id} exists already.`)
      return table.insert(toRow(run, experimentSeq))
    },
    /** Returns the rowid. */
    update(run: Run, experimentSeq: number): number {
      const { seq } = existing(run.id)
      table.update(seq, toRow(run, experimentSeq))
      return seq
    },
    /** Those of an import that is undone, or not stored yet, are not found. */
    find(id: string): Run | undefined {
      const row = visibleById.get(id)
      return row && read(row)
    },
    /** In executed order. */
    list(experimentSeq: number, experimentId: string): Run[] {
      const named = artifacts.ofExperiment(experimentSeq)
      return byExperiment.all(experimentSeq).map((row) => readWith(row, experimentId, named.get(row.seq) ?? []))
    },
    withStatus: (statuses: RunStatus[]): Run[] => byStatus.all(JSON.stringify(statuses)).map((row) => read(row)),
    launchCounts: (experimentSeq: number): { probe: string; arm: Arm; count: number }[] =>
      launches.all(experimentSeq).map(({ probe, arm, count }) => ({ probe, arm: armSchema.parse(JSON.parse(arm)), count })),
    count: (experimentSeq: number): number => countOf.get(experimentSeq) ?? 0,
  }
}

export type RunRepository = ReturnType<typeof runRepository>
