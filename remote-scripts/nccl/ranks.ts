import type { RunOutput } from '../_kit/probe'
import { textOf } from '../_kit/outcome'

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
