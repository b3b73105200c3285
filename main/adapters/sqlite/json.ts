import { damaged } from './errors'
import type { SqlValue } from './sealed-table'

/** Parses a JSON column; `where` names the row in store.damaged. */
export const fromJson = (where: string, column: string, text: SqlValue): unknown => {
  try {
    return JSON.parse(String(text))
  } catch (error) {
    throw damaged(where, `column ${column} is not JSON (${error instanceof Error ? error.message : String(error)})`)
  }
}
