import { useMemo } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import { useFormats, useT } from '../../messages'
import { armLabel } from '../../ui/arms'
import { useNow } from '../../ui/useNow'
import { BlockDiagram } from './BlockDiagram'
import { layDiagram } from './diagram'
import { PhaseIcon, phaseTone } from './Status'
import { runSeconds, runSecondsLeft } from './timing'

interface RunDiagramProps {
  runs: readonly Run[]
  places: ReadonlyMap<string, number>
  selected: string | null
  onSelect: (id: string) => void
}

const idOf = ({ id }: Run): string => id

const isMoving = (run: Run): boolean => ['deploying', 'running', 'collecting'].includes(run.status)

/** The block diagram of launches that were made; what runs shows its time left. */
export const RunDiagram = ({ runs, places, selected, onSelect }: RunDiagramProps) => {
  const t = useT()
  const formats = useFormats()
  const now = useNow(1000)
  const diagram = useMemo(() => layDiagram(runs, places), [runs, places])
  const time = (run: Run): string => {
    if (isMoving(run)) {
      const left = runSecondsLeft(runs, run, now)
      if (left !== null && left > 0) return t.run.timeLeft(formats.duration(left))
      return run.startedAt ? formats.duration((now - Date.parse(run.startedAt)) / 1000) : t.run.phases[run.status]
    }
    const seconds = runSeconds(run)
    if (run.status === 'failed' || run.status === 'refused') return t.run.phases[run.status]
    return seconds === null ? '' : formats.duration(seconds)
  }
  return (
    <BlockDiagram
      diagram={diagram}
      places={places}
      id={idOf}
      selected={selected}
      onSelect={onSelect}
      cellClass={(run) => `cell-${run.status} tone-${phaseTone(run.status)}`}
      cellLabel={(run) =>
        [
          t.run.cell(run.probe, armLabel(run.arm), t.run.phases[run.status]),
          run.warmup ? t.run.warmup : t.run.cellRepeat(run.repeat),
          time(run),
        ]
          .filter(Boolean)
          .join(', ')
      }
      cell={(run) => (
        <>
          <PhaseIcon phase={run.status} />
          <span className="cell-time number">{time(run)}</span>
        </>
      )}
    />
  )
}
