import type { Facts } from '../../../preload/contract/measurement'

export interface Fact {
  name: string
  value: string
}

/** Facts as rows; nulls are left out, lists are joined. */
export const factRows = (facts: Facts): Fact[] =>
  Object.entries(facts).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: Array.isArray(value) ? value.join(', ') : String(value) }],
  )
