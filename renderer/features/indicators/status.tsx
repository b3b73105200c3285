import { BellRing, CircleCheck, CircleDashed, CircleHelp, CircleMinus, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { IndicatorCell } from '../../../preload/contract/indicators'
import { useT } from '../../messages'
import { Badge, type Tone } from '../../ui/Badge'

type Status = IndicatorCell['status']

const tones: Record<Status, Tone> = {
  met: 'good',
  missed: 'caution',
  undecided: 'quiet',
  shown: 'quiet',
  not_measured: 'quiet',
  cannot_answer: 'quiet',
}

const icons: Record<Status, ReactNode> = {
  met: <CircleCheck size={14} aria-hidden />,
  missed: <CircleMinus size={14} aria-hidden />,
  undecided: <CircleHelp size={14} aria-hidden />,
  shown: <Minus size={14} aria-hidden />,
  not_measured: <CircleDashed size={14} aria-hidden />,
  cannot_answer: <CircleHelp size={14} aria-hidden />,
}

/** Never colour alone, and never red: a missed target is a finding, not a fault. */
export const StatusBadge = ({ status, warnsOnly }: { status: Status; warnsOnly: boolean }) => {
  const { indicators: words } = useT()
  const warns = warnsOnly && status === 'missed'
  return (
    <Badge tone={tones[status]} icon={warns ? <BellRing size={14} aria-hidden /> : icons[status]}>
      {warns ? words.warns : words.statuses[status]}
    </Badge>
  )
}
