import { appError } from '../../../preload/contract'
import { kitSums, uploadFunction, type Kit } from './kit'
import { assignments } from './quote'

/** Verb -> the parts of the agent that it needs, and its function. */
const verbs = {
  launch: { parts: ['agent-launch.sh'], call: 'hr_verb_launch' },
  run: { parts: ['agent-launch.sh', 'agent-follow.sh', 'agent-collect.sh'], call: 'hr_verb_run' },
  status: { parts: ['agent-follow.sh'], call: 'hr_verb_status' },
  follow: { parts: ['agent-follow.sh'], call: 'hr_verb_follow' },
  collect: { parts: ['agent-collect.sh'], call: 'hr_verb_collect' },
  pull: { parts: ['agent-collect.sh'], call: 'hr_verb_pull' },
  hash: { parts: ['agent-collect.sh'], call: 'hr_verb_hash' },
  cancel: { parts: ['agent-end.sh'], call: 'hr_verb_cancel' },
  clean: { parts: ['agent-end.sh'], call: 'hr_verb_clean' },
  cleanAll: { parts: ['agent-end.sh'], call: 'hr_verb_clean_all' },
} as const

export type Verb = keyof typeof verbs

const checksKit = (verb: Verb): boolean => verb === 'launch' || verb === 'run'

const compacted = new WeakMap<Kit, Map<string, string>>()

/** bash reads a program on a pipe byte by byte: no comments, no indentation. */
const compact = (text: string): string => text.replace(/^[ \t]*#.*\n/gm, '').replace(/^[ \t]+/gm, '')

const part = (kit: Kit, name: string): string => {
  const parts = compacted.get(kit) ?? new Map<string, string>()
  compacted.set(kit, parts)
  const known = parts.get(name)
  if (known !== undefined) return known
  const text = kit.files.get(`_kit/${name}`)
  if (text === undefined) throw appError('internal', `The kit lacks _kit/${name}`)
  const short = compact(text)
  parts.set(name, short)
  return short
}

/**
 * The program for `sh -s`. All of it is functions until the last line, so that a program cut short by a dying connection does
 * nothing; and the verb reads /dev/null, so that no child eats the program.
 */
export const composeProgram = (
  kit: Kit,
  verb: Verb,
  variables: Readonly<Record<string, string | number>>,
  nonce: string,
  upload: boolean,
): string => {
  const { parts, call } = verbs[verb]
  return [
    'LC_ALL=C\nexport LC_ALL\numask 077\n',
    assignments({
      HR_NONCE: nonce,
      HR_KIT_ID: kit.sha256,
      HR_UPLOAD: upload ? 1 : 0,
      ...(checksKit(verb) ? kitSums(kit, String(variables['HR_SCRIPT'] ?? '')) : {}),
      ...variables,
    }),
    part(kit, 'tree.sh'),
    part(kit, 'agent.sh'),
    ...parts.map((name) => part(kit, name)),
    upload ? uploadFunction(kit) : '',
    `hr_main() {\nprintf '\\n'\nhr_say hello\n${call}\nhr_say bye\nexit 0\n} </dev/null\nhr_main\n`,
  ].join('')
}
