import type { Saying } from '../../preload/contract/saying'
import { useSay } from '../messages'
import { Prose } from './Problem'
import { Command } from './Text'
import { neutralise } from './sanitise'

/** What to do, closest first: a sentence to read, or a command to copy (which is the same in every language). */
export const Fixes = ({ fixes }: { fixes: readonly Saying[] }) => {
  const say = useSay()
  return fixes.map((fix) =>
    typeof fix === 'string' ? (
      <Command key={fix}>{fix}</Command>
    ) : (
      <p key={fix.en}>
        <Prose>{neutralise(say(fix))}</Prose>
      </p>
    ),
  )
}
