import { environment as environmentSchema, type Environment } from '../../../preload/contract'
import { validated } from './errors'
import type { Handle } from './handle'
import { fromJson } from './json'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = ['experiment_seq', 'host', 'target', 'captured_at', 'inventory_json', 'artifact_sha256'] as const
type EnvironmentRow = Row<(typeof columns)[number]>

/** Rows of `environments`: what the hosts were; one per experiment and host, the last one saved. */
export const environmentRepository = ({ db }: Handle) => {
  const table = sealedTable(db, 'environments', columns, (row) => `${row.experiment_seq}/${row.host}`)
  const byExperiment = table.query('WHERE experiment_seq = ? ORDER BY host')
  const all = table.query('ORDER BY rowid')
  const experimentIdOf = db.prepare<SqlValue[], string>('SELECT id FROM experiments WHERE seq = ?').pluck()

  const read = (row: EnvironmentRow, experimentId = experimentIdOf.get(row.experiment_seq) ?? ''): Environment => {
    const where = table.where(row)
    const content = {
      experimentId,
      host: row.host,
      target: row.target,
      capturedAt: row.captured_at,
      inventory: fromJson(where, 'inventory_json', row.inventory_json),
      artifactSha256: row.artifact_sha256,
    }
    return validated(where, environmentSchema.safeParse(content))
  }

  return {
    table,
    all,
    read,
    save(environment: Environment, experimentSeq: number): void {
      table.upsert({
        experiment_seq: experimentSeq,
        host: environment.host,
        target: environment.target,
        captured_at: environment.capturedAt,
        inventory_json: JSON.stringify(environment.inventory),
        artifact_sha256: environment.artifactSha256,
      })
    },
    list: (experimentSeq: number, experimentId: string): Environment[] =>
      byExperiment.all(experimentSeq).map((row) => read(row, experimentId)),
  }
}
