import { appError, importRecord, type ArtifactRef, type ImportRecord } from '../../../preload/contract'
import type { ImportedPart, ImportStart, RunUse } from '../../ports/store'
import type { ArtifactRepository } from './artifacts'
import { validated } from './errors'
import type { ExperimentRepository } from './experiments'
import type { Handle } from './handle'
import type { InternRepository } from './intern'
import type { MeasurementRepository, MeasurementWriter } from './measurements'
import type { RunRepository } from './runs'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = ['id', 'experiment_seq', 'at', 'files', 'runs', 'state', 'made_experiment'] as const
export type ImportRow = Row<(typeof columns)[number]> & { seq: number }

interface Neighbours {
  experiments: ExperimentRepository
  runs: RunRepository
  artifacts: ArtifactRepository
  measurements: MeasurementRepository
  intern: InternRepository
}

/** Rows of `imports` and `import_runs`. Runs in a transaction of the caller. */
export const importRepository = ({ db }: Handle, { experiments, runs, artifacts, measurements, intern }: Neighbours) => {
  const table = sealedTable(db, 'imports', columns, (row) => String(row.id))
  const byId = table.query('WHERE id = ?')
  const byState = table.query('WHERE state = ? ORDER BY seq')
  const finished = table.query("WHERE state <> 'storing' ORDER BY seq DESC")
  const ofExperiment = table.query("WHERE state <> 'storing' AND experiment_seq = ? ORDER BY seq DESC")
  const all = table.query('ORDER BY seq')
  const experimentIdOf = db.prepare<SqlValue[], string>('SELECT id FROM experiments WHERE seq = ?').pluck()
  const link = db.prepare<SqlValue[]>('INSERT INTO import_runs (run_seq, import_seq) VALUES (?, ?)')
  const linked = db.prepare<SqlValue[], number>('SELECT run_seq FROM import_runs WHERE import_seq = ? LIMIT ?').pluck()
  const runIds = db
    .prepare<SqlValue[], string>(
      'SELECT r.id FROM import_runs i JOIN runs r ON r.seq = i.run_seq WHERE i.import_seq = ? ORDER BY r.position',
    )
    .pluck()
  const linkCount = db.prepare<SqlValue[], number>('SELECT count(*) FROM import_runs WHERE import_seq = ?').pluck()
  const forget = ['import_runs', 'measurements', 'measurement_seals', 'run_artifacts', 'runs'].map((name) =>
    db.prepare<SqlValue[]>(`DELETE FROM ${name} WHERE ${name === 'runs' ? 'seq' : 'run_seq'} = ?`),
  )
  const forgetImport = db.prepare<SqlValue[]>('DELETE FROM imports WHERE seq = ?')
  const forgetEmpty = db.prepare<SqlValue[]>(
    'DELETE FROM experiments WHERE seq = ? AND seq NOT IN (SELECT experiment_seq FROM runs) AND seq NOT IN (SELECT experiment_seq FROM imports)',
  )
  const unnamed = db
    .prepare<SqlValue[], string>(
      `DELETE FROM artifacts WHERE sha256 = ? AND seq NOT IN (SELECT artifact_seq FROM run_artifacts)
     AND sha256 NOT IN (SELECT artifact_sha256 FROM environments WHERE artifact_sha256 IS NOT NULL) RETURNING sha256`,
    )
    .pluck()
  const named = db
    .prepare<SqlValue[], string>(
      `SELECT a.sha256 FROM json_each(?) wanted JOIN artifacts a ON a.sha256 = wanted.value
       WHERE a.seq IN (SELECT artifact_seq FROM run_artifacts WHERE artifact_seq = a.seq)
       OR a.sha256 IN (SELECT artifact_sha256 FROM environments)`,
    )
    .pluck()
  const usesOf = db.prepare<SqlValue[], RunUse & { sha256: string }>(
    `SELECT a.sha256, r.id AS runId, e.id AS experimentId, e.name AS experiment
     FROM json_each(?) wanted JOIN artifacts a ON a.sha256 = wanted.value JOIN run_artifacts n ON n.artifact_seq = a.seq
     JOIN runs r ON r.seq = n.run_seq JOIN experiments e ON e.seq = r.experiment_seq
     WHERE e.removed = 0 AND r.seq NOT IN (SELECT run_seq FROM hidden_runs) ORDER BY r.seq DESC`,
  )
  /** Of runs whose measurements take several transactions. */
  const writing = new Map<string, { seq: number; writer: MeasurementWriter }>()

  const existing = (id: string): ImportRow => {
    const row = byId.get(id)
    if (!row) throw appError('store.not_found', `There is no import ${id}.`)
    return row
  }
  const toRecord = (row: ImportRow): ImportRecord =>
    validated(
      table.where(row),
      importRecord.safeParse({
        id: row.id,
        experimentId: experimentIdOf.get(row.experiment_seq) ?? '',
        at: row.at,
        files: row.files,
        runs: row.runs,
        undone: row.state === 'undone',
      }),
    )
  const experimentOf = (row: ImportRow): string => experimentIdOf.get(row.experiment_seq) ?? ''

  const addRun = (row: ImportRow, part: ImportedPart): void => {
    const { run } = part
    if (!run) return
    const seq = runs.insert(run, Number(row.experiment_seq))
    artifacts.replace(seq, run.id, run.artifacts)
    link.run(seq, row.seq)
    writing.set(run.id, { seq, writer: measurements.begin(seq, run.id) })
  }

  return {
    table,
    all,
    read: toRecord,
    count: (seq: number): number => linkCount.get(seq) ?? 0,
    begin({ id, experiment, make, at }: ImportStart): void {
      if (make) experiments.insert(experiment, true)
      const experimentSeq = experiments.seqOf(experiment.id)
      table.insert({ id, experiment_seq: experimentSeq, at, files: 0, runs: 0, state: 'storing', made_experiment: make ? 1 : 0 })
    },
    add(id: string, parts: readonly ImportedPart[]): void {
      const row = existing(id)
      if (row.state !== 'storing') throw appError('internal', `Import ${id} is ${String(row.state)}.`)
      const words = intern.writer()
      for (const part of parts) {
        addRun(row, part)
        const open = writing.get(part.runId)
        if (!open) throw appError('internal', `Run ${part.runId} of import ${id} was not begun.`)
        open.writer.add(part.measurements, words)
        if (!part.last) continue
        open.writer.end()
        writing.delete(part.runId)
      }
    },
    finish(id: string, files: number): ImportRecord {
      const row = existing(id)
      const stored = { ...row, files, runs: linkCount.get(row.seq) ?? 0, state: 'stored' }
      table.update(row.seq, stored)
      if (row.made_experiment === 1) experiments.setRemoved(experimentOf(row), false)
      return toRecord(stored)
    },
    /** Hides the runs, and the experiment that was made for them while nothing else is in it; or shows both again. */
    setUndone(id: string, undone: boolean): ImportRecord {
      const row = existing(id)
      if (row.state === 'storing') throw appError('input.invalid', `Import ${id} is not stored yet.`)
      const changed = { ...row, state: undone ? 'undone' : 'stored' }
      table.update(row.seq, changed)
      if (row.made_experiment === 1 && (!undone || runs.count(Number(row.experiment_seq)) === 0))
        experiments.setRemoved(experimentOf(row), undone)
      return toRecord(changed)
    },
    runIds: (id: string): string[] => runIds.all(existing(id).seq),
    unfinished: (): string[] => byState.all('storing').map((row) => String(row.id)),
    list: (experimentSeq: number | null): ImportRecord[] =>
      (experimentSeq === null ? finished.all() : ofExperiment.all(experimentSeq)).map(toRecord),
    find(id: string): ImportRecord | undefined {
      const row = byId.get(id)
      return row && toRecord(row)
    },
    /** Deletes at most `most` runs, with the last one the import; `orphans`: bytes that no row names any more. */
    drop(id: string, most: number): { left: number; orphans: string[] } {
      const row = existing(id)
      if (row.state !== 'storing') throw appError('internal', `Import ${id} is ${String(row.state)}.`)
      const doomed = linked.all(row.seq, most)
      const named: ArtifactRef[] = doomed.flatMap((seq) => artifacts.ofRun(seq))
      for (const seq of doomed) for (const statement of forget) statement.run(seq)
      const orphans = [...new Set(named.map(({ sha256 }) => sha256))].flatMap((sha256) => unnamed.get(sha256) ?? [])
      const left = linkCount.get(row.seq) ?? 0
      if (left > 0) return { left, orphans }
      writing.clear()
      forgetImport.run(row.seq)
      if (row.made_experiment === 1) forgetEmpty.run(row.experiment_seq)
      return { left, orphans }
    },
    unnamed(sha256s: readonly string[]): string[] {
      const known = new Set(named.all(JSON.stringify(sha256s)))
      return sha256s.filter((sha256) => !known.has(sha256))
    },
    uses(sha256s: readonly string[]): Map<string, RunUse> {
      const found = usesOf.all(JSON.stringify(sha256s))
      return new Map(found.map(({ sha256, ...use }) => [sha256, use]))
    },
  }
}

export type ImportRepository = ReturnType<typeof importRepository>
