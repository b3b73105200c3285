import { z } from 'zod'
import type { JobRecord } from '../../ports/store'
import { validated } from './errors'
import type { Handle } from './handle'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = ['run_seq', 'role', 'job_id', 'host', 'started_at'] as const
type JobRow = Row<(typeof columns)[number]>

const jobSchema = z.object({ runId: z.string(), role: z.string(), host: z.string(), jobId: z.string(), startedAt: z.string() })

/** Rows of `jobs`; saving the same job again replaces it. */
export const jobRepository = ({ db }: Handle) => {
  const table = sealedTable(db, 'jobs', columns, (row) => String(row.job_id))
  const byRun = table.query('WHERE run_seq = ? ORDER BY rowid')
  const all = table.query('ORDER BY rowid')
  const runIdOf = db.prepare<SqlValue[], string>('SELECT id FROM runs WHERE seq = ?').pluck()

  const read = (row: JobRow, runId = runIdOf.get(row.run_seq) ?? ''): JobRecord => {
    const content = { runId, role: row.role, host: row.host, jobId: row.job_id, startedAt: row.started_at }
    return validated(table.where(row), jobSchema.safeParse(content))
  }

  return {
    table,
    all,
    read,
    save(job: JobRecord, runSeq: number): void {
      table.upsert({ run_seq: runSeq, role: job.role, job_id: job.jobId, host: job.host, started_at: job.startedAt })
    },
    /** In the order in which they were first saved or last replaced. */
    list: (runSeq: number, runId: string): JobRecord[] => byRun.all(runSeq).map((row) => read(row, runId)),
  }
}
