import { Table2 } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { toFailure, type Failure } from '../app/failure'
import { useT } from '../messages'
import { Button } from '../ui/Button'
import { ProblemView } from '../ui/Problem'
import '../styles/charts.css'
import type { Figure } from './figure'
import { FigureTableView } from './FigureTableView'
import { usePlot, type PlotHandlers } from './usePlot'

interface ChartProps extends Pick<PlotHandlers, 'onPick' | 'onBrush' | 'onZoom' | 'onDrawn'> {
  figure: Figure
}

/** A picture with its finding above and its numbers one key away. */
export const Chart = ({ figure, onPick, onBrush, onZoom, onDrawn }: ChartProps) => {
  const t = useT()
  const element = useRef<HTMLDivElement>(null)
  const [asTable, setAsTable] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const title = useId()
  usePlot(element, figure, { onPick, onBrush, onZoom, onDrawn, onFailed: (error) => setFailure(toFailure(error)) })
  return (
    <figure className="chart" aria-labelledby={title}>
      <div className="chart-head">
        <div>
          <h2 id={title}>{figure.title}</h2>
          <p className="muted small">{figure.subtitle}</p>
        </div>
        <Button kind="quiet" aria-pressed={asTable} icon={<Table2 size={14} aria-hidden />} onPress={() => setAsTable(!asTable)}>
          {asTable ? t.charts.hideTable : t.charts.showTable}
        </Button>
      </div>
      {failure ? <ProblemView problem={failure} compact /> : null}
      <div
        ref={element}
        className="chart-plot"
        style={{ height: figure.height }}
        role="img"
        tabIndex={0}
        aria-label={`${figure.title} ${figure.caption}`}
      />
      {asTable ? (
        <FigureTableView table={figure.table} caption={figure.title} onPick={onPick ? (runId) => onPick({ runId }) : undefined} />
      ) : null}
    </figure>
  )
}
