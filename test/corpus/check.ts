import type { Dimensions, FactValue, Measurement, ParsedFile, Problem } from './types'
import type { Expectation } from './locate'

/** Names that may be given in full while the expectation holds a part of them. */
const partial = new Set(['kernel', 'op', 'range', 'name', 'error', 'api'])

const contains = (actual: Dimensions, wanted: Dimensions): boolean =>
  Object.entries(wanted).every(([key, value]) => {
    const found = actual[key]
    if (partial.has(key) && typeof found === 'string' && typeof value === 'string') return found.includes(value)
    return found === value
  })

const near = (actual: number, expected: number, relative = 0, absolute = 0): boolean =>
  Math.abs(actual - expected) <= Math.max(relative * Math.abs(expected), absolute, 1e-12 * Math.abs(expected))

type Check = Expectation['checks'][number]

const matches = (measurement: Measurement, check: Check): boolean =>
  measurement.metric === check.metric &&
  contains(measurement.dimensions, check.dimensions) &&
  near(measurement.value, check.value, check.rel_tol, check.abs_tol)

const checkValues = (measurements: Measurement[], expected: Expectation): string[] =>
  expected.checks
    .filter((check) => !check.optional && !measurements.some((measurement) => matches(measurement, check)))
    .map((check) => `no ${check.metric} = ${check.value} with ${JSON.stringify(check.dimensions)}`)

const countOf = (measurements: Measurement[], metric: string): number => measurements.filter((entry) => entry.metric === metric).length

const checkCounts = (measurements: Measurement[], expected: Expectation): string[] => [
  ...Object.entries(expected.counts)
    .filter(([metric, count]) => countOf(measurements, metric) !== count)
    .map(([metric, count]) => `${countOf(measurements, metric)} values of ${metric}, expected ${count}`),
  ...Object.entries(expected.counts_any ?? {})
    .filter(([metric, counts]) => !counts.includes(countOf(measurements, metric)))
    .map(([metric, counts]) => `${countOf(measurements, metric)} values of ${metric}, expected one of ${counts.join(', ')}`),
]

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every entry of a wanted table is in the table found; it may hold more. */
const holds = (value: unknown, wanted: unknown): boolean => {
  if (isTable(wanted)) return isTable(value) && Object.entries(wanted).every(([key, entry]) => holds(value[key], entry))
  return typeof value === 'number' && typeof wanted === 'number' ? near(value, wanted, 1e-9) : value === wanted
}

const sameFact = (values: (FactValue | undefined)[], wanted: unknown): boolean => {
  if (wanted === null) return values.every((value) => value === null || value === undefined)
  if (Array.isArray(wanted)) {
    const all = new Set(
      values.flatMap((value) => (Array.isArray(value) ? value.map(String) : value === null || value === undefined ? [] : [String(value)])),
    )
    // A list that repeats a value (a block of 384 x 1 x 1) is one result's own, in its order; others may be spread over the results.
    if (new Set(wanted.map(String)).size < wanted.length)
      return values.some((value) => Array.isArray(value) && value.map(String).join() === wanted.map(String).join())
    return all.size === wanted.length && wanted.every((value) => all.has(String(value)))
  }
  return values.some((value) => holds(value, wanted))
}

const checkFacts = (parsed: ParsedFile, expected: Expectation): string[] =>
  Object.entries(expected.facts).flatMap(([name, wanted]) => {
    const values = parsed.results.map((result) => result.facts[name])
    const found = sameFact(
      name === 'tool' && values.every((value) => value === undefined) ? parsed.results.map((result) => result.tool.name) : values,
      wanted,
    )
    return found ? [] : [`fact ${name} is ${JSON.stringify([...new Set(values)])}, expected ${JSON.stringify(wanted)}`]
  })

const checkForbidden = (parsed: ParsedFile, expected: Expectation): string[] =>
  (expected.forbidden ?? []).flatMap((trap) => {
    const inFacts = trap.fact !== undefined && parsed.results.some((result) => result.facts[trap.fact ?? ''] === trap.value)
    const inValues =
      trap.metric !== undefined &&
      parsed.results.some((result) =>
        result.measurements.some(
          (entry) =>
            entry.metric === trap.metric &&
            contains(entry.dimensions, trap.dimensions ?? {}) &&
            (trap.value === undefined || (typeof trap.value === 'number' && near(entry.value, trap.value, 1e-9))),
        ),
      )
    return inFacts || inValues ? [`forbidden: ${JSON.stringify(trap)}`] : []
  })

/** `remote.failed` stands for any remote.* or a reported error: which one is the parser's choice. */
const codeAgrees = (code: string, like: string): boolean =>
  like
    .split('|')
    .some((one) => code === one || (one === 'remote.failed' && (code.startsWith('remote.') || code === 'parse.tool_reported_error')))

const checkProblem = (parsed: ParsedFile, expected: Expectation): string[] => {
  const problems = [parsed.problem, ...parsed.results.map((result) => result.problem)].filter(
    (problem): problem is Problem => problem !== null,
  )
  if (expected.problem === null) return problems.map((problem) => `unexpected problem ${problem.code}: ${problem.message}`)
  const { code_like: like, evidence } = expected.problem
  const fits = problems.some(
    (problem) => codeAgrees(problem.code, like) && (evidence === null || (problem.evidence ?? problem.message).includes(evidence)),
  )
  return fits ? [] : [`no problem like ${like} with "${evidence ?? ''}", but ${JSON.stringify(problems)}`]
}

const checkWarnings = (parsed: ParsedFile, expected: Expectation): string[] => {
  const given = parsed.results.flatMap((result) => result.warnings.map((warning) => `${warning.code} ${warning.message}`.toLowerCase()))
  return expected.must_warn
    .filter(
      (wanted) => !given.some((text) => text.includes(wanted.toLowerCase()) || text.includes(wanted.toLowerCase().replace(/_/g, ' '))),
    )
    .map((wanted) => `no warning ${wanted}`)
}

/** Everything in which a parsed file differs from what a careful reader found in it; empty when nothing does. */
export const differences = (parsed: ParsedFile, expected: Expectation): string[] => {
  const measurements = parsed.results.flatMap((result) => result.measurements)
  const strangers =
    expected.probe === null
      ? []
      : parsed.results.filter((result) => result.probe !== expected.probe).map((result) => `a result of probe ${result.probe}`)
  return [
    ...checkProblem(parsed, expected),
    ...checkValues(measurements, expected),
    ...checkCounts(measurements, expected),
    ...checkFacts(parsed, expected),
    ...checkForbidden(parsed, expected),
    ...checkWarnings(parsed, expected),
    ...strangers,
  ]
}
