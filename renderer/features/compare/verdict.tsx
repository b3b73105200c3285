import { CircleCheck, CircleHelp, CircleMinus, Equal } from 'lucide-react'
import type { Verdict } from '../../../preload/contract/comparison'
import { useT } from '../../messages'
import { Badge, type Tone } from '../../ui/Badge'

const tones: Record<Verdict, Tone> = { faster: 'good', slower: 'quiet', equivalent: 'quiet', cannot_answer: 'caution' }

/** Never colour alone, and never red: worse is a finding, not a fault. */
export const VerdictIcon = ({ verdict }: { verdict: Verdict }) => {
  switch (verdict) {
    case 'faster':
      return <CircleCheck size={14} aria-hidden />
    case 'slower':
      return <CircleMinus size={14} aria-hidden />
    case 'equivalent':
      return <Equal size={14} aria-hidden />
    case 'cannot_answer':
      return <CircleHelp size={14} aria-hidden />
  }
}

export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => {
  const t = useT()
  return (
    <Badge tone={tones[verdict]} icon={<VerdictIcon verdict={verdict} />}>
      {t.compare.verdicts[verdict]}
    </Badge>
  )
}
