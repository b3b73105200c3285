import type { FactValue, Facts } from '../../../preload/contract/measurement'

export interface Fact {
  name: string
  value: string
}

/** Facts that have a section of their own. */
const elsewhere = new Set(['disturbed', 'telemetry'])

const textOf = (value: Exclude<FactValue, null>): string => {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Facts as rows; nulls are left out, lists are joined, tables are shown as they are stored. */
export const factRows = (facts: Facts): Fact[] =>
  Object.entries(facts).flatMap(([name, value]) => (value === null || elsewhere.has(name) ? [] : [{ name, value: textOf(value) }]))
