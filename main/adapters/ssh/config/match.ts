import { matchHostName, matchPatternList } from './pattern'
import { takeWord } from './lexer'

/** What a Match line is compared with. */
export interface MatchSubject {
  /** The host name as known so far. */
  host: string
  /** The name given on the command line. */
  originalHost: string
  user: string
  localUser: string
  finalPass: boolean
}

export interface MatchOutcome {
  applies: boolean
  /** A `final` criterion asks for a second pass. */
  wantsFinalPass: boolean
  /** Criteria that were not evaluated although the rest of the line holds (`exec` would run a program). */
  unevaluated: string | null
  /** The line is malformed. */
  error: string | null
}

const compare = (criterion: string, argument: string, subject: MatchSubject): boolean | null => {
  switch (criterion) {
    case 'host':
      return matchHostName(subject.host, argument)
    case 'originalhost':
      return matchHostName(subject.originalHost, argument)
    case 'user':
      return matchPatternList(subject.user, argument)
    case 'localuser':
      return matchPatternList(subject.localUser, argument)
    default:
      return null
  }
}

/** Evaluates the criteria of a Match line. Nothing is ever executed. */
export const evaluateMatch = (raw: string, subject: MatchSubject): MatchOutcome => {
  const outcome: MatchOutcome = { applies: true, wantsFinalPass: false, unevaluated: null, error: null }
  let rest: string | null = raw
  let criteria = 0
  const next = (): string | null => {
    if (rest === null || rest === '') return null
    const taken: ReturnType<typeof takeWord> = takeWord(rest)
    rest = taken.rest
    return taken.token === '' ? null : taken.token
  }
  for (let word = next(); word !== null && !word.startsWith('#'); word = next()) {
    const negated = word.startsWith('!')
    const criterion = (negated ? word.slice(1) : word).toLowerCase()
    if (criterion === 'canonical' || criterion === 'final') {
      if (criterion === 'final') outcome.wantsFinalPass = true
      if (subject.finalPass === negated) outcome.applies = false
      criteria += 1
      continue
    }
    if (criterion === 'all') {
      if (negated) outcome.applies = false
      criteria += 1
      continue
    }
    const argument = next()
    if (argument === null || argument.startsWith('#')) return { ...outcome, error: `Match ${criterion} has no argument` }
    const holds = compare(criterion, argument, subject)
    if (holds === null) outcome.unevaluated = criterion
    else if (holds === negated) outcome.applies = false
    criteria += 1
  }
  if (criteria === 0) outcome.error = 'Match has no criterion'
  return outcome
}
