import type { StoredTarget } from '../../ports/store'
import { damaged } from './errors'
import type { Handle } from './handle'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = ['indicator', 'value'] as const
type TargetRow = Row<(typeof columns)[number]>

/** Rows of `targets`. What an unknown indicator is called (a later version's) is kept as it stands. */
export const targetRepository = ({ db }: Handle) => {
  const table = sealedTable(db, 'targets', columns, (row) => String(row.indicator))
  const all = table.query('ORDER BY indicator')
  const forget = db.prepare<SqlValue[]>('DELETE FROM targets WHERE indicator = ?')

  const read = (row: TargetRow): StoredTarget => {
    const { indicator, value } = row
    if (typeof indicator !== 'string' || typeof value === 'string' || (value !== null && !Number.isFinite(value)))
      throw damaged(table.where(row), 'it is no target')
    return { indicator, value }
  }

  return {
    table,
    all,
    read,
    list: (): StoredTarget[] => all.all().map(read),
    save: ({ indicator, value }: StoredTarget): void => table.upsert({ indicator, value }),
    remove: (indicator: string): void => void forget.run(indicator),
  }
}
