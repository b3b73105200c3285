import type { Dimensions, Facts, ParseResult, Problem, ProblemCode, Unit, Warning } from '../../preload/contract'
import { quote } from './text'

/** One result in the making: a parser adds to it line by line. */
export interface Reading extends ParseResult {
  measurements: ParseResult['measurements']
}

export const newReading = (probe: string, tool: string, version: string | null = null): Reading => ({
  probe,
  tool: { name: tool, version },
  facts: {},
  measurements: [],
  rows: { understood: 0, skipped: 0 },
  warnings: [],
  problem: null,
})

/** Adds a value; null and what is not finite are not values. */
export const add = (reading: Reading, metric: string, unit: Unit, value: number | null | undefined, dimensions: Dimensions): boolean => {
  if (value === null || value === undefined || !Number.isFinite(value)) return false
  reading.measurements.push({ metric, unit, value, dimensions })
  return true
}

/** Adds a warning once per code. */
export const warn = (reading: Reading, code: string, message: string): void => {
  if (!reading.warnings.some((known) => known.code === code)) reading.warnings.push({ code, message })
}

/** Sets the problem unless there is one: the first cause counts. */
export const fail = (reading: Reading, code: ProblemCode, message: string, evidence?: string): void => {
  reading.problem ??= problemOf(code, message, evidence)
}

export const problemOf = (code: ProblemCode, message: string, evidence?: string): Problem => ({
  code,
  message,
  ...(evidence === undefined ? {} : { evidence: quote(evidence) }),
})

const quotedRows = 3

/** Counts a data row that was not understood, and quotes the first few. */
export const skipRow = (reading: Reading, line: string, why: string): void => {
  reading.rows.skipped += 1
  const known = reading.warnings.find((warning): warning is Warning => warning.code === 'rows_skipped')
  if (!known) reading.warnings.push({ code: 'rows_skipped', message: `Rows not understood: "${quote(line)}" (${why})` })
  else if (reading.rows.skipped <= quotedRows) known.message += `; "${quote(line)}" (${why})`
}

/** Facts without those that the file does not prove. */
export const setFacts = (reading: Reading, facts: Facts): void => {
  for (const [key, value] of Object.entries(facts)) if (value !== undefined) reading.facts[key] = value
}
