import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CirclePlay,
  CircleX,
  Download,
  FileInput,
  Upload,
  type LucideIcon,
} from 'lucide-react'
import type { ExperimentStatus, RunStatus } from '../../../preload/contract/experiment'
import { useT } from '../../messages'
import { Badge, type Tone } from '../../ui/Badge'

const phases: Record<RunStatus, { icon: LucideIcon; tone: Tone }> = {
  pending: { icon: CircleDashed, tone: 'quiet' },
  deploying: { icon: Upload, tone: 'busy' },
  running: { icon: CirclePlay, tone: 'busy' },
  collecting: { icon: Download, tone: 'busy' },
  done: { icon: CircleCheck, tone: 'good' },
  failed: { icon: CircleX, tone: 'wrong' },
  refused: { icon: Ban, tone: 'wrong' },
  cancelled: { icon: CircleMinus, tone: 'quiet' },
}

const statuses: Record<ExperimentStatus, { icon: LucideIcon; tone: Tone }> = {
  running: { icon: CirclePlay, tone: 'busy' },
  paused: { icon: CirclePause, tone: 'caution' },
  done: { icon: CircleCheck, tone: 'good' },
  failed: { icon: CircleX, tone: 'wrong' },
  cancelled: { icon: CircleMinus, tone: 'quiet' },
  imported: { icon: FileInput, tone: 'quiet' },
}

/** The phase's icon alone, for places that name it otherwise. */
export const PhaseIcon = ({ phase }: { phase: RunStatus }) => {
  const { icon: Icon } = phases[phase]
  return <Icon size={14} aria-hidden />
}

export const phaseTone = (phase: RunStatus): Tone => phases[phase].tone

export const PhaseBadge = ({ phase }: { phase: RunStatus }) => {
  const t = useT()
  return (
    <Badge tone={phases[phase].tone} icon={<PhaseIcon phase={phase} />}>
      {t.run.phases[phase]}
    </Badge>
  )
}

export const ExperimentBadge = ({ status }: { status: ExperimentStatus }) => {
  const t = useT()
  const { icon: Icon, tone } = statuses[status]
  return (
    <Badge tone={tone} icon={<Icon size={14} aria-hidden />}>
      {t.experiments.status[status]}
    </Badge>
  )
}
