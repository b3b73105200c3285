import type { FactValue, ParsedFile, ParseResult, Problem } from '../../../preload/contract'
import { isSecretPair, redactSecrets } from '../../../remote-scripts/_kit/secrets'

const problem = (given: Problem | null): Problem | null =>
  given === null
    ? null
    : {
        ...given,
        message: redactSecrets(given.message),
        ...(given.evidence === undefined ? {} : { evidence: redactSecrets(given.evidence) }),
      }

const withoutSecrets = (value: unknown): unknown => {
  if (typeof value === 'string') return redactSecrets(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ofKey(key, inner)]))
}

const ofKey = (key: string, value: unknown): unknown =>
  typeof value === 'string' && isSecretPair(key, value) ? '***' : withoutSecrets(value)

const result = (given: ParseResult): ParseResult => ({
  ...given,
  facts: Object.fromEntries(Object.entries(given.facts).map(([key, value]) => [key, ofKey(key, value) as FactValue])),
  warnings: given.warnings.map(({ code, message }) => ({ code, message: redactSecrets(message) })),
  problem: problem(given.problem),
})

/** What quotes the file, without the tokens and passwords that a log may hold. */
export const redactParsed = (file: ParsedFile): ParsedFile => ({
  ...file,
  problem: problem(file.problem),
  results: file.results.map(result),
})
