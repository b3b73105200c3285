import { appError, savedHost, type SavedHost } from '../../../preload/contract'
import { validated } from './errors'
import type { Handle } from './handle'
import { fromJson } from './json'
import { sealedTable, type Row, type SqlValue } from './sealed-table'

const columns = ['name', 'spec_json', 'added_at', 'last_seen_at', 'inventory_json', 'inventory_at'] as const
type HostRow = Row<(typeof columns)[number]>

/** Rows of `hosts`: the address book. */
export const hostRepository = ({ db }: Handle) => {
  const table = sealedTable(db, 'hosts', columns, (row) => String(row.name))
  const all = table.query('ORDER BY name')
  const forget = db.prepare<SqlValue[]>('DELETE FROM hosts WHERE name = ?')

  const read = (row: HostRow): SavedHost => {
    const where = table.where(row)
    const content = {
      name: row.name,
      spec: fromJson(where, 'spec_json', row.spec_json),
      addedAt: row.added_at,
      lastSeenAt: row.last_seen_at,
      inventory: fromJson(where, 'inventory_json', row.inventory_json),
      inventoryAt: row.inventory_at,
    }
    return validated(where, savedHost.safeParse(content))
  }

  return {
    table,
    all,
    read,
    list: (): SavedHost[] => all.all().map(read),
    save(host: SavedHost): void {
      table.upsert({
        name: host.name,
        spec_json: JSON.stringify(host.spec),
        added_at: host.addedAt,
        last_seen_at: host.lastSeenAt,
        inventory_json: JSON.stringify(host.inventory),
        inventory_at: host.inventoryAt,
      })
    },
    remove(name: string): void {
      if (forget.run(name).changes === 0) throw appError('store.not_found', `There is no host ${name} in the address book.`)
    },
  }
}
