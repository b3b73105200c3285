import { appError, experiment as experimentSchema, type Experiment, type ExperimentStatus } from '../../../preload/contract'
import { validated } from './errors'
import type { Handle } from './handle'
import { fromJson } from './json'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = [
  'id',
  'name',
  'question',
  'status',
  'plan_json',
  'created_at',
  'ended_at',
  'simulated',
  'program_version',
  'removed',
] as const
export type ExperimentRow = Row<(typeof columns)[number]> & { seq: number }

const toRow = (experiment: Experiment, removed: boolean): Row<(typeof columns)[number]> => ({
  id: experiment.id,
  name: experiment.name,
  question: experiment.question,
  status: experiment.status,
  plan_json: JSON.stringify(experiment.plan),
  created_at: experiment.createdAt,
  ended_at: experiment.endedAt,
  simulated: experiment.simulated ? 1 : 0,
  program_version: experiment.programVersion,
  removed: removed ? 1 : 0,
})

type Counts = Experiment['counts']
const noCounts = (): Counts => ({ total: 0, done: 0, failed: 0, refused: 0, cancelled: 0 })

/** Rows of `experiments`; counts are taken from `runs`, never stored. */
export const experimentRepository = ({ db }: Handle) => {
  const table = sealedTable(db, 'experiments', columns, (row) => String(row.id))
  const byId = table.query('WHERE id = ?')
  const byName = table.query('WHERE name = ? AND removed = 0 ORDER BY created_at DESC, seq DESC LIMIT 1')
  const visible = table.query('WHERE removed = 0 ORDER BY created_at DESC, seq DESC')
  const all = table.query('ORDER BY seq')
  const countsOf = db.prepare<SqlValue[], { status: string; n: number }>(
    `SELECT status, count(*) AS n FROM runs WHERE experiment_seq = ? AND seq NOT IN (SELECT run_seq FROM hidden_runs) GROUP BY status`,
  )

  const counts = (seq: number): Counts => {
    const result = noCounts()
    for (const { status, n } of countsOf.iterate(seq)) {
      result.total += n
      if (status === 'done' || status === 'failed' || status === 'refused' || status === 'cancelled') result[status] += n
    }
    return result
  }

  const toExperiment = (row: ExperimentRow): Experiment => {
    const where = table.where(row)
    const content = {
      id: row.id,
      name: row.name,
      question: row.question,
      status: row.status,
      plan: fromJson(where, 'plan_json', row.plan_json),
      createdAt: row.created_at,
      endedAt: row.ended_at,
      simulated: row.simulated === 1,
      programVersion: row.program_version,
      counts: counts(row.seq),
    }
    return validated(where, experimentSchema.safeParse(content))
  }

  const existing = (id: string): ExperimentRow => {
    const row = byId.get(id)
    if (!row) throw appError('store.not_found', `There is no experiment ${id}.`)
    return row
  }

  return {
    table,
    all,
    toExperiment,
    seqOf: (id: string): number => existing(id).seq,
    insert(experiment: Experiment, removed = false): void {
      if (byId.get(experiment.id)) throw appError('input.invalid', `Experiment ${experiment.id} exists already.`)
      table.insert(toRow(experiment, removed))
    },
    /** By id, else by exact name, newest first; removed ones are not found. */
    find(idOrName: string): Experiment | undefined {
      const row = byId.get(idOrName)
      const found = row && row.removed === 0 ? row : byName.get(idOrName)
      return found && toExperiment(found)
    },
    /** Newest first. */
    list: (): Experiment[] => visible.all().map(toExperiment),
    setStatus(id: string, status: ExperimentStatus, endedAt: string | null): void {
      const row = existing(id)
      table.update(row.seq, { ...row, status, ended_at: endedAt })
    },
    setRemoved(id: string, removed: boolean): void {
      const row = existing(id)
      table.update(row.seq, { ...row, removed: removed ? 1 : 0 })
    },
    markSimulated(id: string): void {
      const row = existing(id)
      table.update(row.seq, { ...row, simulated: 1 })
    },
  }
}

export type ExperimentRepository = ReturnType<typeof experimentRepository>
