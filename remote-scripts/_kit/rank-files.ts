import type { RunOutput } from './probe'
import type { Problem, Warning } from '../../preload/contract'
import { roleProblem, textOf } from './outcome'

const HEADER = '{"headroom"'
const END = '{"end": true}'

/** Texts of rank<N>.jsonl over all roles, by rank. */
export const rankTexts = (roles: RunOutput<unknown>['roles']): string[] =>
  roles
    .flatMap((role) =>
      [...role.files.keys()].map((name) => ({ role, name, rank: Number(/^rank(\d{1,5})\.jsonl$/.exec(name)?.[1] ?? NaN) })),
    )
    .filter(({ rank }) => Number.isInteger(rank))
    .sort((a, b) => a.rank - b.rank)
    .map(({ role, name }) => textOf(role, name) ?? '')

const isEnd = (line: string): boolean => line.replaceAll(' ', '') === END.replaceAll(' ', '')

/** One bench out of its ranks' files: the first header, every rank's lines, and the end only when every rank reached it. */
export const mergeRanks = (texts: string[]): string => {
  const files = texts.map((text) => text.split('\n').filter((line) => line.trim() !== ''))
  const header = files[0]?.[0]
  if (header === undefined) return ''
  const world = Number(/"world_size": ?(\d{1,6})/.exec(header)?.[1] ?? 0)
  const lines = files.flatMap((file) => file.filter((line) => !line.startsWith(HEADER) && !isEnd(line)))
  const whole = files.length === world && files.every((file) => isEnd(file.at(-1) ?? ''))
  return [header, ...lines, ...(whole ? [END] : []), ''].join('\n')
}

type Roles = RunOutput<unknown>['roles']

/** Warnings that the ranks left in notes.jsonl. */
export const rankNotes = (roles: Roles): Warning[] =>
  roles.flatMap((role) =>
    (textOf(role, 'notes.jsonl') ?? '').split('\n').flatMap((line) => {
      const message = /^\{"code": "([a-z_]{1,40})", "message": "((?:[^"\\]|\\.){1,2000})"\}$/.exec(line)
      return message?.[1] && message[2] ? [{ code: message[1], message: message[2].replace(/\\(["\\])/g, '$1') }] : []
    }),
  )

/** Why the launch failed, null when every role ended well; `nameOf` begins the sentence. */
export const ranksProblem = (
  roles: Roles,
  nameOf: (role: Roles[number]) => string = (role) => `The ranks (${role.role})`,
): Problem | null => {
  const problems = roles.flatMap((role) => roleProblem(role, nameOf(role)) ?? [])
  // A rank that dies takes the others down: theirs is the echo, the more specific code is the cause.
  return problems.find((problem) => problem.code !== 'remote.tool_failed' && problem.code !== 'remote.not_listening') ?? problems[0] ?? null
}
