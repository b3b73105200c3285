import type { ParsedFile, ParseResult, Problem } from '../../../preload/contract'
import { redactSecrets } from '../../../remote-scripts/_kit/text'

const problem = (given: Problem | null): Problem | null =>
  given === null
    ? null
    : {
        ...given,
        message: redactSecrets(given.message),
        ...(given.evidence === undefined ? {} : { evidence: redactSecrets(given.evidence) }),
      }

const result = (given: ParseResult): ParseResult => ({
  ...given,
  facts: Object.fromEntries(
    Object.entries(given.facts).map(([key, value]) => [
      key,
      typeof value === 'string' ? redactSecrets(value) : Array.isArray(value) ? value.map(redactSecrets) : value,
    ]),
  ),
  warnings: given.warnings.map(({ code, message }) => ({ code, message: redactSecrets(message) })),
  problem: problem(given.problem),
})

/** What quotes the file, without the tokens and passwords that a log may hold. */
export const redactParsed = (file: ParsedFile): ParsedFile => ({
  ...file,
  problem: problem(file.problem),
  results: file.results.map(result),
})
