import { useState } from 'react'
import type { Experiment } from '../../../preload/contract/experiment'
import type { IndicatorRow, Scoreboard } from '../../../preload/contract/indicators'
import { useT } from '../../messages'
import { cellKey, countsOf, sectionsOf } from './board'
import { CellInspector } from './CellInspector'
import { Proposals, Unanswered } from './OpenIndicators'
import { ScoreTable } from './ScoreTable'
import { TargetDialog } from './TargetDialog'
import { usePlanIt } from './usePlanIt'

/** How the indicators stand, in one sentence. */
const Summary = ({ board }: { board: Scoreboard }) => {
  const { summary: words } = useT().indicators
  const counts = countsOf(board)
  const judged = counts.missed + counts.warned + counts.met + counts.undecided
  const parts = [
    ...(judged === 0 ? [words.none] : []),
    ...(counts.missed > 0 ? [words.missed(counts.missed)] : []),
    ...(counts.warned > 0 ? [words.warned(counts.warned)] : []),
    ...(counts.met > 0 ? [words.met(counts.met)] : []),
    ...(counts.undecided > 0 ? [words.undecided(counts.undecided)] : []),
    ...(counts.open > 0 ? [words.open(counts.open)] : []),
  ]
  return (
    <p className="board-summary">
      {parts.join(words.separator)}
      {words.end}
    </p>
  )
}

const find = (rows: readonly IndicatorRow[], key: string | null): { row: IndicatorRow; index: number } | null => {
  for (const row of rows) for (const index of row.cells.keys()) if (cellKey(row, index) === key) return { row, index }
  return null
}

/** Verdict first, figures second, what is missing third; provenance of what is selected on the right. */
export const ScoreboardView = ({ board, experiment, head }: { board: Scoreboard; experiment: Experiment; head: React.ReactNode }) => {
  const { indicators: words } = useT()
  const [selected, setSelected] = useState<string | null>(null)
  const [editing, setEditing] = useState<IndicatorRow['id'] | null>(null)
  const plan = usePlanIt(experiment.plan)
  const { measured, unanswered, proposals } = sectionsOf(board)
  const shown = find(measured, selected)
  const edited = board.rows.find(({ id }) => id === editing)
  return (
    <>
      <section className="screen board">
        {head}
        <Summary board={board} />
        {measured.length === 0 ? (
          <p className="muted">{words.noneMeasured}</p>
        ) : (
          <ScoreTable rows={measured} selected={selected} onSelect={setSelected} onEdit={({ id }) => setEditing(id)} />
        )}
        {unanswered.length > 0 ? <Unanswered rows={unanswered} /> : null}
        {proposals.length > 0 ? <Proposals proposals={proposals} onPlan={plan} /> : null}
        {edited ? <TargetDialog key={edited.id} row={edited} onClose={() => setEditing(null)} /> : null}
      </section>
      {shown ? (
        <CellInspector experiment={experiment.id} row={shown.row} index={shown.index} onPlan={plan} onClose={() => setSelected(null)} />
      ) : null}
    </>
  )
}
